/**
 * The function of the security account: events of all accounts in, messages to one topic out. Its code travels in the template, so the
 * account needs no `cdk bootstrap`; therefore it is small, and the SDK is that of the runtime.
 */
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { alertMessage, samplesIn } from '../domain/health/alert-message';
import { field, textAt } from '../domain/health/event-fields';
import type { NamedAccounts } from '../domain/model/alerting';
import { alertAccountsKey, publishedSampleKey } from '../domain/model/resource-names';
import { deployed } from './environment';

const s3 = new S3Client();
const sns = new SNSClient();

/** A list that is read again each time would cost more than the alerts. */
const freshMs = 300_000;
let read: { readonly atMs: number; readonly known: NamedAccounts } | undefined;

/** Failures of what a message can do without never keep it back. */
export async function handler(batch: unknown): Promise<void> {
  const records = field(batch, 'Records');
  const events = Array.isArray(records) ? records.map((record) => parsed(textAt(record, 'body'))) : [];
  if (events.length === 0) return;
  for (const event of events) console.log(JSON.stringify(event));
  const { subject, text } = alertMessage(events, await accountsKnown());
  await sns.send(new PublishCommand({ TopicArn: deployed('topic'), Subject: subject, Message: text }));
  await Promise.all(samplesIn(events).map(writeDown));
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

async function accountsKnown(): Promise<NamedAccounts | undefined> {
  if (read !== undefined && Date.now() - read.atMs < freshMs) return read.known;
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: deployed('bucket'), Key: alertAccountsKey }));
    const known: NamedAccounts = JSON.parse((await Body?.transformToString()) ?? '');
    if (typeof known.accounts !== 'object' || known.accounts === null) return undefined;
    read = { atMs: Date.now(), known };
    return known;
  } catch (error) {
    console.error('the list of accounts cannot be read', error);
    return undefined;
  }
}

/** The probe `alertsArrive` looks for it. */
async function writeDown(finding: string): Promise<void> {
  try {
    await s3.send(new PutObjectCommand({ Bucket: deployed('bucket'), Key: publishedSampleKey(finding), Body: '' }));
  } catch (error) {
    console.error(`sample ${finding} cannot be written down`, error);
  }
}
