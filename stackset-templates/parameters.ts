/** Forms of parameters that several templates take, as their service limits them. */

/** Characters of an IAM role name [bc:iam:CreateRole]. */
export const roleName = { allowedPattern: '[\\w+=,.@-]+', minLength: 1, maxLength: 64 };

/** [doc:AmazonS3/bucketnamingrules] */
export const bucketName = { allowedPattern: '[a-z0-9][a-z0-9.-]*[a-z0-9]', minLength: 3, maxLength: 63 };

export const region = { allowedPattern: '[a-z]{2}(-[a-z]+)+-[0-9]' };

/** An action or a pattern of actions of one service. */
export const action = { allowedPattern: '[a-z0-9-]+:[A-Za-z0-9*]+' };

/** [bc:organizations:DescribeOrganization] */
export const organizationId = { allowedPattern: 'o-[a-z0-9]{10,32}' };
