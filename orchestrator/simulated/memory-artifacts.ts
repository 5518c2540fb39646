import { errors } from '../domain/errors';
import type { Artifacts } from '../ports/ports';

export function createMemoryArtifacts(): Artifacts {
  const texts = new Map<string, string>();
  return {
    get: async (key) => texts.get(key),
    put: async (key, text) => {
      const known = texts.get(key);
      if (known !== undefined && known !== text) throw errors.immutableArtifact(key);
      texts.set(key, text);
    },
  };
}
