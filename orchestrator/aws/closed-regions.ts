/** Regions that an account has to enable before it can use them. */
import { DescribeRegionsCommand, type EC2Client } from '@aws-sdk/client-ec2';
import type { Region } from '../domain/model/brand';
import { calling } from './failures';

/** @returns those of the Regions that the client's account has not enabled. */
export async function closedRegions(client: EC2Client, regions: readonly Region[]): Promise<readonly Region[]> {
  const { Regions: known = [] } = await calling('ec2:DescribeRegions', () =>
    client.send(new DescribeRegionsCommand({ AllRegions: true })),
  );
  const closed = new Set(
    known.filter(({ OptInStatus }) => OptInStatus === 'not-opted-in').map((one) => one.RegionName),
  );
  return regions.filter((region) => closed.has(region));
}
