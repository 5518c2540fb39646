import type { ManagingState } from '../domain/managing-state';
import type { StateMarker } from '../ports/ports';

export function createStateMarker(): StateMarker {
  let there: ManagingState | undefined;
  return {
    read: async () => there,
    put: async (mine, instead) => {
      if (there === undefined || there.state === instead?.state) there = mine;
      return there;
    },
  };
}
