/** Turns every module into the text that is hashed, stored and deployed. Needs aws-cdk-lib, and so runs when building only. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, BootstraplessSynthesizer, type IStackSynthesizer, Stack } from 'aws-cdk-lib';
import { parseTemplateHash, type TemplateHash } from '../orchestrator/domain/brand';
import { errors } from '../orchestrator/domain/errors';
import type { ModuleId } from '../orchestrator/domain/module';
import { canonicalJson } from '../orchestrator/domain/release';
import { alerts } from './alerts';
import { operatorRole } from './operator-role';

/** One file per module that is made of stacks. */
const modules: Partial<Record<ModuleId, (stack: Stack) => void>> = { alerts, 'operator-role': operatorRole };

/** Bytes of a template that travels in the request itself [bc:cloudformation:CreateStackSet TemplateBody]. */
export const templateBytesMax = 51_200;

export interface SynthesizedTemplate {
  readonly module: ModuleId;
  readonly hash: TemplateHash;
  readonly body: string;
}

export function synthesizeTemplates(): readonly SynthesizedTemplate[] {
  return Object.entries(modules).map(([id, build]) => {
    const module = id as ModuleId;
    const body = canonicalJson(synthesize(module, build));
    const bytes = Buffer.byteLength(body);
    if (bytes > templateBytesMax)
      throw errors.internal(`the template of ${module} has ${bytes} bytes, over ${templateBytesMax}`);
    return { module, hash: parseTemplateHash(createHash('sha256').update(body).digest('hex')), body };
  });
}

function synthesize(module: ModuleId, build: (stack: Stack) => void): unknown {
  const outdir = mkdtempSync(join(tmpdir(), 'strongroom-synth-'));
  try {
    const app = new App({ outdir, analyticsReporting: false, treeMetadata: false });
    // No parameters and rules of CDK's own in a template that goes into other people's accounts, and no assets. (The cast is
    // for its getters, which CDK types more loosely than its interface under exactOptionalPropertyTypes.)
    const synthesizer = new BootstraplessSynthesizer() as IStackSynthesizer;
    const stack = new Stack(app, module, { synthesizer });
    stack.templateOptions.templateFormatVersion = '2010-09-09';
    build(stack);
    return app.synth().getStackByName(module).template;
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
