#!/usr/bin/env node
/** Puts the program together: the command line and the dashboard import each other nowhere, so this is where the one gets the other. */
import { fileURLToPath } from 'node:url';
import { runProcess } from '../cli/edge';

void runProcess({
  // The bundle is dist/cli/strongroom.mjs, beside what the build made for it.
  dist: fileURLToPath(new URL('..', import.meta.url)),
  openDashboard: async (options) => (await import('../dashboard/local')).openDashboard(options),
});
