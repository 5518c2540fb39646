/** The handlers of all tasks with one set of ports, as the embedded engine and the tests run them. Lambda runs the same handlers. */
import type { Ports } from '../ports/ports';
import { functionName, type Handler, type TaskName, taskNames } from '../tasks/table';
import * as taskHandlers from './task-handlers';

/** Does not compile while a task has no handler. */
const byTask: { readonly [T in TaskName]: Handler<T> } = taskHandlers;

type Invoke = (input: unknown) => Promise<unknown>;

/** By the name that the machine invokes them under. The machine makes their input itself, so it is not checked again. */
export function functionsOf(ports: Ports): Readonly<Record<string, Invoke>> {
  return Object.fromEntries(taskNames.map((task) => [functionName(task), handlerOf(task, ports)]));
}

export function handlerOf(task: TaskName, ports: Ports): Invoke {
  const make: (ports: Ports) => (input: never) => Promise<unknown> = byTask[task];
  const handler = make(ports);
  return (input) => handler(input as never);
}
