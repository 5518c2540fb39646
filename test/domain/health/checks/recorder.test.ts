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
    { changed: { recording: false }, outcome: 'fail', observed: 'strongroom-recorder is stopped' },
    {
      changed: { lastStatus: 'FAILURE' },
      outcome: 'fail',
      observed: 'strongroom-recorder is recording, last status FAILURE',
    },
    {
      changed: { lastStatus: 'NotApplicable' },
      outcome: 'fail',
      observed: 'strongroom-recorder is recording, last status NotApplicable',
    },
    { changed: { lastStatus: '' }, outcome: 'fail', observed: 'strongroom-recorder is recording, last status ' },
    {
      changed: { lastStatus: 'Pending' },
      outcome: 'unknown',
      observed: 'strongroom-recorder is recording, last status Pending',
    },
    {
      changed: { recording: false, lastStatus: 'PENDING' },
      outcome: 'fail',
      observed: 'strongroom-recorder is stopped',
    },
  ])('with $changed is $outcome, and nothing else is', ({ changed, outcome, observed }) => {
    const seen = recorderIn(home, changed);

    expect(notPassing(seen)).toEqual({ 'config-recorder-is-recording': outcome });
    expect(resultOf('config-recorder-is-recording', seen)).toMatchObject({ gate: 'audited', observed });
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
    expect(notPassing(recorderIn(region, changed))).toEqual({ 'config-recorder-covers-all-resource-types': 'fail' });
  });

  test('of others may record global types abroad too, but must at home', () => {
    const organizations = managedByOrganization('aws-config');
    const noRoleNeeded = { 'aws-config-service-linked-role-exists': 'notApplicable' };
    const adopted = [{ module: 'aws-config' as const, region: abroad, because: 'Control Tower runs it' }];

    expect(notPassing(recorderIn(abroad, { globalTypes: true }), organizations)).toEqual(noRoleNeeded);
    expect(notPassing(recorderIn(abroad, { allSupported: false }), organizations)).toEqual({
      ...noRoleNeeded,
      'config-recorder-covers-all-resource-types': 'fail',
    });
    expect(notPassing(recorderIn(home, { globalTypes: false }), organizations)).toEqual({
      ...noRoleNeeded,
      'config-recorder-covers-all-resource-types': 'fail',
    });
    expect(notPassing(recorderIn(abroad, { globalTypes: true }), release, adopted)).not.toHaveProperty(
      'config-recorder-covers-all-resource-types',
    );
  });
});

describe('the delivery channel', () => {
  test('fails when its deliveries do', () => {
    const seen = atHome({ deliveryChannel: read({ failing: true }) });

    expect(notPassing(seen)).toEqual({ 'config-delivery-channel-delivers': 'fail' });
    expect(resultOf('config-delivery-channel-delivers', seen).observed).toBe('the last delivery failed');
  });

  test('fails when there is none', () => {
    expect(notPassing(atHome({ deliveryChannel: absent }))).toEqual({ 'config-delivery-channel-delivers': 'fail' });
  });
});

test('what is not there fails, and what cannot be read is unknown', () => {
  expect(notPassing(atHome({ recorder: absent }))).toEqual({
    'config-recorder-is-recording': 'fail',
    'config-recorder-covers-all-resource-types': 'fail',
  });
  expect(notPassing(atHome({ recorder: unreadable('denied'), deliveryChannel: unreadable('denied') }))).toEqual({
    'config-recorder-is-recording': 'unknown',
    'config-recorder-covers-all-resource-types': 'unknown',
    'config-delivery-channel-delivers': 'unknown',
  });
});

test('nobody asks for a recorder where the module is off', () => {
  const off = releaseOf({ 'aws-config': { ...modules['aws-config'], enabled: false } });

  expect(resultsOf(facts, off).filter(({ module }) => module === 'aws-config')).toEqual([]);
});
