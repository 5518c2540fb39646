/** Instance operations that an administrator account runs at once [doc:AWSCloudFormation/cloudformation-limits]; its code in Service Quotas is assumed [assumption A37]. */
export const instanceOperationsQuota = { code: 'L-6A4B2F69', value: 10_000 } as const;
