#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { runProcess } from './edge';

// The bundle is dist/cli/strongroom.mjs, beside what the build made for it.
void runProcess(fileURLToPath(new URL('..', import.meta.url)));
