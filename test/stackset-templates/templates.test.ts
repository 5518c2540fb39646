import { createHash } from 'node:crypto';
import { catalogue } from '../../stackset-templates/catalogue';
import { synthesizeTemplates, templateBytesMax } from '../../stackset-templates/synthesize';
import { templateOf, templates } from './deployed';
import { intent } from './sample-intent';

const modules = templates.map(({ module }) => module);
const constraints = ['AllowedPattern', 'AllowedValues', 'MinValue', 'MinLength'];
const resources = templates.flatMap(({ module }) =>
  Object.entries(templateOf(module).Resources).map(([id, resource]) => ({ module, id, ...resource })),
);
const parameters = templates.flatMap(({ module }) =>
  Object.entries(templateOf(module).Parameters).map(([name, parameter]) => ({ module, name, parameter })),
);

test('every module of stacks in the catalogue has a template, and no other', () => {
  const stacks = Object.values(catalogue).filter(({ kind }) => kind === 'stacks');

  expect(modules.toSorted()).toEqual(stacks.map(({ id }) => id).sort());
});

test('synthesizing twice gives the same bytes', () => {
  expect(synthesizeTemplates()).toEqual(templates);
});

describe.each(templates)('the template of $module', ({ module, hash, body }) => {
  test('is named by the hash of its text', () => {
    expect(hash).toBe(createHash('sha256').update(body).digest('hex'));
  });

  test('fits into a request', () => {
    expect(Buffer.byteLength(body)).toBeLessThan(templateBytesMax);
  });

  test('says what it is for', () => {
    expect(templateOf(module).Description).toMatch(/^Strongroom: /);
  });

  test('carries nothing of its maker', () => {
    expect(body).not.toMatch(/CDKMetadata|BootstrapVersion|cdk|"Rules"/i);
  });

  test('takes exactly the parameters that the catalogue gives', () => {
    const row = catalogue[module];

    const given = row?.kind === 'stacks' ? row.parameters(intent) : {};

    expect(Object.keys(given).sort()).toEqual(Object.keys(templateOf(module).Parameters).sort());
  });
});

test.each(parameters)('parameter $name of $module is described and constrained', ({ parameter }) => {
  expect(parameter['Description']).toMatch(/\w/);
  expect(constraints.some((constraint) => constraint in parameter)).toBe(true);
});

test.each(parameters)('parameter $name of $module takes what the catalogue gives', ({ module, name, parameter }) => {
  const row = catalogue[module];
  const given = row?.kind === 'stacks' ? (row.parameters(intent)[name] ?? '') : '';
  const pattern = new RegExp(`^(${String(parameter['AllowedPattern'] ?? '.*')})$`);
  const values = parameter['Type'] === 'CommaDelimitedList' ? given.split(',') : [given];

  expect(values.filter((value) => !pattern.test(value))).toEqual([]);
});

/** Which property names the resource; a type that has no name of its own is not in the list. */
const nameOf: Readonly<Record<string, string>> = {
  'AWS::IAM::Role': 'RoleName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::Events::Rule': 'Name',
};
const nameless = ['AWS::SNS::TopicPolicy', 'AWS::SNS::Subscription'];

test.each(resources)('$id of $module has a name of our choosing', ({ Type, Properties }) => {
  const property = nameOf[Type];

  expect(property === undefined ? nameless.includes(Type) : Properties[property] !== undefined).toBe(true);
});
