/** Documents are named by their content, so a read that brings something else is noticed, and can be repeated. */
import { parseTemplateHash } from '../../orchestrator/domain/model/brand';
import type { Artifacts } from '../../orchestrator/ports/ports';
import {
  loadDocument,
  loadRelease,
  loadTemplate,
  saveDocument,
  saveRelease,
  saveTemplate,
  sha256,
} from '../../orchestrator/records/documents';
import { releaseOf } from '../domain/health/checks/healthy';

/** The next read brings this in place of what is stored. */
function garbling() {
  const stored = new Map<string, string>();
  const next: ((text: string) => string)[] = [];
  const artifacts: Artifacts = {
    get: async (key) => {
      const text = stored.get(key);
      return text === undefined ? undefined : (next.shift() ?? String)(text);
    },
    put: async (key, text) => void stored.set(key, text),
  };
  return { artifacts, next };
}

const release = releaseOf();
const body = '{"Resources":{}}';
const template = parseTemplateHash(sha256(body));
const half = (text: string) => text.slice(0, text.length / 2);
const page = () => '<html>sign in</html>';
const other = () => '{}';

describe.each([
  ['half of it', half],
  ['a page of HTML', page],
  ['another document', other],
])('a read that brings %s', (_what, garbled) => {
  test.each([
    [
      'a document',
      async ({ artifacts }: { artifacts: Artifacts }) => {
        const key = await saveDocument({ artifacts }, 'accounts', []);
        return () => loadDocument({ artifacts }, 'accounts', key);
      },
    ],
    [
      'a release',
      async ({ artifacts }: { artifacts: Artifacts }) => {
        await saveRelease({ artifacts }, release);
        return () => loadRelease({ artifacts }, release.id);
      },
    ],
    [
      'a template',
      async ({ artifacts }: { artifacts: Artifacts }) => {
        await saveTemplate({ artifacts }, template, body);
        return () => loadTemplate({ artifacts }, template);
      },
    ],
  ])('in place of %s can be repeated', async (_kind, saved) => {
    const { artifacts, next } = garbling();
    const load = await saved({ artifacts });
    next.push(garbled);

    await expect(load()).rejects.toMatchObject({ code: 'AwsUnavailable', retriable: true, fault: 'aws' });

    await expect(load()).resolves.toBeDefined();
  });
});
