/** What StackSets do behind either world. Emulators run operations at once and never fail them; how AWS does it is in test/simulated. */
import { createHash } from 'node:crypto';
import { type AccountId, parseTemplateHash, type Region } from '../../orchestrator/domain/model/brand';
import { canonicalJson } from '../../orchestrator/domain/model/release';
import {
  type OperationRequest,
  type OperationStatus,
  operationEnded,
  type UnguardedPorts,
} from '../../orchestrator/ports/ports';

export interface StackSetsWorld {
  readonly ports: Pick<UnguardedPorts, 'stackSets'>;
  /** Three accounts at least, with nothing in them. */
  readonly accounts: readonly AccountId[];
  readonly home: Region;
  readonly other: Region;
  readonly executionRoleName: string;
  /** Lets the world's time pass until the work is done. */
  readonly run: <T>(work: Promise<T>) => Promise<T>;
  /** Lets a running operation go on before its status is asked again. */
  readonly pause: () => Promise<void>;
  readonly cleanup: () => Promise<void>;
}

/** A topic with a name: emulators cannot name one by themselves. */
export const topicTemplate = (topic: string): string =>
  canonicalJson({
    Parameters: { Shown: { Type: 'String', Default: 'nothing' } },
    Resources: {
      Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: topic, DisplayName: { Ref: 'Shown' } } },
    },
  });

export const hashOf = (body: string) => parseTemplateHash(createHash('sha256').update(body).digest('hex'));

const pollsMax = 600;

export async function untilEnded(world: StackSetsWorld, name: string, operationId: string): Promise<OperationStatus> {
  for (let poll = 0; poll < pollsMax; poll++) {
    const status = await world.ports.stackSets.status(name, operationId);
    if (operationEnded(status)) return status;
    await world.pause();
  }
  throw new Error(`operation ${operationId} of ${name} did not end`);
}

