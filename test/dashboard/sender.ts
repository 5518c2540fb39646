/** Requests as they are written here: fetch would put the path right, and keep Host and Origin for itself. */
import { type IncomingHttpHeaders, request } from 'node:http';

export interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export const sender =
  (port: string) =>
  (path: string, headers: Record<string, string> = {}, method = 'GET', body = ''): Promise<Got> =>
    new Promise((resolve, reject) => {
      const sending = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
        );
      });
      sending.on('error', reject);
      sending.end(body);
    });
