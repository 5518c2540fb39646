/** Shares of a whole as one bar. The numbers stand beside it in words, so readers pass it over. */
import { glyphs, type Kind } from '../say';

export interface Share {
  readonly key: string;
  readonly kind: Kind;
  readonly count: number;
  readonly title: string;
}

const height = 14;
const wide = 1000;

export function Bar({ shares }: { readonly shares: readonly Share[] }) {
  const whole = shares.reduce((sum, { count }) => sum + count, 0);
  let x = 0;
  return (
    <svg className="shares" viewBox={`0 0 ${wide} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      {shares.map(({ key, kind, count, title }) => {
        const width = whole === 0 ? 0 : (count / whole) * wide;
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
