/** A rehearsal cannot reach another account or a name that is not its own, whatever its trials ask for. */
import { parseAccountId } from '../../orchestrator/domain/model/brand';
import { assertOwn } from '../../orchestrator/operations/rehearsal/guard';
import type { Effect } from '../../orchestrator/ports/guard';

const account = parseAccountId('111122223333');
const other = parseAccountId('444455556666');
const name = 'strongroom-rehearsal-20261201-first';
const visit = { account };
const stackIn = (set: string) => `arn:aws:cloudformation:us-east-1:${account}:stack/StackSet-${set}-1a2b/1`;

const allowed: readonly (readonly [Effect['port'], string, readonly unknown[]])[] = [
  ['stackSets', 'start', [{ spec: { name }, accounts: [account] }]],
  ['stackSets', 'detectDrift', [name, 'id']],
  ['accounts', 'revertDrift', [visit, { stackSet: name }, 'key']],
  ['rehearsal', 'changeByHand', [visit, 'us-east-1', name]],
  ['rehearsal', 'removeInstance', [{ stackSet: name, account }, 'delete']],
  ['rehearsal', 'deleteStackSet', [name]],
  ['rehearsal', 'deleteStack', [visit, 'us-east-1', stackIn(name)]],
  ['rehearsal', 'listen', [name]],
];

/** The same arguments with another account or name in them. */
const swapped = (args: readonly unknown[], from: string, to: string): readonly unknown[] =>
  JSON.parse(JSON.stringify(args).replaceAll(from, to));

test.each(allowed)('%s.%s is allowed on its own names in its account only', (port, method, args) => {
  const ask = (changed: readonly unknown[]) => () => assertOwn({ port, method, args: changed }, account);
  const namesAccount = JSON.stringify(args)
    .replaceAll(/arn:[^"]*/g, '')
    .includes(account);

  expect(ask(args)).not.toThrow();
  if (namesAccount)
    expect(ask(swapped(args, account, other))).toThrow(/is not 111122223333, so no rehearsal touches it/);
  expect(ask(swapped(args, 'strongroom-rehearsal-', 'strongroom-dev-'))).toThrow(
    /does not begin with strongroom-rehearsal-/,
  );
});

test.each([
  ['accounts', 'applySettings'],
  ['store', 'put'],
  ['stateMarker', 'put'],
  ['notifier', 'notify'],
] as const)('%s.%s is never allowed', (port, method) => {
  expect(() => assertOwn({ port, method, args: [visit] }, account)).toThrow('is no effect of a rehearsal');
});
