/** Sends requests exactly as written. `fetch` would normalize the path and set Host and Origin itself. */
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';

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

/** @returns everything that the server sends until it closes the connection. */
export const said = (port: number, text: string, then?: 'and hang up'): Promise<string> =>
  new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => (then === undefined ? socket.write(text) : socket.end(text)));
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
