/** What people write most, for the end of each --help. */
type Example = readonly [words: string, does: string];

const rolloutId = 'ro-20261122-080000-k3f9';

/** By the name of the command, without it. */
const examples: Readonly<Record<string, readonly Example[]>> = {
  init: [
    ['', 'a first strongroom.yaml here'],
    ['--config baseline.yaml', 'under another name'],
  ],
  doctor: [
    ['', 'what is wrong, and what to do about each'],
    ['--engine stepfunctions', 'of the deployed orchestrator too'],
  ],
  plan: [
    ['', 'everybody, by wave'],
    ['--wave sandbox --full', 'one wave, with every account'],
    ['--json', 'for a review in a pipeline'],
  ],
  rollout: [
    ['--wave canary', 'the first wave only'],
    ['--retry-failed --yes', 'again for those that failed, without a question'],
    ['--emergency --reason "CVE-2026-1234"', 'no soaks; gates and approvals stay'],
  ],
  watch: [[rolloutId, 'until it ends or wants a person']],
  pause: [[`${rolloutId} --reason "an incident elsewhere"`, 'what runs is finished, nothing new starts']],
  resume: [
    [rolloutId, 'after a pause, or after the terminal was closed'],
    [`${rolloutId} --reason "the quota was raised"`, 'a held wave is tried again'],
  ],
  approve: [[`${rolloutId} --reason "seen by the board"`, 'the next wave starts']],
  reject: [[`${rolloutId} --reason "not this week"`, 'it ends, what was done stays']],
  abort: [[`${rolloutId} --reason "the wrong config"`, 'it ends now']],
  rollback: [
    [`${rolloutId} --reason "locks people out"`, 'every wave that it has reached'],
    [`${rolloutId} --wave prod --reason "locks people out"`, 'one of them'],
  ],
  status: [
    ['', 'all accounts, by state'],
    ['--state KEYS_AT_RISK', 'only those'],
    ['--wave prod --csv > prod.csv', 'for a spreadsheet'],
  ],
  account: [['111122223333', 'its stacks, gates, failing checks, and what to do']],
  dashboard: [
    ['', 'on a free port, until Ctrl-C'],
    ['--port 8080', 'on that one'],
    ['--engine stepfunctions', 'over the records of the deployed orchestrator'],
  ],
  verify: [
    ['', 'every account, now'],
    ['--account 111122223333', 'one of them'],
    ['--drift --wave prod', 'what people have changed by hand'],
  ],
  evidence: [['--since 2026-11-01 > evidence.jsonl', 'for an auditor']],
  state: [
    ['check', 'is everything there'],
    ['backup strongroom-2026-11-22.db', 'while a rollout runs too'],
    ['restore strongroom-2026-11-22.db --state restored', 'into a new folder'],
  ],
  simulate: [['--accounts 2000 --seed 7', 'how long it would take, and how many calls']],
  demo: [['--once', 'without the dashboard at the end']],
  completion: [
    ['bash >> ~/.bashrc', 'for the next shell'],
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
