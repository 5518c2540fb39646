/** Branded identifiers: text that has been parsed once, at the edge, and is trusted inside. */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type AccountId = Branded<'AccountId'>;
export type OrganizationId = Branded<'OrganizationId'>;
export type OuId = Branded<'OuId'>;
export type Region = Branded<'Region'>;
export type WaveName = Branded<'WaveName'>;
export type RolloutId = Branded<'RolloutId'>;
/** One going over the accounts that only looks. */
export type SweepId = Branded<'SweepId'>;
/** `r-` and the first 12 hex digits of the SHA-256 of the release's content. */
export type ReleaseId = Branded<'ReleaseId'>;
/** SHA-256 of a template body, 64 hex digits. */
export type TemplateHash = Branded<'TemplateHash'>;
/** The ARN of an IAM or STS principal, as STS reports it. */
export type CallerArn = Branded<'CallerArn'>;
/** The unique id of a principal, as STS reports it. */
export type CallerId = Branded<'CallerId'>;

/** A parser carries the form it accepts, and the words for it: what else describes that form asks here. */
const parser = <Id extends string>(what: string, form: RegExp, shape: string) =>
  Object.assign(
    (text: string): Id => {
      if (!form.test(text)) throw new RangeError(`${what} must be ${shape}, got "${text}"`);
      return text as Id;
    },
    { form, shape },
  );

export const parseAccountId = parser<AccountId>('account id', /^\d{12}$/, '12 digits');
export const parseOrganizationId = parser<OrganizationId>(
  'organization id',
  /^o-[a-z0-9]{10,32}$/,
  '"o-" and 10 to 32 lowercase letters or digits',
);
export const parseOuId = parser<OuId>('OU id', /^ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}$/, 'like "ou-ab12-cdef3456"');
export const parseRegion = parser<Region>('region', /^[a-z]{2}(-[a-z]+)+-\d$/, 'like "us-east-1"');
/** Wave names become part of StackSet names, which allow letters, digits and hyphens, 128 characters [bc:cloudformation:CreateStackSet]. */
export const parseWaveName = parser<WaveName>(
  'wave name',
  /^[a-z][a-z0-9-]{0,39}$/,
  'a lowercase letter, then up to 39 lowercase letters, digits or hyphens',
);
/** Rollout ids name Step Functions executions (80 characters at most [bc:stepfunctions:StartExecution]). */
export const parseRolloutId = parser<RolloutId>('rollout id', /^ro-[a-z0-9-]{6,60}$/, 'like "ro-20261122-150405-ab12"');
export const parseSweepId = parser<SweepId>('sweep id', /^sw-[a-z0-9-]{6,50}$/, 'like "sw-20261122-150405-ab12"');
export const parseReleaseId = parser<ReleaseId>('release id', /^r-[0-9a-f]{12}$/, '"r-" and 12 hex digits');
/** 2048 characters at most [bc:sts:GetCallerIdentity]. */
export const parseCallerArn = parser<CallerArn>(
  'caller ARN',
  /^arn:[\w-]+:(iam|sts)::\d{12}:[\x21-\x7e]{1,2000}$/,
  'like "arn:aws:sts::111122223333:assumed-role/Platform/ana"',
);
export const parseCallerId = parser<CallerId>(
  'caller id',
  /^[\x21-\x7e]{1,500}$/,
  'printable characters without spaces',
);
export const parseTemplateHash = parser<TemplateHash>('template hash', /^[0-9a-f]{64}$/, '64 hex digits');
