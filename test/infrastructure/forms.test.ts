/** What every template of the deployment has in common with those of the modules: small enough or handed over by S3, and parameters that explain themselves. */
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { templateBytesMax } from '../../stackset-templates/synthesize';
import { templateFiles } from './templates';

const files = templateFiles();
const manifestOf = (file: string): { readonly artifacts: Readonly<Record<string, { properties?: object }>> } =>
  JSON.parse(readFileSync(join(dirname(file), 'manifest.json'), 'utf8'));

test.each(files)('the template %s fits into a request, or goes by S3', (file) => {
  const stack = manifestOf(file).artifacts[basename(file, '.template.json')];

  const byS3 = /^s3:\/\//.test(String(Reflect.get(stack?.properties ?? {}, 'stackTemplateAssetObjectUrl')));

  expect(byS3 || Buffer.byteLength(readFileSync(file)) < templateBytesMax).toBe(true);
});

const constraints = ['AllowedPattern', 'AllowedValues', 'MinValue', 'MinLength'];

test('every parameter is described and constrained', () => {
  const parameters = files.flatMap((file) =>
    Object.entries<object>(JSON.parse(readFileSync(file, 'utf8')).Parameters ?? {}).map(
      ([name, declared]) => [`${basename(file)} ${name}`, declared] as const,
    ),
  );

  const lacking = parameters.filter(
    ([, declared]) =>
      !/\w/.test(String(Reflect.get(declared, 'Description') ?? '')) ||
      !constraints.some((constraint) => constraint in declared),
  );

  expect(parameters.length).toBeGreaterThan(10);
  expect(lacking.map(([name]) => name)).toEqual([]);
});
