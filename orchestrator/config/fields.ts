/** The types of fields in strongroom.yaml. Each error says what the field must be; parse.ts adds the value that it got. */
import { z } from 'zod';
import { parseAccountId, parseRegion, parseWaveName } from '../domain/model/brand';
import type { Share } from '../domain/model/desired-state';
import { type DayMeans, momentAt, momentForm } from './moment';

/** The quota of an organization can be raised to 50,000 accounts, but a config names far fewer. */
export const accountsMax = 10_000;

interface IdParser<Id extends string> {
  (text: string): Id;
  readonly form: RegExp;
  readonly shape: string;
}

/** YAML reads an unquoted account id as a number and loses its leading zeros, so a number is an error and is never corrected. */
export const text = (shape: string, form: RegExp) =>
  z
    .string({
      error: ({ input }) =>
        typeof input === 'number' || typeof input === 'boolean' ? `must be ${shape}, in quotes` : `must be ${shape}`,
    })
    .regex(form);

/** One line of text for people, not empty. */
export const prose = (lengthMax: number) =>
  text(`one line of text of at most ${lengthMax} characters`, new RegExp(`^(?=.*\\S).{1,${lengthMax}}$`));

const identifier = <Id extends string>(parse: IdParser<Id>) => text(parse.shape, parse.form).transform(parse);
export const accountId = identifier(parseAccountId);
export const region = identifier(parseRegion);
export const waveName = identifier(parseWaveName);

/** An OU name has 1 to 128 characters, and OUs nest five deep under the root [aws-behavior 3.3]. */
export const ou = text(
  'an OU path like Workloads/Dev, or an OU id',
  /^(?!\s)[^/]{1,128}(?:\/[^/]{1,128}){0,4}(?<!\s)$/,
);

/** The form of role names in IAM [bc:iam:CreateRole]. */
export const roleName = text('a role name: 1 to 64 letters, digits or any of +=,.@_-', /^[\w+=,.@-]{1,64}$/);

/** One service, without a wildcard: a pattern across services would be a hole in the region deny. */
export const action = text(
  'an action like servicequotas:ListServices or devicefarm:*',
  /^[a-z0-9-]{1,40}:(?:\*|[A-Z][A-Za-z0-9]{0,79}\*?)$/,
);

export const email = text('an email address', /^[^\s@]{1,64}@[^\s@]{1,255}$/);

export const date = z.iso.date({ error: 'must be a valid date like 2027-01-31' });

/** A time with its zone, or a day, which means its start or end. The result is an ISO time in UTC. */
export const moment = (day: DayMeans) => {
  const shape = 'a valid time with its zone like 2026-12-18T18:00Z, or a valid day like 2026-12-18';
  return text(shape, momentForm)
    .refine((written) => momentAt(written, day) !== undefined, { error: `must be ${shape}` })
    .transform((written) => momentAt(written, day)?.toISOString() ?? written);
};

export const flag = z.boolean({ error: 'must be true or false' });

export const whole = (min: number, max: number) =>
  z
    .int({ error: `must be a whole number from ${min} to ${max}` })
    .min(min)
    .max(max);

export const oneOf = <const Word extends string>(...words: readonly Word[]) =>
  z.enum(words, { error: `must be ${words.join(' or ')}` });

export const listOf = <Item extends z.ZodType>(item: Item, max: number, what: string) =>
  z.array(item, { error: `must be a list of at most ${max} ${what}` }).max(max);

/** A map allows only known keys: a misspelled key would silently leave the default in effect. */
export const map = <Shape extends z.ZodRawShape>(what: string, shape: Shape) =>
  z.strictObject(shape, { error: `must be a map ${what}` });

/** More than 0 and at most 100, with up to two decimals. */
const percentForm = /^(?!0+(?:\.0+)?%$)(?:100|\d{1,2}(?:\.\d{1,2})?)%$/;

/** `10%, at least 10`: of a small wave, a percentage alone is next to nothing. */
const percentAtLeastForm = new RegExp(`${percentForm.source.slice(0, -1)}(?:, at least (\\d{1,5}))?$`);

export const share = (countMin: number, { form = percentForm }: { readonly form?: RegExp } = {}) => {
  const error = `must be a count from ${countMin} to ${accountsMax}, or a percentage above 0% and up to 100%`;
  return z
    .union([z.string({ error }).regex(form), z.int({ error }).min(countMin).max(accountsMax)], { error })
    .transform((written): Share => {
      if (typeof written === 'number') return { kind: 'count', count: written };
      const [, atLeast] = /, at least (\d+)$/.exec(written) ?? [];
      const percent = Number.parseFloat(written);
      return { kind: 'percent', percent, ...(atLeast !== undefined && { atLeast: Number(atLeast) }) };
    });
};
export const shareAtLeast = (countMin: number) => share(countMin, { form: percentAtLeastForm });

/** The limits of tags in Organizations [bc:organizations:TagResource]. */
const tagsMax = 50;
const tagNameMax = 128;

export const tags = z
  .record(z.string(), text('text of at most 256 characters', /^.{0,256}$/), {
    error: `must be a map of at most ${tagsMax} tag names to values`,
  })
  .refine((named) => Object.keys(named).length <= tagsMax, {
    error: `must be a map of at most ${tagsMax} tag names to values`,
  })
  .refine((named) => Object.keys(named).every((name) => name.length >= 1 && name.length <= tagNameMax), {
    error: `must have tag names of 1 to ${tagNameMax} characters`,
  });
