import { type OuId, parseOuId } from '../../../orchestrator/domain/model/brand';
import { displayOu, type OuChild } from '../../../orchestrator/domain/model/organization';
import { nameOus, resolveOus } from '../../../orchestrator/domain/planning/ou-paths';

const ou = (suffix: string): OuId => parseOuId(`ou-ab12-${suffix.padStart(8, '0')}`);
const workloads = ou('1');
const sandbox = ou('2');
const workloadsDev = ou('3');
const workloadsProduction = ou('4');
const sandboxDev = ou('5');
const research = ou('6');

const tree: Readonly<Record<string, readonly OuChild[]>> = {
  root: [
    { id: workloads, name: 'Workloads' },
    { id: sandbox, name: 'Sandbox' },
    { id: research, name: 'R/D' },
  ],
  [workloads]: [
    { id: workloadsDev, name: 'Dev' },
    { id: workloadsProduction, name: 'Production' },
  ],
  [sandbox]: [{ id: sandboxDev, name: 'Dev' }],
};

function directory() {
  const asked: string[] = [];
  const childOus = async (parent: OuId | 'root') => {
    asked.push(parent);
    return tree[parent] ?? [];
  };
  return { asked, childOus };
}

describe('resolveOus', () => {
  test('asks once for each parent on the named paths, and for no other', async () => {
    const { asked, childOus } = directory();

    const { idOf } = await resolveOus(['Workloads/Dev', 'Workloads/Production', 'Sandbox'], childOus);

    expect(asked).toEqual(['root', workloads]);
    expect([...idOf]).toEqual([
      ['Workloads/Dev', workloadsDev],
      ['Workloads/Production', workloadsProduction],
      ['Sandbox', sandbox],
    ]);
  });

  test('asks nothing when nothing is named, or only ids are', async () => {
    const { asked, childOus } = directory();

    const { idOf, pathOf } = await resolveOus([sandboxDev], childOus);

    expect(asked).toEqual([]);
    expect(idOf.get(sandboxDev)).toBe(sandboxDev);
    expect(pathOf.size).toBe(0);
  });

  test('two OUs of one name under different parents are different', async () => {
    const { idOf } = await resolveOus(['Workloads/Dev', 'Sandbox/Dev'], directory().childOus);

    expect(idOf.get('Workloads/Dev')).toBe(workloadsDev);
    expect(idOf.get('Sandbox/Dev')).toBe(sandboxDev);
  });

  test('remembers the paths of siblings, so that their accounts can be shown by name', async () => {
    const ous = await resolveOus(['Workloads/Dev'], directory().childOus);

    expect(ous.pathOf.get(workloadsProduction)).toBe('Workloads/Production');
    expect(ous.pathOf.get(sandbox)).toBe('Sandbox');
  });

  test.each(['/Workloads/Dev', 'Workloads/Dev/', ' Workloads/Dev '])(
    'blanks and slashes around a path are ignored: "%s"',
    async (entry) => {
      const { idOf } = await resolveOus([entry], directory().childOus);

      expect(idOf.get(entry)).toBe(workloadsDev);
    },
  );

  test('names every path that does not exist at once, with the nearest names', async () => {
    const entries = ['Workloads/Prod', 'sandbox', 'Sandbox/Dev', 'Quarantine'];

    await expect(resolveOus(entries, directory().childOus)).rejects.toMatchObject({
      code: 'UnknownOu',
      message: [
        'OU "Workloads/Prod" does not exist; nearest: "Workloads/Production", "Workloads/Dev", "Workloads"',
        'OU "sandbox" does not exist; nearest: "Sandbox", "Sandbox/Dev"',
        'OU "Quarantine" does not exist',
      ].join('\n'),
    });
  });

  test.each([
    { said: 'the root', entry: '/' },
    { said: 'nothing', entry: '' },
    { said: 'an empty name', entry: 'Workloads//Dev' },
    { said: 'a path deeper than OUs nest', entry: 'a/b/c/d/e/f' },
    { said: 'the name of an OU that holds a slash', entry: 'R/D' },
    { said: 'something like an id', entry: 'ou-AB12-00000001' },
  ])('$said is no OU path: "$entry"', async ({ entry }) => {
    await expect(resolveOus([entry], directory().childOus)).rejects.toMatchObject({ code: 'UnknownOu' });
  });

  test('an OU whose name holds a slash is never suggested, because it cannot be named so', async () => {
    await expect(resolveOus(['R/DD'], directory().childOus)).rejects.toMatchObject({
      message: 'OU "R/DD" does not exist',
    });
  });

  test('a failure of the directory is passed on as it is', async () => {
    const down = new Error('down');

    await expect(resolveOus(['Sandbox'], () => Promise.reject(down))).rejects.toBe(down);
  });
});

describe('displayOu', () => {
  const ous = { pathOf: new Map([[workloads, 'Workloads']]), idOf: new Map() };

  test.each([
    { said: 'in the root', ouIds: [], shown: '' },
    { said: 'in a known OU', ouIds: [workloads], shown: 'Workloads' },
    { said: 'below a known OU', ouIds: [workloads, workloadsDev], shown: `Workloads/${workloadsDev}` },
    { said: 'where nothing is known', ouIds: [sandbox, sandboxDev], shown: `${sandbox}/${sandboxDev}` },
  ])('an account $said is shown as "$shown"', ({ ouIds, shown }) => {
    expect(displayOu({ ouIds }, ous)).toBe(shown);
  });
});

describe('nameOus', () => {
  const none = { pathOf: new Map(), idOf: new Map() };

  test('names every OU that has an account, from the top, with one question for each parent', async () => {
    const { asked, childOus } = directory();
    const accounts = [{ ouIds: [workloads, workloadsDev] }, { ouIds: [workloads, workloadsProduction] }, { ouIds: [] }];

    const named = await nameOus(none, accounts, childOus);

    expect(accounts.map((account) => displayOu(account, named))).toEqual(['Workloads/Dev', 'Workloads/Production', '']);
    expect(asked).toEqual(['root', workloads]);
  });

  test('asks nothing about OUs that have a name already', async () => {
    const { asked, childOus } = directory();
    const known = await resolveOus(['Sandbox/Dev'], directory().childOus);

    const named = await nameOus(known, [{ ouIds: [sandbox, sandboxDev] }], childOus);

    expect([named, asked]).toEqual([known, []]);
  });

  test('shows the ids of OUs beyond forty parents', async () => {
    const { asked, childOus } = directory();
    const tops = Array.from({ length: 60 }, (_, index) => ou(`${index + 100}`));
    const accounts = tops.map((top, index) => ({ ouIds: [top, ou(`${index + 500}`)] }));

    const named = await nameOus(none, accounts, childOus);

    expect(asked).toHaveLength(40);
    expect(displayOu({ ouIds: tops.slice(-1) }, named)).toBe(tops.at(-1));
  });
});
