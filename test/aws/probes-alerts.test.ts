import { sampleTypes } from '../../orchestrator/domain/health/probe';
import { aMember, answerWith, bus, guardDuty, home, probes, useProofs, watched } from '../emulator/probe-rig';

useProofs();

describe('a sample finding', () => {
  it('is of a type that was never made there', async () => {
    const { visit } = await watched();
    const findings = [{ id: 'old', type: sampleTypes[0], title: 'a real one' }];
    answerWith(guardDuty(findings));

    const sample = await probes.raiseSample(visit, home);

    expect(sample).toEqual({ region: home, findingType: sampleTypes[1], isNew: true });
    expect(findings.map(({ type }) => type)).toEqual([sampleTypes[0], sampleTypes[1]]);
  });

  it('is known to be old where every type was made before', async () => {
    const { visit } = await watched();
    answerWith(guardDuty(sampleTypes.map((type, index) => ({ id: `${index}`, type, title: `[SAMPLE] ${type}` }))));

    expect(await probes.raiseSample(visit, home)).toMatchObject({ isNew: false });
  });

  it('has arrived when the security account has published it, and not when it published another', async () => {
    const { visit, publish } = await watched();
    answerWith(guardDuty([]));
    const sample = await probes.raiseSample(visit, home);
    if (sample === undefined) throw new Error('nothing was raised');

    await publish('another');
    const other = await probes.lookForSample(visit, sample, bus);
    await publish('sample-0');
    const own = await probes.lookForSample(visit, sample, bus);

    expect([other, own]).toEqual([
      { isMade: true, hasArrived: false },
      { isMade: true, hasArrived: true },
    ]);
  });

  it('is archived, and real findings are not', async () => {
    const { visit } = await watched();
    const findings: Parameters<typeof guardDuty>[0] = [];
    answerWith(guardDuty(findings));
    const sample = await probes.raiseSample(visit, home);
    if (sample === undefined) throw new Error('nothing was raised');
    findings.push({ id: 'real', type: sample.findingType, title: 'Somebody is in' });

    await probes.clearAway(visit, sample);
    await probes.clearAway(visit, sample);

    expect(findings.map(({ archived }) => archived === true)).toEqual([true, false]);
  });

  it('cannot be made without a detector', async () => {
    const { visit } = await aMember();
    answerWith(guardDuty([]));

    expect(await probes.raiseSample(visit, home)).toBeUndefined();
  });

  it('that moto cannot make is not made: nothing passes for lack of it', async () => {
    const { visit } = await watched();

    await expect(probes.raiseSample(visit, home)).rejects.toMatchObject({ code: 'AwsUnavailable' });
  });
});
