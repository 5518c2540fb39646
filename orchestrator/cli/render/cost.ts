/** What Strongroom itself costs, for people. */
import { type CostLine, prices } from '../../domain/planning/cost';
import type { Paint } from '../../presentation/paint';
import { table } from '../../presentation/text';

export const costLines = (lines: readonly CostLine[], paint: Paint): readonly string[] => [
  '',
  `${paint.bold('cost')}  estimated with prices in ${prices.region} of ${prices.asOf}, in US dollars; docs/cost.md`,
  ...table(
    lines.map(({ what, dollars, per, because }) => [
      what,
      dollars === undefined ? 'depends' : `$${amountOf(dollars)} per ${per}`,
      because,
    ]),
    '  ',
  ),
];

const amountOf = (dollars: number): string =>
  dollars.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: dollars < 0.1 ? 3 : 2 });
