/** What every place for artifacts does. */
import { randomUUID } from 'node:crypto';
import type { Artifacts } from '../../orchestrator/ports/ports';

export interface OpenArtifacts {
  readonly artifacts: Artifacts;
  readonly close: () => Promise<void>;
}

export function artifactsContract(name: string, open: () => Promise<OpenArtifacts>): void {
  describe(`${name} as a place for artifacts`, () => {
    let opened: OpenArtifacts;
    let artifacts: Artifacts;
    let key: string;

    beforeAll(async () => {
      opened = await open();
      artifacts = opened.artifacts;
    });
    afterAll(() => opened.close());
    beforeEach(() => {
      key = `templates/${randomUUID()}.json`;
    });

    test('has nothing under a key that was never written', async () => {
      expect(await artifacts.get(key)).toBeUndefined();
    });

    test.each([
      ['a template', '{"Resources":{}}'],
      ['an empty text', ''],
      ['text of any kind', 'Zürich, 日本, 🔐\r\n\ttab'],
      ['a long text', '0123456789'.repeat(200_000)],
    ])('gives %s back as it was put', async (_, text) => {
      await artifacts.put(key, text);

      expect(await artifacts.get(key)).toBe(text);
    });

    test('takes the same content twice', async () => {
      await artifacts.put(key, 'once');
      await artifacts.put(key, 'once');

      expect(await artifacts.get(key)).toBe('once');
    });

    test('refuses other content under the same key, and keeps the first', async () => {
      await artifacts.put(key, 'first');

      await expect(artifacts.put(key, 'second')).rejects.toMatchObject({
        code: 'ImmutableArtifact',
        message: `artifact ${key} already exists with different content`,
      });
      expect(await artifacts.get(key)).toBe('first');
    });

    test('lets one of many writers win, and keeps what that one wrote', async () => {
      const texts = Array.from({ length: 6 }, (_, writer) => `${writer}`.repeat(10_000));

      const writes = await Promise.allSettled(texts.map((text) => artifacts.put(key, text)));

      const winners = texts.filter((_, writer) => writes[writer]?.status === 'fulfilled');
      expect(winners).toEqual([await artifacts.get(key)]);
    });

    test('takes the same content from many writers at once', async () => {
      await Promise.all(Array.from({ length: 6 }, () => artifacts.put(key, 'same')));

      expect(await artifacts.get(key)).toBe('same');
    });
  });
}
