/** The plan of an installation, over the synthesized stacks: nothing in them is left unsaid. */
import { readFileSync } from 'node:fs';
import { actionsFor, typesWithActions } from '../../orchestrator/domain/installation/actions';
import { changeOf, type StackTarget } from '../../orchestrator/domain/installation/changes';
import { parseAccountId } from '../../orchestrator/domain/model/brand';
import { resources, statementsOf, templateFiles } from './templates';

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

  expect(planned.flatMap((change) => change.resources)).toHaveLength(resources().length);
  expect(planned.flatMap(({ statements }) => statements.flatMap(({ actions }) => actions)).toSorted()).toEqual(
    resources()
      .flatMap(statementsOf)
      .flatMap(({ actions }) => actions)
      .toSorted(),
  );
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
