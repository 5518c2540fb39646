/** Turns every module into the text that is hashed, stored and deployed. Needs aws-cdk-lib, and so runs when building only. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, BootstraplessSynthesizer, type IStackSynthesizer, Stack } from 'aws-cdk-lib';
import { errors } from '../orchestrator/domain/errors';
import { parseTemplateHash, type TemplateHash } from '../orchestrator/domain/model/brand';
import { type ModuleId, moduleIds } from '../orchestrator/domain/model/module';
import { canonicalJson } from '../orchestrator/domain/model/release';
import { ciRole } from './bootstrap/ci-role';
import { logArchive } from './bootstrap/log-archive';

type Build = (stack: Stack) => void;

/** The template of a module is the function `template` of the file that has the module's name. */
function templateOf(id: ModuleId): Build {
  const { template }: { readonly template?: Build } = require(join(__dirname, id));
  if (template === undefined) throw errors.internal(`stackset-templates/${id}.ts exports no function template`);
  return template;
}

const builds = (): Readonly<Record<string, Build>> => Object.fromEntries(moduleIds.map((id) => [id, templateOf(id)]));

/** What must be there before Strongroom can do anything; deployed by the organization itself, not by a rollout. */
const bootstrap: Readonly<Record<string, Build>> = { 'ci-role': ciRole, 'log-archive': logArchive };

/** Bytes of a template that travels in the request itself [bc:cloudformation:CreateStackSet.TemplateBody]. */
export const templateBytesMax = 51_200;

export interface SynthesizedTemplate {
  readonly module: ModuleId;
  readonly hash: TemplateHash;
  readonly body: string;
}

/** @param modules a template for each module that exists; only tests have others than ours. */
export const synthesizeTemplates = (
  modules: Readonly<Record<string, Build>> = builds(),
): readonly SynthesizedTemplate[] =>
  textsOf(modules).map(({ name, body }) => ({
    // The name is the id of a module.
    module: name as ModuleId,
    hash: parseTemplateHash(createHash('sha256').update(body).digest('hex')),
    body,
  }));

export const synthesizeBootstrap = (): readonly { readonly name: string; readonly body: string }[] =>
  textsOf(bootstrap);

function textsOf(builds: Readonly<Record<string, Build>>): readonly { readonly name: string; readonly body: string }[] {
  const outdir = mkdtempSync(join(tmpdir(), 'strongroom-synth-'));
  try {
    const app = new App({ outdir, analyticsReporting: false, treeMetadata: false });
    for (const [name, build] of Object.entries(builds)) {
      // No parameters and rules of CDK's own in a template that goes into other people's accounts, and no assets. (The cast is
      // for its getters, which CDK types more loosely than its interface under exactOptionalPropertyTypes.)
      const synthesizer = new BootstraplessSynthesizer() as IStackSynthesizer;
      const stack = new Stack(app, name, { synthesizer });
      stack.templateOptions.templateFormatVersion = '2010-09-09';
      build(stack);
    }
    const assembly = app.synth();
    return Object.keys(builds).map((name) => ({ name, body: textOf(name, assembly.getStackByName(name).template) }));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

function textOf(name: string, template: unknown): string {
  const body = canonicalJson(template);
  const bytes = Buffer.byteLength(body);
  if (bytes > templateBytesMax)
    throw errors.internal(`the template of ${name} has ${bytes} bytes, over ${templateBytesMax}`);
  return body;
}
