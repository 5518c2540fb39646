// Jest runs CommonJS; esbuild turns our TypeScript, and the two ESM-only packages, into it.
const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { transformSync, version } = require('esbuild');

// A fault to seed into one file, as JSON: scripts/run-mutants.ts sets it.
const mutant = JSON.parse(process.env.STRONGROOM_MUTANT ?? 'null');
const seeded = (source, path) => (path === mutant?.path ? source.replace(mutant.from, () => mutant.to) : source);
const itself = readFileSync(__filename);

module.exports = {
  getCacheKey: (source, path) =>
    [itself, version, path, seeded(source, path)]
      .reduce((hash, part) => hash.update(part).update('\0'), createHash('sha256'))
      .digest('hex'),
  process: (source, path) =>
    transformSync(seeded(source, path), {
      format: 'cjs',
      target: 'node20',
      // A real import() needs --experimental-vm-modules inside jest; require does the same there.
      supported: { 'dynamic-import': false },
      loader: path.endsWith('ts') ? 'ts' : 'js',
      sourcemap: 'inline',
      sourcefile: path,
    }),
};
