/** The exemptions of the region deny against the lists that AWS publishes: every difference is listed, with its reason. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { operatorCarveOuts } from '../../../orchestrator/domain/model/policy-carve-outs';
import { isLike } from '../../../orchestrator/domain/policies/policy';

interface Published {
  readonly source: string;
  readonly read: string;
  readonly actions: readonly string[];
}
interface Differences {
  readonly narrower: readonly {
    readonly published: string;
    readonly instead?: readonly string[];
    readonly why: string;
  }[];
  readonly wider: readonly { readonly exempt: string; readonly why: string }[];
}

const scenario = <Content>(name: string): Content =>
  JSON.parse(readFileSync(join(__dirname, '..', '..', 'scenarios', 'region-deny', `${name}.json`), 'utf8'));

const lists = ['control-tower', 'organizations-example'].map((name) => scenario<Published>(name));
const published = [...new Set(lists.flatMap(({ actions }) => actions))];
const { narrower, wider } = scenario<Differences>('differences');
const { anywhere, alsoInUsEast1 } = operatorCarveOuts;
const ours = [...anywhere, ...alsoInUsEast1];
const isIn = (action: string, patterns: readonly string[]) => patterns.some((pattern) => isLike(action, pattern));

test('the published lists have a source and a date', () => {
  expect(
    lists.map(({ source, read, actions }) => [new URL(source).protocol, Date.parse(read) > 0, actions.length]),
  ).toEqual([
    ['https:', true, 86],
    ['https:', true, 42],
  ]);
});

test('every published action is exempt in every region, or the differences say why not', () => {
  const missing = published.filter((action) => !isIn(action, anywhere));

  expect(missing.toSorted()).toEqual(narrower.map((difference) => difference.published).toSorted());
});

test.each(narrower)('of $published, exactly the listed actions are exempt', ({ published: pattern, instead = [] }) => {
  const service = pattern.slice(0, pattern.indexOf(':'));
  const others = published.filter((action) => !action.includes('*') && action !== pattern);

  const exempt = ours.filter((action) => action.startsWith(`${service}:`) && isLike(action, pattern));

  expect(exempt.filter((action) => !others.includes(action) || instead.includes(action))).toEqual([...instead]);
});

test('every exempt action is published, or the differences say why it is exempt', () => {
  const narrowed = narrower.flatMap(({ instead = [] }) => instead);
  const unpublished = ours.filter((action) => !isIn(action, published) && !narrowed.includes(action));

  expect(unpublished.toSorted()).toEqual(wider.map(({ exempt }) => exempt).toSorted());
});

test('every difference has a reason', () => {
  expect([...narrower, ...wider].filter(({ why }) => why.length < 10)).toEqual([]);
});

test('no action is exempt in us-east-1 only and in every region', () => {
  expect(alsoInUsEast1.filter((one) => anywhere.some((other) => isLike(one, other) || isLike(other, one)))).toEqual([]);
  expect(new Set(ours).size).toBe(ours.length);
});
