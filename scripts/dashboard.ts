/** Bundles the dashboard's page. Everything is a file of its own: the page's policy allows nothing inline. */
import { join } from 'node:path';

export async function buildDashboard(outDir: string): Promise<void> {
  const { build } = await import('vite');
  await build({
    root: join(__dirname, '..', 'orchestrator', 'dashboard', 'web'),
    base: './',
    configFile: false,
    logLevel: 'warn',
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2023',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      rolldownOptions: {
        checks: { pluginTimings: false },
        // Cloudscape marks its modules for servers that render; this page has none.
        onLog: (level, log, report) => (log.code === 'MODULE_LEVEL_DIRECTIVE' ? undefined : report(level, log)),
      },
    },
  });
}
