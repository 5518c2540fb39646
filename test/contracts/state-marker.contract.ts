/** What every place for the marker does: it names one state at a time. */
import type { ManagingState } from '../../orchestrator/domain/managing-state';
import type { StateMarker } from '../../orchestrator/ports/ports';

export interface OpenMarker {
  readonly marker: StateMarker;
  readonly close: () => Promise<void>;
}

const managing = (by: string, day: number): ManagingState => ({
  state: `st-${by}`,
  by,
  since: `2026-11-2${day}T08:00:00.000Z`,
});
const [first, second, third] = [managing('ada', 1), managing('jo', 2), managing('kim', 3)] as const;

/** @param open a place in which no marker is. */
export function stateMarkerContract(name: string, open: () => Promise<OpenMarker>): void {
  describe(`${name} as a place for the marker`, () => {
    let opened: OpenMarker;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close());

    // One organization: the marker of one test is what the next one finds.
    test('says nothing before a state is named, then who manages, then who took over, and lets one of two win', async () => {
      const { marker } = opened;

      expect(await marker.read()).toBeUndefined();
      expect(await marker.put(first)).toEqual(first);
      expect(await marker.put(second)).toEqual(first);
      expect(await marker.put(second, third)).toEqual(first);
      expect(await marker.put({ ...second, insteadOf: first }, first)).toEqual({
        ...second,
        insteadOf: first,
      });
      expect(await marker.read()).toEqual({ ...second, insteadOf: first });
      await Promise.all([marker.put(first, second), marker.put(third, second)]);
      expect([first, third]).toContainEqual(await marker.read());
    });
  });
}
