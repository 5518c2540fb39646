import { nearestNames } from '../../orchestrator/domain/nearest';

describe('nearestNames', () => {
  test.each([
    { said: 'a missing letter', name: 'Sandox', candidates: ['Sandbox', 'Security'], nearest: ['Sandbox'] },
    { said: 'another case', name: 'SANDBOX', candidates: ['Sandbox'], nearest: ['Sandbox'] },
    { said: 'exchanged letters', name: 'soakMinuets', candidates: ['soakMinutes', 'name'], nearest: ['soakMinutes'] },
    { said: 'exchanged letters in a short word', name: 'emial', candidates: ['email', 'enabled'], nearest: ['email'] },
    {
      said: 'a shortened name',
      name: 'Workloads/Prod',
      candidates: ['Workloads/Production'],
      nearest: ['Workloads/Production'],
    },
    {
      said: 'a part of a path',
      name: 'Production',
      candidates: ['Workloads/Production'],
      nearest: ['Workloads/Production'],
    },
    { said: 'one that is too long', name: 'Sandboxes', candidates: ['Sandbox'], nearest: ['Sandbox'] },
    { said: 'half of the letters wrong', name: 'wave', candidates: ['safe'], nearest: [] },
    { said: 'nothing alike', name: 'Quarantine', candidates: ['Sandbox', 'Dev'], nearest: [] },
    { said: 'a short name with no letter in common', name: 'ab', candidates: ['xy', 'x'], nearest: [] },
    { said: 'an empty name', name: '', candidates: ['Dev'], nearest: [] },
    { said: 'an empty candidate', name: 'a', candidates: [''], nearest: [] },
  ])('finds for $said: $nearest', ({ name, candidates, nearest }) => {
    expect(nearestNames(name, candidates, 3)).toEqual(nearest);
  });

  test('the nearest come first, equal ones by name, each once, and no more than asked for', () => {
    const candidates = ['deus', 'dens', 'dens', 'devise', 'dews', 'devs'];

    expect(nearestNames('devs', candidates, 3)).toEqual(['devs', 'dens', 'deus']);
  });

  test('a text that is too long to be a typing error is not compared', () => {
    expect(nearestNames('a'.repeat(257), ['a'.repeat(257)], 3)).toEqual([]);
    expect(nearestNames('aaa', ['a'.repeat(257)], 3)).toEqual([]);
  });
});
