/** Options of the command line, parsed once; all other code trusts the result. */

import { errors, messageOf } from '../domain/errors';
import {
  type AccountId,
  parseAccountId,
  parseRegion,
  parseRolloutId,
  type Region,
  type RolloutId,
  type WaveName,
} from '../domain/model/brand';
import type { DesiredState } from '../domain/model/desired-state';
import { type ReadinessState, readinessStates } from '../domain/model/readiness';
import { nearestNames } from '../domain/nearest';
import { saysSomething } from '../presentation/text';

/** The options of every command, as commander returns them. */
export interface RawOptions {
  readonly config?: string;
  readonly world: string;
  /** Every --state in order; for `status` it is also a filter. */
  readonly state: readonly string[];
  readonly engine?: string;
  readonly stack?: string;
  readonly json?: boolean;
}

export type WorldChoice = { readonly kind: 'aws' } | { readonly kind: 'simulated'; readonly file?: string | undefined };
export type StateChoice =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'dynamodb'; readonly table: string }
  /** No state folder, because the one that exists cannot be used. */
  | { readonly kind: 'none' };

/** What runs rollouts: this process, or the state machine of a deployed stack; by default the latter wherever it is deployed. */
export type EngineChoice =
  | { readonly kind: 'found' }
  | { readonly kind: 'local' }
  | { readonly kind: 'stepfunctions'; readonly stack?: string | undefined };

export interface CommonOptions {
  /** undefined: strongroom.yaml. */
  readonly config: string | undefined;
  readonly world: WorldChoice;
  /** undefined: the default of the world. */
  readonly state: StateChoice | undefined;
  readonly engine: EngineChoice;
  readonly json: boolean;
  /** The options that the next command has to repeat. */
  readonly again: string;
}

export const configDefault = 'strongroom.yaml';
export const stateFolderDefault = '.strongroom';
export const stackDefault = 'StrongroomOrchestrator';

export function commonOptions({ config, world, state, engine, stack, json = false }: RawOptions): CommonOptions {
  const where = state.at(-1);
  const again = [
    ...(config === undefined ? [] : ['--config', quoted(config)]),
    ...(world === 'aws' ? [] : ['--world', quoted(world)]),
    ...(where === undefined ? [] : ['--state', quoted(where)]),
    ...(engine === undefined ? [] : ['--engine', quoted(engine)]),
    ...(stack === undefined ? [] : ['--stack', quoted(stack)]),
  ].join(' ');
  return {
    config,
    world: worldChoice(world),
    state: where === undefined ? undefined : stateChoice(where),
    engine: engineChoice(engine, { world, where, stack }),
    json,
    again,
  };
}

const quoted = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

function worldChoice(text: string): WorldChoice {
  if (text === 'aws') return { kind: 'aws' };
  const [, file] = /^simulated(?::(.+))?$/.exec(text) ?? [];
  if (file === undefined && text !== 'simulated')
    throw errors.invalidInput(`unknown world "${text}"`, 'use `--world aws`, `simulated` or `simulated:FILE`');
  return { kind: 'simulated', file };
}

function engineChoice(
  text: string | undefined,
  {
    world,
    where,
    stack,
  }: { readonly world: string; readonly where: string | undefined; readonly stack: string | undefined },
): EngineChoice {
  if (text === undefined && stack === undefined)
    return { kind: world === 'aws' && where === undefined ? 'found' : 'local' };
  if (text === 'local') {
    if (stack === undefined) return { kind: 'local' };
    throw errors.invalidInput(`--stack ${stack} has no effect with --engine local`, 'remove --engine or --stack');
  }
  if (text !== undefined && text !== 'stepfunctions')
    throw errors.invalidInput(`unknown engine "${text}"`, 'use `--engine local` or `--engine stepfunctions`');
  if (world !== 'aws')
    throw errors.invalidInput(
      'Step Functions does not support a simulated organization',
      'remove --engine and --stack, or --world',
    );
  // Its functions use the table that they were deployed with.
  if (where !== undefined)
    throw errors.invalidInput('Step Functions keeps its records in its own table', 'remove --state');
  return { kind: 'stepfunctions', stack };
}

