import type { ReactNode } from 'react';

interface PanelProps {
  readonly title: string;
  readonly id: string;
  readonly children: ReactNode;
}
export const Panel = ({ title, id, children }: PanelProps) => (
  <section className="panel" aria-labelledby={id}>
    <h2 id={id}>{title}</h2>
    {children}
  </section>
);
