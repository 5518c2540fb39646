/**
 * What a service control policy would have decided about calls that were made: `npx tsx scripts/evaluate-calls.ts POLICY.json LOG.json...`,
 * where a log is a file of CloudTrail, unpacked. Prints how many calls are allowed, denied and undetermined, for each action and Region, and
 * how many were evaluated in a second.
 */
import { readFileSync } from 'node:fs';
import { evaluateCall, requestOf } from '../orchestrator/domain/policies/calls/request-of';
import { type Policy, readPolicy } from '../orchestrator/domain/policies/evaluation/document';
import { isFields } from '../orchestrator/domain/policies/evaluation/reading';

const full = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };

function policyIn(name: string, document: unknown): Policy {
  const { policy, problems } = readPolicy('serviceControl', name, document);
  for (const { place, problem } of problems) console.error(`${name}: ${place}: ${problem}`);
  if (policy === undefined) throw new Error(`${name} is not a service control policy`);
  return policy;
}

function recordsIn(path: string): readonly unknown[] {
  const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
  const records = isFields(content) ? content['Records'] : content;
  return Array.isArray(records) ? records : [];
}

function main([policyPath, ...logs]: readonly string[]): void {
  if (policyPath === undefined) throw new Error('usage: evaluate-calls.ts POLICY.json LOG.json...');
  const serviceControl = [[policyIn('FullAWSAccess', full), policyIn(policyPath, readFileSync(policyPath, 'utf8'))]];
  const calls = logs.flatMap(recordsIn).map((record) => requestOf(record));
  const counts = new Map<string, number>();
  const startedMs = performance.now();
  for (const call of calls) {
    const line =
      'skipped' in call
        ? `skipped: ${call.skipped}`
        : `${evaluateCall({ serviceControl }, call).outcome} ${call.actions.join('+')} ${call.region}`;
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  const seconds = (performance.now() - startedMs) / 1000;
  for (const [line, count] of [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1))) console.log(`${count}\t${line}`);
  console.log(`${calls.length} calls, ${Math.round(calls.length / seconds)} evaluations a second`);
}

main(process.argv.slice(2));
