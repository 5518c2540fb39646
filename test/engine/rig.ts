import { createEngine, type EngineOptions, type ExecutionEnd } from '../../orchestrator/engine/engine';
import type { Store } from '../../orchestrator/ports/ports';
import { createMemoryStore } from '../../orchestrator/simulated/memory-store';
import { createVirtualClock } from '../../orchestrator/simulated/virtual-clock';

export const startedAt = new Date('2026-11-22T12:00:00.000Z');
export const secondsIn = (seconds: number): number => startedAt.getTime() + seconds * 1000;

/** States that end where they stand unless `more` says Next. */
export const task = (FunctionName: string, more: object = {}): object => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: { FunctionName, 'Payload.$': '$' },
  OutputPath: '$.Payload',
  ...('Next' in more ? {} : { End: true }),
  ...more,
});
export const tokenTask = (FunctionName: string, more: object = {}): object => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Parameters: { FunctionName, Payload: { 'token.$': '$$.Task.Token' } },
  ...('Next' in more ? {} : { End: true }),
  ...more,
});
export const map = (FunctionName: string, more: object = {}): object => ({
  Type: 'Map',
  ItemsPath: '$.items',
  ItemSelector: { 'item.$': '$$.Map.Item.Value' },
  ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, StartAt: 'Each', States: { Each: task(FunctionName) } },
  ResultPath: null,
  ...('Next' in more ? {} : { End: true }),
  ...more,
});
export const machine = (States: Record<string, object>): object => ({ StartAt: Object.keys(States)[0], States });

export class Named extends Error {
  constructor(name: string, message = 'it went wrong') {
    super(message);
    this.name = name;
  }
}

export type Rig = ReturnType<typeof rig>;

/** An engine in virtual time. Each call of a function is noted with the second at which it came. */
export function rig(
  States: Record<string, object>,
  functions: Record<string, (input: never, call: number) => unknown> = {},
  more: Partial<EngineOptions> & {
    readonly store?: Store;
    readonly clock?: ReturnType<typeof createVirtualClock>;
  } = {},
) {
  const clock = more.clock ?? createVirtualClock(startedAt);
  const calls: { readonly name: string; readonly input: unknown; readonly second: number }[] = [];
  const secondNow = (): number => (clock.nowMs() - startedAt.getTime()) / 1000;
  const transitions: string[] = [];
  const engine = createEngine({
    definition: machine(States),
    functions: Object.fromEntries(
      Object.entries(functions).map(([name, run]) => [
        name,
        async (input: unknown) => {
          calls.push({ name, input, second: secondNow() });
          return run(input as never, calls.filter((c) => c.name === name).length);
        },
      ]),
    ),
    store: createMemoryStore(),
    random: () => 0.5,
    onTransition: ({ state }) => transitions.push(state),
    ...more,
    clock,
  });
  return {
    engine,
    clock,
    calls,
    transitions,
    secondNow,
    start: (input: unknown = {}, name = 'ro-1'): Promise<ExecutionEnd> => clock.run(engine.start(name, input)),
    resume: (name = 'ro-1'): Promise<ExecutionEnd> => clock.run(engine.resume(name)),
  };
}
