/** The most common uses of each command, for the end of its --help. */
type Example = readonly [words: string, does: string];

const rolloutId = 'ro-20261122-080000-k3f9';

/** By command; each example omits the command itself. */
const examples: Readonly<Record<string, readonly Example[]>> = {
  init: [
    ['', 'write strongroom.yaml'],
    ['--config baseline.yaml', 'write another file'],
  ],
  install: [
    ['--plan', 'what would change, with every resource and IAM statement'],
    ['', 'install, update or continue'],
    ['--yes --json', 'in a pipeline'],
  ],
  uninstall: [
    ['--plan', 'what would be deleted, and what is kept'],
    ['', 'delete what runs rollouts'],
  ],
  doctor: [
    ['', 'check the installation'],
    ['--engine stepfunctions', 'check the deployed orchestrator too'],
  ],
  plan: [
    ['', 'all accounts, by wave'],
    ['--wave sandbox --full', 'every account of one wave'],
    ['--json', 'for a review in a pipeline'],
  ],
  rollout: [
    ['--wave canary', 'only the first wave'],
    ['--retry-failed --yes', 'retry the failed accounts without confirmation'],
    ['--emergency --reason "CVE-2026-1234"', 'skip soaks; gates and approvals apply'],
  ],
  watch: [[rolloutId, 'until it ends or requires a decision']],
  pause: [[`${rolloutId} --reason "an incident elsewhere"`, 'complete work in progress, start nothing new']],
  resume: [
    [rolloutId, 'after a pause or an interruption'],
    [`${rolloutId} --reason "the quota was raised"`, 'retry a held wave'],
  ],
  approve: [[`${rolloutId} --reason "reviewed by the board"`, 'start the next wave']],
  reject: [[`${rolloutId} --reason "not this week"`, 'end it; completed changes stay']],
  abort: [[`${rolloutId} --reason "the wrong config"`, 'end it now']],
  rollback: [
    [`${rolloutId} --reason "locks people out"`, 'every wave that it reached'],
    [`${rolloutId} --wave prod --reason "locks people out"`, 'one wave'],
  ],
  status: [
    ['', 'all accounts'],
    ['--state KEYS_AT_RISK', 'only accounts in this state'],
    ['--wave prod --csv > prod.csv', 'for a spreadsheet'],
  ],
  account: [['111122223333', 'stacks, gates, failing checks and next step']],
  dashboard: [
    ['', 'on a free port, until Ctrl-C'],
    ['--port 8080', 'on this port'],
    ['--engine stepfunctions', 'show the deployed orchestrator'],
  ],
  verify: [
    ['', 'all accounts'],
    ['--account 111122223333', 'one account'],
    ['--drift --wave prod', 'changes made outside Strongroom'],
  ],
  evidence: [['--since 2026-11-01 > evidence.jsonl', 'for an auditor']],
  state: [
    ['check', 'whether the records are complete and unchanged'],
    ['backup strongroom-2026-11-22.db', 'while a rollout runs, too'],
    ['restore strongroom-2026-11-22.db --state restored', 'into a new folder'],
  ],
  simulate: [['--accounts 2000 --seed 7', 'estimate duration and API calls']],
  rehearse: [
    ['--account 111122223333 --report rehearsal.md', 'in a spare account'],
    ['--account 111122223333 --cleanup', 'remove what earlier rehearsals have left'],
  ],
  demo: [['--once', 'do not open the dashboard']],
  completion: [
    ['bash >> ~/.bashrc', 'for bash'],
    ['fish > ~/.config/fish/completions/strongroom.fish', 'for fish'],
  ],
};

export function examplesOf(command: string): string {
  const lines = (examples[command] ?? []).map(
    ([words, does]) => [`strongroom ${command} ${words}`.trim(), does] as const,
  );
  const width = Math.max(...lines.map(([words]) => words.length));
  return ['', 'Examples:', ...lines.map(([words, does]) => `  ${words.padEnd(width)}  ${does}`)].join('\n');
}

export const programHelp = `
Examples:
  strongroom init                                       write a config for your organization
  strongroom install --plan                             show what an installation would create
  strongroom doctor                                     check the installation before a rollout
  strongroom rollout --wave sandbox                     roll out to one wave and follow it
  strongroom rollout --engine local                     roll out in this process

Exit status: 0 success; 1 unexpected error; 2 invalid config or usage; 3 action required: held, failed or rolled back;
4 refused: busy, not allowed, or not waiting for this decision; 5 a question of \`rehearse\` has no answer.`;
