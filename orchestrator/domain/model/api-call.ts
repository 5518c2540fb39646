/** A request that a visit makes, as the tables of facts and of preflight lookups declare it. */

/** Why a call is made in some accounts or regions only. */
export const callConditions = {
  usersExist: 'only if the account has IAM users',
  detectorIsUnnamed: 'only if no Strongroom stack names the detector',
  analyzerIsActive: 'only if an external access analyzer is active',
  detectorExists: 'only if there is a detector',
  detectorIsNotOurs: 'only if there is a detector that Strongroom did not create',
  detectorIsOursOrAbsent: 'only if Strongroom or nobody created the detector',
  hubIsNotOurs: 'only if there is a hub that Strongroom did not create',
} as const;
export type CallCondition = keyof typeof callConditions;

/** One request. Sources that share a request both declare it; a visit makes it once. */
export interface ApiCall {
  /** `service:Operation` as IAM names the action that permits it. */
  readonly api: string;
  /** Tells two requests to one API apart. */
  readonly of?: string;
  readonly when?: CallCondition;
  /** Requests at most, if there may be several. */
  readonly upTo?: number;
}

export const apiCall = (call: string | ApiCall): ApiCall => (typeof call === 'string' ? { api: call } : call);
