// Jest runs CommonJS; esbuild turns our TypeScript, and the two ESM-only packages, into it.
const { transformSync } = require('esbuild');
module.exports = {
  process: (source, path) =>
    transformSync(source, {
      format: 'cjs',
      target: 'node20',
      // A real import() needs --experimental-vm-modules inside jest; require does the same there.
      supported: { 'dynamic-import': false },
      loader: path.endsWith('ts') ? 'ts' : 'js',
      sourcemap: 'inline',
      sourcefile: path,
    }),
};
