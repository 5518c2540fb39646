import type { ReactNode } from 'react';
import { Text } from './text';

export type Fact = readonly [term: string, value: ReactNode, more?: string];

export const Facts = ({ facts }: { readonly facts: readonly Fact[] }) => (
  <dl className="facts">
    {facts.map(([term, value, more]) => (
      <div key={term}>
        <dt>{term}</dt>
        <dd>
          {value}
          {more === undefined ? undefined : (
            <span className="quiet">
              {' '}
              <Text>{more}</Text>
            </span>
          )}
        </dd>
      </div>
    ))}
  </dl>
);
