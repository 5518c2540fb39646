/** EventBridge as moto implements it: the language of patterns is not ours, and neither is this implementation. */
import { spawnSync } from 'node:child_process';
import { pythonTool } from '../../../scripts/python';

const program = `
import json, sys
from moto.events.models import EventPattern
asked = json.load(sys.stdin)
patterns = [EventPattern.load(json.dumps(pattern)) for pattern in asked["patterns"]]
print(json.dumps([[pattern.matches_event(event) for pattern in patterns] for event in asked["events"]]))
`;

/**
 * Which patterns match each event.
 *
 * moto does not look into lists of objects. EventBridge does, one element after another [doc:eventbridge/eb-event-patterns], so such an
 * event is given to moto once for each element.
 */
export function matchesIn(patterns: readonly unknown[], events: readonly object[]): readonly (readonly boolean[])[] {
  const python = pythonTool('python');
  if (python === undefined)
    throw new Error('moto is not installed: run `npx tsx scripts/python.ts`, which needs python3');
  const parts = events.flatMap((event, index) => elementsOf(event).map((part) => ({ index, part })));
  const input = JSON.stringify({ patterns, events: parts.map(({ part }) => part) });
  const { status, stdout, stderr } = spawnSync(python, ['-c', program], {
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(stderr);
  const matched: readonly (readonly boolean[])[] = JSON.parse(stdout);
  return events.map((_, index) =>
    patterns.map((_, at) => parts.some((part, row) => part.index === index && matched[row]?.[at] === true)),
  );
}

/** The event with each list of objects replaced by one of its elements. */
function elementsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) {
    const isOfObjects = value.some((item) => typeof item === 'object' && item !== null);
    return isOfObjects ? value.flatMap(elementsOf) : [value];
  }
  if (typeof value !== 'object' || value === null) return [value];
  return Object.entries(value).reduce<readonly object[]>(
    (made, [key, inner]) => made.flatMap((one) => elementsOf(inner).map((element) => ({ ...one, [key]: element }))),
    [{}],
  );
}
