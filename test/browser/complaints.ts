/** What is wrong with the page as it stands: to those who cannot see it, to its own policy, to the server. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import type { Stage } from './staged';

export async function violationsOf(page: Page): Promise<readonly string[]> {
  // Through the debugger, which the page's policy does not bind.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>('axe.run()');
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html, any }) => `${id}: ${html} ${any[0]?.message ?? ''}`));
}

/** Tests take the connection away, are refused, and answer 409 themselves; the browser says so. */
const meant = /ERR_FAILED|status of (400|403|409)/;

export const complaintsOf = ({ complaints, faults }: Stage): readonly string[] => [
  ...complaints.filter((complaint) => !meant.test(complaint)),
  ...faults.map(String),
];
