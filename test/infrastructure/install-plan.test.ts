/** The plan of an installation, over the synthesized stacks: nothing in them is left unsaid. */
import { readFileSync } from 'node:fs';
import { actionsFor, typesWithActions } from '../../orchestrator/domain/installation/actions';
import { changeOf, type StackTarget } from '../../orchestrator/domain/installation/changes';
import { parseAccountId } from '../../orchestrator/domain/model/brand';
import { resources, statementsOf, templateFiles } from './templates';

const byStackSet = ', by StackSet ';

/** Found by its braces, not by our reading of templates: every action of every statement in the template of a StackSet. */
function actionsIn(body: string): readonly string[] {
  const found: string[] = [];
  JSON.parse(body, (key, value: unknown) => {
    if (key === 'Action') found.push(...[value].flat().map(String));
    if (key === 'NotAction') found.push(`everything but ${[value].flat().join(', ')}`);
    return value;
  });
  return found;
}

const target = (file: string): StackTarget => ({
  stack: 'StrongroomOrchestrator',
  in: 'deployments',
  region: 'eu-central-1',
  partition: 'aws',
  account: parseAccountId('222222222222'),
  hasAssets: true,
  parameters: {},
  template: JSON.parse(readFileSync(file, 'utf8')),
});

test('the plan lists every resource and every IAM statement of every stack', () => {
  const planned = templateFiles().map((file) => changeOf(target(file), undefined));

  const ofStacks = planned.flatMap(({ statements }) => statements).filter(({ on }) => !on.includes(byStackSet));
  expect(planned.flatMap((change) => change.resources).filter(({ id }) => !id.includes(byStackSet))).toHaveLength(
    resources().length,
  );
  expect(ofStacks.flatMap(({ actions }) => actions).toSorted()).toEqual(
    resources()
      .flatMap(statementsOf)
      .flatMap(({ actions }) => actions)
      .toSorted(),
  );
});

test('the plan lists every policy of the roles that the bootstrap creates in every account', () => {
  const inAccounts = templateFiles()
    .flatMap((file) => changeOf(target(file), undefined).statements)
    .filter(({ on }) => on.includes(byStackSet));
  const bodies = resources()
    .filter(({ type }) => type === 'AWS::CloudFormation::StackSet')
    .map(({ properties }) => String(properties['TemplateBody']));

  expect(inAccounts.flatMap(({ actions }) => actions).toSorted()).toEqual(bodies.flatMap(actionsIn).toSorted());
});

test('the permissions for every type of resource in the stacks are known', () => {
  const unknown = [...new Set(resources().map(({ type }) => type))].filter((type) => !typesWithActions.includes(type));

  expect(unknown).toEqual([]);
});

test('a stack with assets also needs what `cdk bootstrap` needs', () => {
  const template = { Resources: { Topic: { Type: 'AWS::SNS::Topic' } } };

  expect(actionsFor(template, false)).toContain('sns:CreateTopic');
  expect(actionsFor(template, false)).not.toContain('ecr:CreateRepository');
  expect(actionsFor(template, true)).toContain('ecr:CreateRepository');
});
