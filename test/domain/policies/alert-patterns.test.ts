/** Which events become alerts. Events have the form of AWS's documentation, and moto matches them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  alertPatterns,
  alertRuleState,
  alertRules,
  detectionCalls,
  identityCalls,
  ruleCalls,
} from '../../../orchestrator/domain/policies/alert-patterns';
import { pythonTool } from '../../../scripts/python';
import { matchesIn } from './event-matcher';

interface Row {
  readonly event: string;
  readonly like: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly heard: readonly string[];
}
const scenario = (name: string) =>
  JSON.parse(readFileSync(join(__dirname, '../../scenarios/alerts', `${name}.json`), 'utf8'));
const samples: Readonly<Record<string, { readonly event: object }>> = scenario('samples');
const { rows }: { readonly rows: readonly Row[] } = scenario('heard');
/** Calls that change these services and alert nobody, each with the reason. */
const quietCalls: Readonly<Record<string, string>> = scenario('quiet');

const patterns = alertPatterns({ ciRole: 'BaselineCi', operatorRole: 'InfraAdmin' });

function eventOf({ event, like, with: changes = {} }: Row): Event {
  const sample = samples[like];
  if (sample === undefined) throw new Error(`${event}: there is no sample ${like}`);
  const made = structuredClone(sample.event);
  for (const [path, value] of Object.entries(changes)) put(made, path.split('.'), value);
  return made as Event;
}
type Event = Readonly<Record<string, unknown>> & { readonly detail: Readonly<Record<string, unknown>> };

function put(into: object, [key = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) Reflect.set(into, key, value);
  else put(Reflect.get(into, key), rest, value);
}

/** EventBridge drops read-only calls before rules in the state ENABLED [doc:eventbridge/eb-service-event-cloudtrail-management]. */
const isDelivered = ({ detail }: Event, state: string): boolean =>
  state === 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS' || (state === 'ENABLED' && detail['readOnly'] !== true);

describe('which rules hear an event', () => {
  const events = rows.map(eventOf);
  const matched = matchesIn(
    alertRules.map((rule) => patterns[rule]),
    events,
  );

  test.each(rows.map((row, index) => [row.event, row.heard, index] as const))('%s: %j', (_what, heard, index) => {
    const event = events[index];
    const hears = alertRules.filter(
      (rule, at) => matched[index]?.[at] === true && event !== undefined && isDelivered(event, alertRuleState(rule)),
    );

    expect(hears).toEqual(heard);
  });
});

test('more events are hostile than benign', () => {
  const hostile = rows.filter(({ heard }) => heard.length > 0);

  expect(hostile.length).toBeGreaterThan(rows.length / 2);
});

test.each(alertRules)(
  'with the longest names of roles, the pattern of %s fits into the quota of EventBridge',
  (rule) => {
    const longest = alertPatterns({ ciRole: 'c'.repeat(64), operatorRole: 'o'.repeat(64) });

    expect(JSON.stringify(longest[rule]).length).toBeLessThanOrEqual(2_048);
  },
);

describe('names of calls', () => {
  const models = join(pythonTool('python') ?? '', '../../lib');
  const operationsOf = (service: string): readonly string[] => {
    const [python = ''] = readdirSync(models);
    const folder = join(models, python, 'site-packages/botocore/data', service);
    const [version = ''] = readdirSync(folder).toSorted().toReversed();
    const model = JSON.parse(gunzipSync(readFileSync(join(folder, version, 'service-2.json.gz'))).toString('utf8'));
    return Object.keys(model.operations);
  };
  const inBotocore: Readonly<Record<string, string>> = { 'access-analyzer': 'accessanalyzer' };
  const detecting = detectionCalls.sources.flatMap((service) => operationsOf(inBotocore[service] ?? service));

  test('every call that detection is watched for is one of its services', () => {
    expect(detectionCalls.names.filter((name) => !detecting.includes(name))).toEqual([]);
    expect(detectionCalls.prefixes.filter((prefix) => !detecting.some((name) => name.startsWith(prefix)))).toEqual([]);
  });

  test('every call that rules and roles are watched for is one of EventBridge and of IAM', () => {
    const [events, iam] = [operationsOf('events'), operationsOf('iam')];

    expect(ruleCalls.filter((name) => !events.includes(name))).toEqual([]);
    expect(identityCalls.filter((name) => !iam.includes(name))).toEqual([]);
  });

  test('every other call that could weaken detection is one that we know and leave out', () => {
    const heard = (name: string): boolean =>
      detectionCalls.names.some((one) => one === name) ||
      detectionCalls.prefixes.some((prefix) => name.startsWith(prefix));
    const weakening = /^(Batch)?(Archive|Delete|Disable|Disassociate|Put|Remove|Stop|Update|Deregister|Suppress)/;

    expect([...new Set(detecting)].filter((name) => weakening.test(name) && !heard(name)).toSorted()).toEqual(
      Object.keys(quietCalls).toSorted(),
    );
  });
});
