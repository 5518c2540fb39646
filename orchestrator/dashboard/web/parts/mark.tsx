import type { ReactNode } from 'react';
import type { ReadinessState } from '../../../domain/model/readiness';
import { glyphs, type StatusKind, stateKinds, stateTitle } from '../labels';

/** A status: glyph, color and words. */
export const Mark = ({ kind, children }: { readonly kind: StatusKind; readonly children: ReactNode }) => (
  <span className={`mark ${kind}`}>
    <span className="glyph" aria-hidden="true">
      {glyphs[kind]}
    </span>
    {children}
  </span>
);

export const StateMark = ({ state }: { readonly state: ReadinessState }) => (
  <Mark kind={stateKinds[state]}>{stateTitle(state)}</Mark>
);
