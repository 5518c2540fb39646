/** Problems of the page: accessibility violations, policy violations and server faults. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import type { Stage } from './staged';

export async function violationsOf(page: Page): Promise<readonly string[]> {
  // The debugger is exempt from the page's policy.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>('axe.run()');
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html, any }) => `${id}: ${html} ${any[0]?.message ?? ''}`));
}

/** The browser reports these when a test breaks the connection, is rejected, or returns 409 itself. */
const expected = /ERR_FAILED|status of (400|403|409)/;

export const complaintsOf = ({ complaints, faults }: Stage): readonly string[] => [
  ...complaints.filter((complaint) => !expected.test(complaint)),
  ...faults.map(String),
];
