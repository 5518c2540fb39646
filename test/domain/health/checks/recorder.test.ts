import { absent, type RecorderFacts, read, unreadable } from '../../../../orchestrator/domain/health/facts';
import { parseRegion, type Region } from '../../../../orchestrator/domain/model/brand';
import { modules } from '../../../stackset-templates/sample-desired-state';
import {
  atHome,
  facts,
  factsIn,
  home,
  managedByOrganization,
  notPassing,
  release,
  releaseOf,
  resultOf,
  resultsOf,
  valueRead,
} from './healthy';

const abroad = parseRegion('us-west-2');
const recorderIn = (region: Region, changed: Partial<RecorderFacts>) => ({
  ...facts,
  regions: {
    ...facts.regions,
    [region]: { ...factsIn(region), recorder: read({ ...valueRead(factsIn(region).recorder), ...changed }) },
  },
});

describe('the recorder', () => {
  test.each<{ changed: Partial<RecorderFacts>; outcome: string; observed: string }>([
    { changed: { recording: false }, outcome: 'fail', observed: 'strongroom-recorder is off' },
    {
      changed: { lastStatus: 'FAILURE' },
      outcome: 'fail',
      observed: 'strongroom-recorder is on, last status FAILURE',
    },
    {
      changed: { lastStatus: 'NotApplicable' },
      outcome: 'fail',
      observed: 'strongroom-recorder is on, last status NotApplicable',
    },
    { changed: { lastStatus: '' }, outcome: 'fail', observed: 'strongroom-recorder is on, last status ' },
    {
      changed: { lastStatus: 'Pending' },
      outcome: 'unknown',
      observed: 'strongroom-recorder is on, last status Pending',
    },
    { changed: { recording: false, lastStatus: 'PENDING' }, outcome: 'fail', observed: 'strongroom-recorder is off' },
  ])('with $changed is $outcome, and nothing else is', ({ changed, outcome, observed }) => {
    const seen = recorderIn(home, changed);

    expect(notPassing(seen)).toEqual({ '000-08': outcome });
    expect(resultOf('000-08', seen)).toMatchObject({ gate: 'G1', observed });
  });

  test.each(['SUCCESS', 'Success'])('passes with %s, as AWS writes it', (lastStatus) => {
    expect(notPassing(recorderIn(home, { lastStatus }))).toEqual({});
  });

  test.each([
    { region: home, changed: { allSupported: false } },
    { region: home, changed: { globalTypes: false } },
    { region: abroad, changed: { allSupported: false } },
    { region: abroad, changed: { globalTypes: true } },
  ])('in $region with $changed fails for its types', ({ region, changed }) => {
    expect(notPassing(recorderIn(region, changed))).toEqual({ '000-08-types': 'fail' });
  });

  test('of others may record global types abroad too, but must at home', () => {
    const organizations = managedByOrganization('aws-config');
    const noRoleNeeded = { '003-31-aws-config': 'notApplicable' };
    const adopted = [{ module: 'aws-config' as const, region: abroad, because: 'Control Tower runs it' }];

    expect(notPassing(recorderIn(abroad, { globalTypes: true }), organizations)).toEqual(noRoleNeeded);
    expect(notPassing(recorderIn(abroad, { allSupported: false }), organizations)).toEqual({
      ...noRoleNeeded,
      '000-08-types': 'fail',
    });
    expect(notPassing(recorderIn(home, { globalTypes: false }), organizations)).toEqual({
      ...noRoleNeeded,
      '000-08-types': 'fail',
    });
    expect(notPassing(recorderIn(abroad, { globalTypes: true }), release, adopted)).not.toHaveProperty('000-08-types');
  });
});

describe('the delivery channel', () => {
  test('fails when its deliveries do', () => {
    const seen = atHome({ deliveryChannel: read({ failing: true }) });

    expect(notPassing(seen)).toEqual({ '000-08-delivery': 'fail' });
    expect(resultOf('000-08-delivery', seen).observed).toBe('a channel that fails to deliver');
  });

  test('fails when there is none', () => {
    expect(notPassing(atHome({ deliveryChannel: absent }))).toEqual({ '000-08-delivery': 'fail' });
  });
});

test('what is not there fails, and what cannot be read is unknown', () => {
  expect(notPassing(atHome({ recorder: absent }))).toEqual({ '000-08': 'fail', '000-08-types': 'fail' });
  expect(notPassing(atHome({ recorder: unreadable('denied'), deliveryChannel: unreadable('denied') }))).toEqual({
    '000-08': 'unknown',
    '000-08-types': 'unknown',
    '000-08-delivery': 'unknown',
  });
});

test('nobody asks for a recorder where the module is off', () => {
  const off = releaseOf({ 'aws-config': { ...modules['aws-config'], enabled: false } });

  expect(resultsOf(facts, off).filter(({ module }) => module === 'aws-config')).toEqual([]);
});
