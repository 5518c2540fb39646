/** The built program on state folders of every kind: one sentence and a next step, or one JSON error, and never a stack trace. */

import { execFile } from 'node:child_process';
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { errors } from '../../orchestrator/domain/errors';
import { parseOrganizationId } from '../../orchestrator/domain/model/brand';
import { openEmbeddedState } from '../../orchestrator/embedded/state';
import { byVersion, guard } from '../../orchestrator/ports/guard';
import { claimState } from '../../orchestrator/records/owner';
import { stateIdentity } from '../../orchestrator/records/state-identity';
import { breakPasswordPolicy, parsedLines, rig, rolloutIdIn } from './rig';

const strongroom = join(__dirname, '..', '..', 'dist', 'cli', 'strongroom.mjs');
/** Nobody in particular: root may open everything. */
const nobody = 65_534;
const isRoot = process.getuid?.() === 0;

let root: string;
let folder: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'strongroom-state-'));
  await chmod(root, 0o777);
  folder = join(root, 'state');
  await writeFile(join(root, 'strongroom.yaml'), await readFile(rig().config(), 'utf8'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

function run(words: readonly string[], { asNobody = false } = {}): Promise<Ran> {
  const env = { PATH: process.env['PATH'], HOME: root, AWS_ENDPOINT_URL: 'http://127.0.0.1:9', STRONGROOM_USER: 'jo' };
  const who = asNobody && isRoot ? { uid: nobody, gid: nobody } : {};
  return new Promise((resolve) =>
    execFile(process.execPath, [strongroom, ...words], { cwd: root, env, ...who }, (error, out, err) =>
      resolve({ status: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, out, err }),
    ),
  );
}

async function makeState(): Promise<string> {
  const { store, artifacts, close } = await openEmbeddedState(folder);
  await claimState(guard({ store }, byVersion), parseOrganizationId('o-abcdefghij'));
  const { id } = await stateIdentity(guard({ store, random: () => 0.3 }, byVersion), new Date('2026-11-22T08:00:00Z'));
  await artifacts.put('plans/a.json', 'a plan');
  await close();
  return id;
}

const spoil: Readonly<Record<string, () => Promise<unknown>>> = {
  'is a file': () => writeFile(folder, ''),
  'was made by an earlier version': async () => {
    await mkdir(join(folder, 'table'), { recursive: true });
    await writeFile(join(folder, 'table', 'CURRENT'), '');
  },
  'is cut off': async () => {
    await makeState();
    await truncate(join(folder, 'state.db'), 10_000);
  },
  'lost its head': async () => {
    await makeState();
    await unlink(join(folder, 'head'));
  },
  'lost its database': async () => {
    await makeState();
    await unlink(join(folder, 'state.db'));
  },
};

test.each(Object.keys(spoil))('a folder that %s ends every command in one sentence and a next step', async (kind) => {
  await spoil[kind]?.();

  const [told, asJson] = await Promise.all([
    run(['status', '--state', folder]),
    run(['status', '--json', '--state', folder]),
  ]);

  expect(told.err).toMatch(/^error: [^\n]+\nnext: [^\n]+\n$/);
  expect(asJson.err.trim().split('\n')).toHaveLength(1);
  expect(JSON.parse(asJson.err)).toMatchObject({ error: { code: expect.stringMatching(/^State/), next: /./ } });
  expect([told.status, asJson.status]).toEqual([asJson.status, told.status]);
  expect([2, 3]).toContain(told.status);
});

describe('a folder of somebody else', () => {
  test.each([
    ['may not be entered', 0o700, /cannot use the state in folder \S+: you are not allowed to open it$/],
    ['may be read only', 0o755, /cannot use the state in folder \S+: you are not allowed to open it$/],
  ])('that %s is refused', async (_, mode, message) => {
    await makeState();
    // Of a user who is neither root nor nobody; who is not root takes the rights from himself.
    if (isRoot) await chown(folder, nobody - 1, nobody - 1);
    await chmod(folder, isRoot ? mode : 0o500 & mode);

    const { status, err } = await run(['status', '--json', '--state', folder], { asNobody: true });
    await chmod(folder, 0o700);

    expect([status, JSON.parse(err).error]).toMatchObject([
      2,
      { code: 'StateUnusable', message: expect.stringMatching(message) },
    ]);
  });
});

test.each([
  ['damaged', errors.stateDamaged('folder s', 'item a/b is not as written'), 'restore a backup'],
  ['full', errors.stateFull('folder s'), 'free disk space'],
])('doctor says that the state is %s and what to do, and checks the rest', async (_, refused, next) => {
  const line = rig({ stateRefused: refused });

  const { status, out } = await line.aws('doctor', '--json', '--config', line.config(), '--state', root);

  const findings: readonly { check: string; verdict: string; saw: string; next?: string }[] = JSON.parse(
    out.join('\n'),
  );
  expect(status).toBe(3);
  expect(findings.filter(({ verdict }) => verdict === 'problem')).toEqual([
    { check: 'state', verdict: 'problem', saw: refused.message, next: expect.stringContaining(next) },
  ]);
  expect(findings.map(({ check }) => check)).toContain('quotas');
});

test('check says that a state is sound, and whose it is', async () => {
  const id = await makeState();

  const [told, asJson] = [
    await run(['state', 'check', '--state', folder]),
    await run(['state', 'check', '--json', '--state', folder]),
  ];

  expect(told).toMatchObject({ status: 0, out: expect.stringContaining('all acknowledged writes are there') });
  expect(told.out).toContain(`state         ${id} since 2026-11-22T08:00:00.000Z`);
  expect(JSON.parse(asJson.out)).toMatchObject({
    sound: true,
    organization: 'o-abcdefghij',
    identity: { id },
    rollouts: 0,
    artifacts: 1,
    writes: 3,
  });
});

test('what was backed up is restored under another name, and said so', async () => {
  const id = await makeState();
  const [file, restored] = [join(root, 'backup.db'), join(root, 'restored')];

  const backedUp = await run(['state', 'backup', file, '--state', folder]);
  const back = await run(['state', 'restore', file, '--json', '--state', restored]);
  const again = await run(['state', 'restore', file, '--state', restored]);

  expect([backedUp.status, backedUp.out]).toEqual([
    0,
    expect.stringMatching(/^backed up folder \S+ to \S+backup.db: 2 records, 1 artifact, /),
  ]);
  expect(JSON.parse(back.out)).toMatchObject({ restoredFrom: id, state: expect.stringMatching(/^st-\w{10}$/) });
  expect([again.status, again.err]).toEqual([2, expect.stringMatching(/it is not empty, it has head/)]);
});

test('going on without lost writes is recorded with who and when', async () => {
  await makeState();
  const earlier = join(root, 'earlier');
  await cp(folder, earlier, { recursive: true });
  const { store, close } = await openEmbeddedState(folder);
  await store.put({ pk: 'p', sk: 's' }, 1, 0);
  await close();
  await cp(join(earlier, 'state.db'), join(folder, 'state.db'));

  const refused = await run(['state', 'check', '--state', folder]);
  const accepted = await run(['state', 'check', '--accept-loss', '--json', '--state', folder]);
  const by = `local user ${userInfo().username} (noted as "jo")`;

  expect([refused.status, refused.err]).toEqual([
    3,
    expect.stringMatching(/the last 1 acknowledged write is missing\n/),
  ]);
  expect(accepted).toMatchObject({
    status: 0,
    err: expect.stringContaining(`continuing without 1 acknowledged write; recorded for ${by}`),
  });
  expect(JSON.parse(accepted.out)).toMatchObject({ identity: { losses: [{ by, writes: 1 }] } });
});

test.each([
  [['--state', 'dynamodb:strongroom'], /this command supports only a state in a folder/],
  [['--world', 'simulated'], /the simulated organization keeps no state/],
])('there is nothing to check with %j', async (options, says) => {
  const { status, err } = await run(['state', 'check', ...options]);

  expect([status, err]).toEqual([2, expect.stringMatching(says)]);
});

test('another state is refused before a person is asked anything, until --take-over-state is given', async () => {
  const line = rig({ host: { confirm: async () => true } });
  const managing = { state: 'st-other', by: 'ada', since: '2026-11-21T08:00:00.000Z' };
  await line.world.stateMarker.put(managing);
  const rollout = ['rollout', '--yes', '--json', '--wave', 'sandbox', '--config', line.config(), '--state', root];

  const refused = await line.aws(...rollout);
  const withoutReason = await line.aws(...rollout, '--take-over-state');
  const taken = await line.aws(...rollout, '--take-over-state', '--reason', 'its laptop is lost');

  expect([refused.status, parsedLines(refused.err).at(-1)]).toMatchObject([
    4,
    {
      error: {
        code: 'StateElsewhere',
        message: expect.stringMatching(/st-other, .*since 2026-11-21T08:00:00.000Z by ada$/),
      },
    },
  ]);
  expect(withoutReason.status).toBe(2);
  expect([taken.status, parsedLines(taken.out)]).toMatchObject([
    0,
    expect.arrayContaining([
      expect.objectContaining({ type: 'stateTakenOver', state: 'st-other', reason: 'its laptop is lost' }),
    ]),
  ]);
});

test('a held rollout of a state that was replaced cannot be approved or resumed, and can be aborted', async () => {
  const line = rig({ host: { confirm: async () => true } });
  breakPasswordPolicy(line.world, 'Sandbox');
  const options = ['--config', line.config(), '--state', root];
  const held = await line.aws('rollout', '--yes', '--json', '--wave', 'sandbox', ...options);
  const id = rolloutIdIn(held.out);
  const before = await line.world.stateMarker.read();
  await line.world.stateMarker.put({ state: 'st-other', by: 'jo', since: '2026-11-23T08:00:00.000Z' }, before);

  const refused = [
    await line.aws('approve', id, '--reason', 'it is fine', ...options),
    await line.aws('resume', id, ...options),
    await line.aws('rollback', id, '--yes', '--reason', 'it is not', ...options),
  ];
  const aborted = await line.aws('abort', id, '--reason', 'another state took over', ...options);

  expect(held.status).toBe(3);
  for (const { status, err } of refused)
    expect([status, err]).toEqual([4, expect.arrayContaining([expect.stringMatching(/another state, st-other, /)])]);
  expect(aborted.status).toBe(0);
});

describe('a rollout whose disk becomes full', () => {
  /** After so many writes: the first wave has been opened. */
  const writesUntilFull = 60;

  function withFullDisk() {
    let writes = 0;
    const disk = { isFull: true };
    const line = rig({
      aroundStore: (store) => ({
        ...store,
        put: async (key, value, version) => {
          writes += 1;
          if (disk.isFull && writes > writesUntilFull) throw errors.stateFull('folder s');
          return store.put(key, value, version);
        },
      }),
    });
    const options = ['--config', line.config(), '--state', root];
    return { ...line, disk, options };
  }

  test('stops at once with status 3 and a last event, and continues where it was once there is space', async () => {
    const { aws, disk, options } = withFullDisk();

    const ran = await aws('rollout', '--yes', '--json', '--wave', 'sandbox', ...options);
    disk.isFull = false;
    const id = rolloutIdIn(ran.out);
    const resumed = await aws('resume', id, '--json', ...options);

    expect([ran.status, parsedLines(ran.out).at(-1), parsedLines(ran.err).at(-1)]).toEqual([
      3,
      expect.objectContaining({ type: 'rolloutStopped', rolloutId: id, code: 'StateFull' }),
      { error: { code: 'StateFull', message: expect.any(String), next: expect.stringContaining('free disk space') } },
    ]);
    expect([resumed.status, parsedLines(resumed.out).at(-1)]).toMatchObject([0, { outcome: 'completed' }]);
  });

  test('says to a person how to continue', async () => {
    const { aws, options } = withFullDisk();

    const { status, err } = await aws('rollout', '--yes', '--wave', 'sandbox', ...options);

    expect([status, err.slice(-4)]).toEqual([
      3,
      [
        expect.stringMatching(/^rollout ro-\S+ is stopped, operations that AWS has begun continue$/),
        expect.stringMatching(/^to continue: strongroom resume ro-\S+ /),
        expect.stringMatching(/^error: the disk is full/),
        expect.stringMatching(/^next: free disk space/),
      ],
    ]);
  });
});
