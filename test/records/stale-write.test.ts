import { errors } from '../../orchestrator/domain/errors';
import { unlessStale, updateOnConflict } from '../../orchestrator/records/stale-write';

/** An item that somebody else writes so often in between. */
function contested(conflicts: number) {
  let [version, left, reads] = [1, conflicts, 0];
  return {
    reads: () => reads,
    read: async () => {
      reads += 1;
      return version;
    },
    write: async (expected: number) => {
      if (left > 0) {
        left -= 1;
        version += 1;
      }
      if (expected !== version) throw errors.staleWrite('the item');
      version += 1;
      return version;
    },
  };
}

describe('an update', () => {
  test('reads once where nobody else writes', async () => {
    const item = contested(0);

    const written = await updateOnConflict(item.read, item.write);

    expect([written, item.reads()]).toEqual([2, 1]);
  });

  test('reads again after each conflict', async () => {
    const item = contested(3);

    const written = await updateOnConflict(item.read, item.write);

    expect([written, item.reads()]).toEqual([5, 4]);
  });

  test('begins with what the caller has read', async () => {
    const item = contested(1);

    await updateOnConflict(item.read, item.write, 1);

    expect(item.reads()).toBe(1);
  });

  test('gives up after ten conflicts', async () => {
    const item = contested(20);

    await expect(updateOnConflict(item.read, item.write)).rejects.toMatchObject({ code: 'StaleWrite' });
    expect(item.reads()).toBe(10);
  });

  test('is not repeated after any other error', async () => {
    const item = contested(0);
    const refused = async () => {
      throw errors.internal('out of order');
    };

    await expect(updateOnConflict(item.read, refused)).rejects.toMatchObject({ code: 'Internal' });
    expect(item.reads()).toBe(1);
  });
});

describe('a write that gives way', () => {
  test.each([
    { what: 'was done', writing: async () => 2, done: true },
    {
      what: 'came second',
      writing: async () => {
        throw errors.staleWrite('the item');
      },
      done: false,
    },
  ])('says whether it $what', async ({ writing, done }) => {
    expect(await unlessStale(writing())).toBe(done);
  });

  test('passes any other error on', async () => {
    const failing = Promise.reject(errors.internal('out of order'));

    await expect(unlessStale(failing)).rejects.toMatchObject({ code: 'Internal' });
  });
});
