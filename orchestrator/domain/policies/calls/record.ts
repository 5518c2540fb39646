/** A CloudTrail record, as much of it as says what was called; every field is looked at before it is believed. */
import type { Fields } from '../evaluation/reading';
import { isFields } from '../evaluation/reading';

export interface CloudTrailRecord {
  readonly identity: Fields;
  readonly session: Fields;
  readonly eventSource: string;
  readonly eventName: string;
  readonly region: string;
  readonly parameters: Fields;
  readonly whole: Fields;
}

export const textIn = (fields: Fields, name: string): string | undefined => {
  const value = fields[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};
export const fieldsIn = (fields: Fields, name: string): Fields => {
  const value = fields[name];
  return isFields(value) ? value : {};
};
export const listIn = (fields: Fields, name: string): readonly Fields[] => {
  const value = fields[name];
  return Array.isArray(value) ? value.filter(isFields) : [];
};

/** Undefined if it is no record at all. */
export function readRecord(record: unknown): CloudTrailRecord | undefined {
  if (!isFields(record)) return undefined;
  const [eventSource, eventName] = [textIn(record, 'eventSource'), textIn(record, 'eventName')];
  if (eventSource === undefined || eventName === undefined) return undefined;
  const identity = fieldsIn(record, 'userIdentity');
  return {
    identity,
    session: fieldsIn(identity, 'sessionContext'),
    eventSource,
    eventName,
    region: textIn(record, 'awsRegion') ?? '',
    parameters: fieldsIn(record, 'requestParameters'),
    whole: record,
  };
}

/** A service of AWS, as CloudTrail names it in `invokedBy` and in `sourceIPAddress`. */
export const isService = (text: string | undefined): text is string =>
  text !== undefined && /\.amazonaws\.com(?:\.cn)?$/.test(text);
