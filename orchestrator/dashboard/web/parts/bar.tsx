/** Shares of a whole as one bar. The same numbers appear as text next to it, so screen readers skip it. */
import { glyphs, type StatusKind } from '../labels';

export interface Share {
  readonly key: string;
  readonly kind: StatusKind;
  readonly count: number;
  readonly title: string;
}

const height = 14;
const fullWidth = 1000;

export function Bar({ shares }: { readonly shares: readonly Share[] }) {
  const whole = shares.reduce((sum, { count }) => sum + count, 0);
  let x = 0;
  return (
    <svg className="shares" viewBox={`0 0 ${fullWidth} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      {shares.map(({ key, kind, count, title }) => {
        const width = whole === 0 ? 0 : (count / whole) * fullWidth;
        x += width;
        return (
          <rect key={key} className={`share ${kind}`} x={x - width} width={width} height={height}>
            <title>{`${glyphs[kind]} ${title}: ${count}`}</title>
          </rect>
        );
      })}
    </svg>
  );
}