/** @param detectsDrift moto knows no detection; what AWS answers to one is in test/aws/stack-set-drift.test.ts, after the API's model. */
export function stackSetsContract(
  name: string,
  makeWorld: () => Promise<StackSetsWorld>,
  { detectsDrift }: { readonly detectsDrift: boolean },
): void {
  describe(`${name} as StackSets`, () => {
    let world: StackSetsWorld;
    beforeEach(async () => {
      world = await makeWorld();
    });
    afterEach(() => world.cleanup());
    const inTime = (title: string, tell: () => Promise<void>) => test(title, () => world.run(tell()));

    const request = (change: Partial<OperationRequest> = {}, body = topicTemplate('one')): OperationRequest => ({
      operationId: 'ro-1-wave-0-0-topic',
      kind: 'create',
      spec: {
        name: 'strongroom-wave-topic',
        template: hashOf(body),
        templateBody: body,
        parameters: { Shown: 'first' },
        executionRoleName: world.executionRoleName,
      },
      accounts: world.accounts.slice(0, 2),
      regions: [world.home],
      maxConcurrent: 2,
      failureTolerance: 0,
      strict: false,
      ...change,
    });
    /** Starts an operation and waits for its end. */
    const started = async (wanted: OperationRequest) => {
      const id = await world.ports.stackSets.start(wanted);
      return { id, status: await untilEnded(world, wanted.spec.name, id) };
    };

    inTime('there is no set before the first operation, and it has no instances', async () => {
      expect(await world.ports.stackSets.describe('strongroom-wave-topic')).toBeUndefined();
      expect(await world.ports.stackSets.instances('strongroom-wave-topic')).toEqual([]);
    });

    inTime('the first creation makes the set, which holds the template and its parameters', async () => {
      const { status } = await started(request());

      expect(status).toBe('SUCCEEDED');
      expect(await world.ports.stackSets.describe('strongroom-wave-topic')).toEqual({
        template: hashOf(topicTemplate('one')),
        parameters: { Shown: 'first' },
      });
    });

    inTime('a creation gives an instance to each named account in each named region, and to no other', async () => {
      const [a, b] = world.accounts;
      await started(request({ regions: [world.home, world.other] }));

      const instances = await world.ports.stackSets.instances('strongroom-wave-topic');

      expect(instances.map((i) => `${i.account} ${i.region} ${i.status}`).sort()).toEqual(
        [a, b].flatMap((id) => [world.home, world.other].map((region) => `${id} ${region} CURRENT`)).sort(),
      );
    });

    inTime('every instance names the stack behind it', async () => {
      await started(request({ regions: [world.home, world.other] }));

      const ids = (await world.ports.stackSets.instances('strongroom-wave-topic')).map(({ stackId }) => stackId);

      expect(new Set(ids).size).toBe(4);
      expect(ids).not.toContain('');
    });

    inTime('what is released leaves the set, and the others stay', async () => {
      const released = request({
        operationId: 'ro-2-wave-0-0-topic',
        kind: 'detach',
        accounts: world.accounts.slice(0, 1),
      });
      await started(request());

      const { status } = await started(released);

      const left = await world.ports.stackSets.instances('strongroom-wave-topic');
      expect(status).toBe('SUCCEEDED');
      expect(left.map(({ account }) => account)).toEqual(world.accounts.slice(1, 2));
    });

    inTime('the same creation sent twice is one', async () => {
      const first = await world.ports.stackSets.start(request());
      const again = await world.ports.stackSets.start(request());
      await untilEnded(world, 'strongroom-wave-topic', again);

      expect(again).toBe(first);
      expect(await world.ports.stackSets.instances('strongroom-wave-topic')).toHaveLength(2);
    });

    inTime('a later creation adds accounts to the set', async () => {
      await started(request());
      await started(request({ operationId: 'ro-1-wave-0-1-topic', accounts: world.accounts.slice(2, 3) }));

      expect(await world.ports.stackSets.instances('strongroom-wave-topic')).toHaveLength(3);
    });

    inTime('an update brings the set to another template', async () => {
      await started(request());
      const body = topicTemplate('two');
      const { status } = await started(request({ operationId: 'ro-2-wave-0-0-topic', kind: 'update' }, body));

      expect(status).toBe('SUCCEEDED');
      expect((await world.ports.stackSets.describe('strongroom-wave-topic'))?.template).toBe(hashOf(body));
    });

    inTime('a creation does not give new accounts another template than the set holds', async () => {
      await started(request());
      const other = request({ operationId: 'ro-2-wave-0-0-topic' }, topicTemplate('two'));

      await expect(world.ports.stackSets.start(other)).rejects.toMatchObject({ code: 'StackSetElsewhere' });
      expect((await world.ports.stackSets.describe('strongroom-wave-topic'))?.template).toBe(
        hashOf(topicTemplate('one')),
      );
    });

    inTime('an operation that has ended is not disturbed by a stop', async () => {
      const { id } = await started(request());
      await world.ports.stackSets.stop('strongroom-wave-topic', id);

      expect(await world.ports.stackSets.status('strongroom-wave-topic', id)).toBe('SUCCEEDED');
    });

    inTime('a stop of what never began does nothing', async () => {
      await started(request());

      await world.ports.stackSets.stop('strongroom-wave-topic', 'ro-20261122-000000-none-0-0-alerts');
      await world.ports.stackSets.stop('strongroom-nowhere-topic', 'ro-20261122-000000-none-0-0-alerts');
    });

    inTime('an update of a set that does not exist is refused', async () => {
      await expect(world.ports.stackSets.start(request({ kind: 'update' }))).rejects.toMatchObject({
        retriable: false,
      });
    });

    inTime('an instance that nobody has looked into is not said to be in sync', async () => {
      await started(request());

      const drift = (await world.ports.stackSets.instances('strongroom-wave-topic')).map((instance) => instance.drift);

      expect(drift).toEqual(['NOT_CHECKED', 'NOT_CHECKED']);
    });

    const whereDriftIsDetected = detectsDrift ? inTime : () => {};

    whereDriftIsDetected('a detection in a set that does not exist is refused', async () => {
      await expect(world.ports.stackSets.detectDrift('strongroom-nowhere-topic', 'sweep-1')).rejects.toMatchObject({
        retriable: false,
      });
    });

    whereDriftIsDetected('a detection sent twice is one, and finds what was just made as it was made', async () => {
      const [account] = world.accounts;
      await started(request());
      const { stackSets } = world.ports;

      const first = await stackSets.detectDrift('strongroom-wave-topic', 'sweep-1');
      const again = await stackSets.detectDrift('strongroom-wave-topic', 'sweep-1');
      const status = await untilEnded(world, 'strongroom-wave-topic', first);

      const drift = (await stackSets.instances('strongroom-wave-topic')).map((instance) => instance.drift);
      expect([again, status, drift]).toEqual([first, 'SUCCEEDED', ['IN_SYNC', 'IN_SYNC']]);
      const at = { account: account ?? ('' as AccountId), region: world.home };
      expect(await stackSets.driftOf('strongroom-wave-topic', first, at)).toEqual([]);
    });

    whereDriftIsDetected(
      'a detection while another operation is at work is refused, and may be tried again',
      async () => {
        await world.ports.stackSets.start(request());

        await expect(world.ports.stackSets.detectDrift('strongroom-wave-topic', 'sweep-1')).rejects.toMatchObject({
          code: 'StackSetBusy',
          retriable: true,
        });
      },
    );

    inTime('a template that is too long to send is refused, and nothing is made', async () => {
      const body = JSON.stringify({ Description: 'x'.repeat(51_200), ...JSON.parse(topicTemplate('one')) });

      await expect(world.ports.stackSets.start(request({}, body))).rejects.toMatchObject({ code: 'InvalidInput' });
      expect(await world.ports.stackSets.describe('strongroom-wave-topic')).toBeUndefined();
    });
  });
}
