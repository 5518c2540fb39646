/** `strongroom install` and `strongroom uninstall`. */
import { loadConfig } from '../../config/load';
import { errors } from '../../domain/errors';
import type { Finding } from '../../domain/health/finding';
import type { InstallationPlan } from '../../domain/health/installing';
import { installationOf } from '../../domain/installation/installation';
import type { DesiredState } from '../../domain/model/desired-state';
import { accountsOf, carryOut, planInstallation } from '../../operations/install';
import { planRemoval, remove } from '../../operations/uninstall';
import type { Installer, ResourceEvent } from '../../ports/installer';
import { planLines, removalLines } from '../../presentation/installation';
import { createPaint } from '../../presentation/paint';
import { cleaned, json } from '../../presentation/text';
import { type ExitStatus, exitStatus } from '../exit-status';
import type { Host } from '../host';
import { untilInterrupted } from '../interruptible';
import { type CommonOptions, configDefault } from '../options';
import { findingLines } from '../render/doctor';
import { command } from '../run';
import { createScreen } from '../screen';
import { doctor } from './doctor';

export interface InstallOptions {
  readonly plan?: boolean;
  readonly yes?: boolean;
  readonly acceptMissingPermissions?: boolean;
}

export function install(host: Host, common: CommonOptions, options: InstallOptions): Promise<ExitStatus> {
  assertCanAsk(host, common, { isSettled: options.plan === true || options.yes === true, what: 'installation' });
  return withInstaller(host, common, async (installer, desiredState) => {
    const plan = await planInstallation(installer, desiredState, {
      templates: host.readTemplate,
      acceptsMissingPermissions: options.acceptMissingPermissions,
    });
    showPlan(host, common, plan, options);
    if (plan.findings.some(isProblem)) return exitStatus.held;
    if (options.plan === true) return exitStatus.done;
    const isWhole = plan.changes.every(({ change }) => change === 'none') && !plan.enablesTrustedAccess;
    if (!isWhole && options.yes !== true && (await host.confirm?.('Install this?')) !== true) {
      host.io.err('cancelled; nothing was changed');
      return exitStatus.done;
    }
    const progress = follow(host, common);
    const ended = await untilInterrupted(host, carryOut(installer, desiredState, plan, progress));
    if (ended === 'interrupted') return interrupted(host, common, 'install');
    // What follows is the work of the Deployments account, where the table and the state machine are.
    await host.actAs(await installer.credentials(accountsOf(desiredState).deployments));
    return doctor(host, { ...common, engine: { kind: 'stepfunctions' } });
  });
}

export function uninstall(host: Host, common: CommonOptions, options: InstallOptions): Promise<ExitStatus> {
  assertCanAsk(host, common, { isSettled: options.plan === true || options.yes === true, what: 'uninstallation' });
  return withInstaller(host, common, async (installer, desiredState) => {
    const removal = await planRemoval(installer, desiredState);
    if (common.json) host.io.out(json({ type: 'planned', ...removal }));
    else removalLines(cleaned(removal)).forEach(host.io.out);
    if (options.plan === true || removal.stacks.length === 0) return exitStatus.done;
    if (options.yes !== true && (await host.confirm?.('Delete these stacks?')) !== true) {
      host.io.err('cancelled; nothing was deleted');
      return exitStatus.done;
    }
    const progress = follow(host, common);
    const removing = remove(installer, desiredState, removal, {
      ...progress,
      ended: (stack) => progress.ended(stack, 'deleted'),
    });
    if ((await untilInterrupted(host, removing)) === 'interrupted') return interrupted(host, common, 'uninstall');
    if (!common.json) host.io.out(`the baseline is in place; to manage it again: ${command(common, 'install')}`);
    return exitStatus.done;
  });
}

const isProblem = ({ verdict }: Finding): boolean => verdict === 'problem';

interface Asking {
  readonly isSettled: boolean;
  readonly what: string;
}

function assertCanAsk(host: Host, { json: asJson, world }: CommonOptions, { isSettled, what }: Asking): void {
  if (world.kind === 'simulated')
    throw errors.invalidInput(`the simulated organization has no ${what}`, 'remove --world');
  if (!isSettled && (asJson || host.confirm === undefined))
    throw errors.invalidInput(`the ${what} cannot be confirmed here`, 'review it with --plan, then add --yes');
}

async function withInstaller(
  host: Host,
  { config }: CommonOptions,
  act: (installer: Installer, desiredState: DesiredState) => Promise<ExitStatus>,
): Promise<ExitStatus> {
  const desiredState = await loadConfig(config ?? configDefault, (warning) => host.io.err(`warning: ${warning}`));
  accountsOf(desiredState);
  const { home, partition } = installationOf(desiredState);
  const installer = await host.openInstaller({ home, organizationsRegion: partition.organizationsRegion });
  try {
    return await act(installer, desiredState);
  } finally {
    installer.close();
  }
}

function showPlan(host: Host, common: CommonOptions, plan: InstallationPlan, options: InstallOptions): void {
  const { out, colour } = host.io;
  const { findings, changes, ...rest } = plan;
  if (common.json) {
    // The templates are in the package; what they come to is enough.
    out(json({ type: 'planned', findings, changes: changes.map(({ template: _, ...change }) => change), ...rest }));
    return;
  }
  const paint = createPaint(colour);
  const shown = cleaned(plan);
  const problems = shown.findings.filter(({ verdict }) => verdict !== 'ok');
  if (options.plan === true || problems.length > 0) findingLines(shown.findings, paint, 'an installation').forEach(out);
  if (shown.findings.some(isProblem)) return;
  planLines(shown, { isFull: options.plan === true }, paint).forEach(out);
}

type Progress = Parameters<typeof carryOut>[3] & { readonly ended: (what: string, came: string) => void };

function follow(host: Host, common: CommonOptions): Progress {
  const screen = createScreen(host.io);
  const tell = (event: object, text: string, block: readonly string[]): void => {
    if (common.json) {
      host.io.out(json({ at: host.now().toISOString(), ...event }));
      return;
    }
    if (text !== '') screen.line(text);
    screen.block(block);
  };
  return {
    started: (what, account, region) =>
      tell({ type: 'started', what, account, region }, `${what} in account ${account}, ${region}`, []),
    resource: (event) => {
      const { stack, id, type, status } = cleaned(event);
      tell({ ...event, type: 'resource', resourceType: type }, failureText(cleaned(event)), [
        `  ${counted(event)}${stack}: ${status} ${type} ${id}`,
      ]);
    },
    ended: (what, came) => tell({ type: 'ended', what, came }, `${what}: ${came}`, []),
  };
}

const counted = ({ done, total }: ResourceEvent): string =>
  done === undefined || total === undefined ? '' : `${done} of ${total}  `;
const failureText = ({ status, type, id, because }: ResourceEvent): string =>
  status.endsWith('FAILED') ? `  ${status} ${type} ${id}${because === undefined ? '' : `: ${because}`}` : '';

function interrupted(host: Host, common: CommonOptions, words: string): ExitStatus {
  host.io.err('interrupted; AWS completes the operation on the stack that is in progress');
  host.io.err(`to continue: ${command(common, words)}`);
  return exitStatus.interrupted;
}
