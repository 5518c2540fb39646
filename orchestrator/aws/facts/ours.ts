/** What our stacks made carries our prefix in its name; what has no name carries a tag. */
import { moduleTagKey } from '../../domain/model/resource-names';

export const ourPrefix = 'strongroom-';
export const isOurName = (name: string | undefined): boolean => name?.startsWith(ourPrefix) ?? false;

/** Set by CloudFormation itself, where the service lets it [doc:AWSCloudFormation/aws-properties-resource-tags]. */
const stackTagKey = 'aws:cloudformation:stack-name';
export const isOursByTags = (tags: Readonly<Record<string, string>>): boolean =>
  tags[moduleTagKey] !== undefined || (tags[stackTagKey]?.startsWith(`StackSet-${ourPrefix}`) ?? false);