function stateChoice(text: string): StateChoice {
  const [scheme, table] = /^dynamodb:(.*)$/.exec(text) ?? [];
  if (scheme === undefined) {
    if (text === '') throw errors.invalidInput('--state is empty', 'use `--state FOLDER`');
    return { kind: 'folder', folder: text };
  }
  // Names that DynamoDB accepts [bc:dynamodb:CreateTable].
  if (table === undefined || !/^[\w.-]{3,255}$/.test(table))
    throw errors.invalidInput(`"${text}" is not a DynamoDB table name`, 'use `--state dynamodb:TABLE`');
  return { kind: 'dynamodb', table };
}

/** Readiness states are written in capitals, unlike folders. */
const looksLikeReadiness = /^[A-Z][A-Z_]+$/;

/** `status --state` filters by readiness if its value looks like a readiness state; otherwise it names the state folder or table. */
export function statusStates(values: readonly string[]): {
  readonly readiness: readonly ReadinessState[];
  readonly state: readonly string[];
} {
  const [wanted, state] = [
    values.filter((value) => looksLikeReadiness.test(value)),
    values.filter((value) => !looksLikeReadiness.test(value)),
  ];
  return { readiness: wanted.map(readinessNamed), state };
}

function readinessNamed(text: string): ReadinessState {
  const known = readinessStates.find((state) => state === text);
  if (known !== undefined) return known;
  const nearest = nearestNames(text, readinessStates, 3);
  throw errors.invalidInput(
    `unknown readiness state ${text}`,
    nearest.length > 0
      ? `did you mean ${nearest.join(' or ')}? For a folder of this name, use ./${text}`
      : `use one of ${readinessStates.join(', ')}; for a folder of this name, use ./${text}`,
  );
}

export const accountId = (text: string): AccountId => parsed(parseAccountId, text, 'use 12 digits without spaces');
export const accountIds = (texts: readonly string[]): readonly AccountId[] => texts.map(accountId);
export const regionNamed = (text: string): Region => parsed(parseRegion, text, 'use a Region like eu-south-1');
export const rolloutId = (text: string): RolloutId =>
  parsed(parseRolloutId, text, 'list the rollouts with `strongroom status`');

function parsed<T>(parse: (text: string) => T, text: string, next: string): T {
  try {
    return parse(text);
  } catch (error) {
    throw errors.invalidInput(messageOf(error), next);
  }
}

/** Looks up wave names; an unknown name gets an error with all waves. */
export function waveNames(names: readonly string[], desiredState: DesiredState): readonly WaveName[] {
  const known = desiredState.waves.map(({ name }) => name);
  const unknown = names.filter((name) => !known.some((wave) => wave === name));
  if (unknown.length > 0) throw errors.unknownWave(unknown, known);
  return known.filter((wave) => names.includes(wave));
}

export function wholeNumber(option: string, text: string, example = 120): number {
  if (!/^\d{1,9}$/.test(text))
    throw errors.invalidInput(`${option} must be a whole number, got "${text}"`, `use \`${option} ${example}\``);
  return Number(text);
}

/** A day, which begins at 00:00 UTC, or a point in time. */
export function instant(option: string, text: string): Date {
  const isWritten = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z)?$/.test(text);
  const time = new Date(text);
  // JavaScript accepts days that do not exist, like 30 February.
  if (!isWritten || Number.isNaN(time.getTime()) || !time.toISOString().startsWith(text.slice(0, 10)))
    throw errors.invalidInput(
      `${option} must be a day or a time in UTC, got "${text}"`,
      `use \`${option} 2026-11-22\` or \`${option} 2026-11-22T08:00Z\``,
    );
  return time;
}

/** A reason is recorded, so it must not be empty. */
export function reasonGiven(text: string): string {
  if (!saysSomething(text)) throw errors.invalidInput('--reason is empty', 'enter a reason; the log keeps it');
  return text;
}
