/** What a row of the assumptions says. */
export type AssumptionId = `A${number}`;

export interface Assumption {
  readonly id: AssumptionId;
  readonly assumes: string;
  /** How a live account can answer. */
  readonly ask: string;
  /** What would have to change, or what would go wrong. */
  readonly ifWrong: string;
}

export const row = (id: AssumptionId, assumes: string, ask: string, ifWrong: string): Assumption => ({
  id,
  assumes,
  ask,
  ifWrong,
});
