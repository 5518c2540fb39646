import { CreateDetectorCommand, GuardDutyClient } from '@aws-sdk/client-guardduty';
import { sampleTypes } from '../../orchestrator/domain/health/probe';
import { aMember, answerWith, guardDuty, home, name, probes, useProofs, watched } from '../emulator/probe-rig';

useProofs();

describe('a sample finding', () => {
  it('is of a type that was never made there, and listened for', async () => {
    const { visit, standing } = await watched();
    const findings = [{ id: 'old', type: sampleTypes[0], title: 'a real one' }];
    answerWith(guardDuty(findings));

    const sample = await probes.raiseSample(visit, home, name);

    expect(sample).toEqual({ region: home, name, findingType: sampleTypes[1], isNew: true });
    expect(findings.map(({ type }) => type)).toEqual([sampleTypes[0], sampleTypes[1]]);
    expect(await standing()).toEqual({ queues: [name], subscriptions: 1 });
  });

  it('is known to be old where every type was made before', async () => {
    const { visit } = await watched();
    answerWith(guardDuty(sampleTypes.map((type, index) => ({ id: `${index}`, type, title: `[SAMPLE] ${type}` }))));

    expect(await probes.raiseSample(visit, home, name)).toMatchObject({ isNew: false });
  });

  it('has arrived when its own message came through the topic, and not when another did', async () => {
    const { visit, ring } = await watched();
    answerWith(guardDuty([]));
    const sample = await probes.raiseSample(visit, home, name);
    if (sample === undefined) throw new Error('nothing was raised');

    await ring('another');
    const other = await probes.lookForSample(visit, sample);
    await ring('sample-0');
    const own = await probes.lookForSample(visit, sample);

    expect([other, own]).toEqual([
      { isMade: true, hasArrived: false },
      { isMade: true, hasArrived: true },
    ]);
  });

  it('leaves nothing behind: its finding archived, no queue, no subscription, and what others made untouched', async () => {
    const { visit, standing } = await watched();
    const findings: Parameters<typeof guardDuty>[0] = [];
    answerWith(guardDuty(findings));
    const sample = await probes.raiseSample(visit, home, name);
    await probes.raiseSample(visit, home, 'strongroom-probe-of-another');
    findings.push({ id: 'real', type: sample?.findingType ?? '', title: 'Somebody is in' });

    await probes.clearAway(visit, home, (other) => other === name, sample);
    await probes.clearAway(visit, home, (other) => other === name, sample);

    expect(await standing()).toEqual({ queues: ['strongroom-probe-of-another'], subscriptions: 1 });
    expect(findings.map(({ archived }) => archived === true)).toEqual([true, false, false]);
  });

  it.each(['detector', 'topic'])('cannot be followed without a %s', async (missing) => {
    const { visit, member } = await aMember();
    if (missing === 'topic') await member.in(GuardDutyClient, home).send(new CreateDetectorCommand({ Enable: true }));
    answerWith(guardDuty([]));

    expect(await probes.raiseSample(visit, home, name)).toBeUndefined();
  });

  it('that moto cannot make is not made: nothing passes for lack of it', async () => {
    const { visit } = await watched();

    await expect(probes.raiseSample(visit, home, name)).rejects.toMatchObject({ code: 'AwsUnavailable' });
  });
});
