import { partitionOf } from '../../../orchestrator/domain/model/partition';
import { administratorAccessArn } from '../../../orchestrator/domain/policies/operator-policy';

test.each([
  { region: 'eu-west-1', partition: 'aws' },
  { region: 'cn-north-1', partition: 'aws-cn' },
  { region: 'us-gov-west-1', partition: 'aws-us-gov' },
])('$region belongs to the partition $partition', ({ region, partition }) => {
  expect(partitionOf(region).id).toBe(partition);
  expect(administratorAccessArn(partition)).toBe(`arn:${partition}:iam::aws:policy/AdministratorAccess`);
});
