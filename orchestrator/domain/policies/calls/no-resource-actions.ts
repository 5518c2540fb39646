/**
 * Actions on no single resource: IAM decides on `*`, so their resource is known without being logged. Read from the Service Authorization
 * Reference in 2026 [doc:service-authorization/reference_policies_actions-resources-contextkeys]; an action that is missing here is only less certain.
 * Of EC2 every Describe action is one, too.
 */
const actions: Readonly<Record<string, string>> = {
  autoscaling:
    'DescribeAccountLimits DescribeAccountSettings DescribeAdjustmentTypes DescribeAutoScalingGroups DescribeAutoScalingInstances ' +
    'DescribeAutoScalingNotificationTypes DescribeInstanceRefreshes DescribeLaunchConfigurations DescribeLifecycleHookTypes ' +
    'DescribeLifecycleHooks DescribeLoadBalancerTargetGroups DescribeLoadBalancers DescribeMetricCollectionTypes ' +
    'DescribeNotificationConfigurations DescribePolicies DescribeScalingActivities DescribeScalingProcessTypes ' +
    'DescribeScheduledActions DescribeTags DescribeTerminationPolicyTypes DescribeTrafficSources DescribeWarmPool ' +
    'GetPredictiveScalingForecast PutAccountSetting',
  cloudformation:
    'ActivateOrganizationsAccess ActivateType BatchDescribeTypeConfigurations CancelResourceRequest CreateGeneratedTemplate ' +
    'CreateResource CreateStackSet CreateUploadBucket DeactivateOrganizationsAccess DeactivateType DeleteGeneratedTemplate ' +
    'DeleteResource DeregisterType DescribeAccountLimits DescribeGeneratedTemplate DescribeOrganizationsAccess DescribePublisher ' +
    'DescribeResourceScan DescribeStackDriftDetectionStatus DescribeType DescribeTypeRegistration EstimateTemplateCost ' +
    'GetGeneratedTemplate GetHookResult GetResource GetResourceRequestStatus ListAllHookResults ListExports ListGeneratedTemplates ' +
    'ListImports ListResourceRequests ListResourceScanRelatedResources ListResourceScanResources ListResourceScans ListResources ' +
    'ListStackSets ListStacks ListTypeRegistrations ListTypeVersions ListTypes PublishType RegisterPublisher RegisterType ' +
    'SetTypeConfiguration SetTypeDefaultVersion StartResourceScan TestType UpdateGeneratedTemplate UpdateResource ValidateTemplate',
  cloudtrail:
    'DeregisterOrganizationDelegatedAdmin DescribeTrails GetImport ListChannels ListDashboards ListEventDataStores ListImportFailures ' +
    'ListImports ListPublicKeys ListServiceLinkedChannels ListTrails LookupEvents RegisterOrganizationDelegatedAdmin ' +
    'SearchSampleQueries StartImport StopImport',
  cloudwatch:
    'AssumeAccessProfile BatchGetServiceLevelIndicatorReport CallWithBearerToken CreateAccessGrant CreateAccessProfile CreateAlert ' +
    'CreateDomain CreateDomainAccessGrantForOrganization CreateDomainForOrganization CreateIngestionEndpoint CreateIntegration ' +
    'CreateOmniDashboard CreateOmniThread CreateOneTimeDeepLinkCode CreateServiceLevelObjective CreateSpace CreateView ' +
    'DeleteAnomalyDetector DeleteOmniThread DescribeAlarmsForMetric DescribeAnomalyDetectors DescribeInsightRules ' +
    'EnableTopologyDiscovery GenerateQuery GenerateQueryResultsSummary GetAgentGraph GetContextGraph GetIntelligenceConfiguration ' +
    'GetMetricStatistics GetMetricWidgetImage GetOTelEnrichment GetOmniThread GetPreferences GetRecords GetSpaceCredentials ' +
    'GetSpaceCredentialsForOrganization GetTelemetryQueryResults GetTopologyDiscoveryStatus GetTopologyMap InvokeIntegration Link ' +
    'ListAccessGrants ListAccessProfiles ListAlertContributors ListAlerts ListDashboards ListDomainAccessGrantsForOrganization ' +
    'ListDomains ListEntitiesForMetric ListIngestionEndpoints ListIntegrations ListManagedInsightRules ListMetricStreams ' +
    'ListOmniDashboards ListOmniThreads ListServiceLevelObjectives ListServices ListSpaceAccess ListSpaces ListSpacesForOrganization ' +
    'ListTelemetryFields ListTelemetryQuerySessions ListViews PutAnomalyDetector PutIntelligenceConfiguration PutManagedInsightRules ' +
    'QueryTraces SearchPrincipals StartOTelEnrichment StartOmniThreadSession StartTelemetryQuery StartTelemetryQuerySession ' +
    'StopOTelEnrichment StopTelemetryQuery StopTelemetryQuerySession SubmitFeedback UpdateOmniThread UpdatePreferences',
  codecommit:
    'CreateApprovalRuleTemplate DeleteApprovalRuleTemplate GetApprovalRuleTemplate ListApprovalRuleTemplates ListRepositories ' +
    'ListRepositoriesForApprovalRuleTemplate UpdateApprovalRuleTemplateContent UpdateApprovalRuleTemplateDescription ' +
    'UpdateApprovalRuleTemplateName',
  config:
    'BatchGetResourceConfig DeleteDeliveryChannel DeletePendingAggregationRequest DeleteRemediationExceptions DeleteResourceConfig ' +
    'DeleteRetentionConfiguration DeliverConfigSnapshot DescribeAggregationAuthorizations DescribeComplianceByConfigRule ' +
    'DescribeComplianceByResource DescribeConfigRuleEvaluationStatus DescribeConfigRules DescribeConfigurationAggregators ' +
    'DescribeConformancePackStatus DescribeConformancePacks DescribeDeliveryChannelStatus DescribeDeliveryChannels ' +
    'DescribeOrganizationConfigRuleStatuses DescribeOrganizationConfigRules DescribeOrganizationConformancePackStatuses ' +
    'DescribeOrganizationConformancePacks DescribePendingAggregationRequests DescribeRemediationExceptions ' +
    'DescribeRetentionConfigurations GetComplianceDetailsByResource GetComplianceSummaryByConfigRule ' +
    'GetComplianceSummaryByResourceType GetDiscoveredResourceCounts GetResourceConfigHistory GetResourceEvaluationSummary ' +
    'ListConfigurationRecorders ListConformancePackComplianceScores ListConnectors ListDiscoveredResources ListResourceEvaluations ' +
    'ListStoredQueries PutDeliveryChannel PutEvaluations PutRemediationExceptions PutResourceConfig PutRetentionConfiguration ' +
    'PutServiceLinkedConfigurationRecorder SelectResourceConfig StartRemediationExecution StartResourceEvaluation',
  dynamodb:
    'DescribeEndpoints DescribeLimits DescribeReservedCapacity DescribeReservedCapacityOfferings GetAbacStatus InjectError ' +
    'ListBackups ListContributorInsights ListGlobalTables ListStreams ListTables PurchaseReservedCapacityOfferings UpdateAbacStatus',
  ecr:
    'CreatePullThroughCacheRule CreateRepositoryCreationTemplate DeletePullThroughCacheRule DeleteRegistryPolicy ' +
    'DeleteRepositoryCreationTemplate DeleteSigningConfiguration DeregisterPullTimeUpdateExclusion DescribePullThroughCacheRules ' +
    'DescribeRegistry DescribeRepositoryCreationTemplates GetAccountSetting GetAuthorizationToken GetRegistryPolicy ' +
    'GetRegistryScanningConfiguration GetSigningConfiguration ListPullTimeUpdateExclusions PutAccountSetting PutRegistryPolicy ' +
    'PutRegistryScanningConfiguration PutReplicationConfiguration PutSigningConfiguration RegisterPullTimeUpdateExclusion ' +
    'UpdatePullThroughCacheRule UpdateRepositoryCreationTemplate ValidatePullThroughCacheRule',
  ecs:
    'DeleteAccountSetting DeregisterTaskDefinition DescribeTaskDefinition DiscoverPollEndpoint ListAccountSettings ListClusters ' +
    'ListDaemonTaskDefinitions ListDaemons ListServices ListServicesByNamespace ListTaskDefinitionFamilies ListTaskDefinitions ' +
    'PutAccountSetting PutAccountSettingDefault',
  elasticloadbalancing:
    'AllowVendedLogDeliveryForResource DescribeAccountLimits DescribeCapacityReservation DescribeInstanceHealth ' +
    'DescribeListenerAttributes DescribeListenerCertificates DescribeListeners DescribeLoadBalancerAttributes ' +
    'DescribeLoadBalancerPolicies DescribeLoadBalancerPolicyTypes DescribeLoadBalancers DescribeRules DescribeSSLPolicies ' +
    'DescribeTags DescribeTargetGroupAttributes DescribeTargetGroups DescribeTargetHealth DescribeTrustStoreAssociations ' +
    'DescribeTrustStoreRevocations DescribeTrustStores DescribeWebACLAssociation SetWebAcl',
  iam:
    'CreateAccountAlias DeleteAccountAlias DeleteAccountPasswordPolicy DeleteCloudFrontPublicKey ' +
    'DisableOrganizationsRootCredentialsManagement DisableOrganizationsRootSessions DisableOutboundWebIdentityFederation ' +
    'EnableOrganizationsRootCredentialsManagement EnableOrganizationsRootSessions EnableOutboundWebIdentityFederation ' +
    'GenerateCredentialReport GetAccountAuthorizationDetails GetAccountEmailAddress GetAccountName GetAccountPasswordPolicy ' +
    'GetAccountProperties GetAccountSummary GetCloudFrontPublicKey GetContextKeysForCustomPolicy GetCredentialReport ' +
    'GetOrganizationsAccessReport GetOutboundWebIdentityFederationInfo GetServiceLastAccessedDetails ' +
    'GetServiceLastAccessedDetailsWithEntities ListAccountAliases ListCloudFrontPublicKeys ListDelegationRequests ListGroups ' +
    'ListInstanceProfiles ListOpenIDConnectProviders ListOrganizationsFeatures ListPolicies ListRoles ListSAMLProviders ' +
    'ListSTSRegionalEndpointsStatus ListServerCertificates ListUsers ListVirtualMFADevices PutAccountProperties ' +
    'SetSTSRegionalEndpointStatus SetSecurityTokenServicePreferences SimulateCustomPolicy UpdateAccountEmailAddress UpdateAccountName ' +
    'UpdateAccountPasswordPolicy UpdateCloudFrontPublicKey UploadCloudFrontPublicKey',
  kms:
    'ConnectCustomKeyStore CreateCustomKeyStore CreateKey DeleteCustomKeyStore DescribeCustomKeyStores DisconnectCustomKeyStore ' +
    'GenerateRandom ListAliases ListKeys ListRetirableGrants UpdateCustomKeyStore',
  lambda:
    'CreateCodeSigningConfig CreateEventSourceMapping GetAccountSettings ListCapacityProviders ListCodeSigningConfigs ' +
    'ListEventSourceMappings ListFunctions ListLayerVersions ListLayers',
  organizations:
    'CreateAccount CreateGovCloudAccount CreateOrganization DeleteOrganization DeleteResourcePolicy DescribeCreateAccountStatus ' +
    'DescribeOrganization DescribeResourcePolicy DisableAWSServiceAccess EnableAWSServiceAccess EnableAllFeatures LeaveOrganization ' +
    'ListAWSServiceAccessForOrganization ListAccounts ListAccountsWithInvalidEffectivePolicy ListCreateAccountStatus ' +
    'ListDelegatedAdministrators ListHandshakesForAccount ListHandshakesForOrganization ListInboundResponsibilityTransfers ' +
    'ListOutboundResponsibilityTransfers ListPolicies ListRoots',
  rds:
    'CancelExportTask CreateDBProxy DescribeAccountAttributes DescribeCertificates DescribeDBEngineVersions ' +
    'DescribeDBMajorEngineVersions DescribeDBRecommendations DescribeEngineDefaultClusterParameters DescribeEngineDefaultParameters ' +
    'DescribeEventCategories DescribeEvents DescribeOptionGroupOptions DescribeOrderableDBInstanceOptions ' +
    'DescribeRecommendationGroups DescribeRecommendations DescribeReservedDBInstancesOfferings DescribeSourceRegions ' +
    'ModifyCertificates ModifyDBRecommendation ModifyRecommendation',
  s3:
    'CreateJob CreateStorageLensGroup GetAccessPoint GetAccountPublicAccessBlock ListAccessGrantsInstances ListAccessPoints ' +
    'ListAccessPointsForObjectLambda ListAllMyBuckets ListJobs ListMultiRegionAccessPoints ListStorageLensConfigurations ' +
    'ListStorageLensGroups PutAccessPointPublicAccessBlock PutAccountPublicAccessBlock PutStorageLensConfiguration',
  secretsmanager: 'BatchGetSecretValue GetRandomPassword ListSecrets',
  servicequotas:
    'AssociateServiceQuotaTemplate CreateSupportCase DeleteServiceQuotaIncreaseRequestFromTemplate DisassociateServiceQuotaTemplate ' +
    'GetAWSDefaultServiceQuota GetAssociationForServiceQuotaTemplate GetAutoManagementConfiguration GetQuotaUtilizationReport ' +
    'GetRequestedServiceQuotaChange ListAWSDefaultServiceQuotas ListRequestedServiceQuotaChangeHistory ' +
    'ListServiceQuotaIncreaseRequestsInTemplate ListServiceQuotas ListServices ListTagsForResource StartAutoManagement ' +
    'StartQuotaUtilizationReport StopAutoManagement TagResource UntagResource UpdateAutoManagement',
  sns:
    'CheckIfPhoneNumberIsOptedOut CreatePlatformApplication CreatePlatformEndpoint CreateSMSSandboxPhoneNumber DeleteEndpoint ' +
    'DeletePlatformApplication DeleteSMSSandboxPhoneNumber GetEndpointAttributes GetPlatformApplicationAttributes GetSMSAttributes ' +
    'GetSMSSandboxAccountStatus ListEndpointsByPlatformApplication ListOriginationNumbers ListPhoneNumbersOptedOut ' +
    'ListPlatformApplications ListSMSSandboxPhoneNumbers ListSubscriptions ListTopics OptInPhoneNumber SetEndpointAttributes ' +
    'SetPlatformApplicationAttributes SetSMSAttributes VerifySMSSandboxPhoneNumber',
  sqs: 'ListQueues',
  ssm:
    'CancelCommand CreateActivation CreateMaintenanceWindow CreateOpsItem CreateOpsMetadata CreatePatchBaseline DeleteActivation ' +
    'DeleteInventory DescribeActivations DescribeAutomationExecutions DescribeAvailablePatches DescribeInstanceInformation ' +
    'DescribeInstancePatchStatesForPatchGroup DescribeInstanceProperties DescribeInventoryDeletions ' +
    'DescribeMaintenanceWindowExecutionTaskInvocations DescribeMaintenanceWindowExecutionTasks DescribeMaintenanceWindowSchedule ' +
    'DescribeMaintenanceWindows DescribeMaintenanceWindowsForTarget DescribeOpsItems DescribeParameters DescribePatchBaselines ' +
    'DescribePatchGroupState DescribePatchGroups DescribePatchProperties DescribeSessions ExecuteAPI GetCommandInvocation ' +
    'GetDeployablePatchSnapshotForInstance GetExecutionPreview GetInventory GetInventorySchema GetMaintenanceWindowExecution ' +
    'GetMaintenanceWindowExecutionTask GetMaintenanceWindowExecutionTaskInvocation GetManifest GetPatchBaselineForPatchGroup ' +
    'ListAssociations ListCloudConnectors ListCommandInvocations ListCommands ListComplianceItems ListComplianceSummaries ' +
    'ListDocuments ListInventoryEntries ListOpsItemEvents ListOpsItemRelatedItems ListOpsMetadata ListResourceComplianceSummaries ' +
    'ListResourceDataSync PutConfigurePackageResult PutInventory RegisterManagedInstance StartExecutionPreview',
  states:
    'InvokeHTTPEndpoint ListActivities ListStateMachines RevealSecrets SendTaskFailure SendTaskHeartbeat SendTaskSuccess TestState ' +
    'ValidateStateMachineDefinition',
  sts:
    'DecodeAuthorizationMessage GetAccessKeyInfo GetCallerIdentity GetDelegatedAccessToken GetServiceBearerToken GetSessionToken ' +
    'GetWebIdentityToken',
  tag:
    'DescribeReportCreation GetComplianceSummary GetResources GetTagKeys GetTagValues ListRequiredTags StartReportCreation ' +
    'TagResources UntagResources',
};

const names: ReadonlySet<string> = new Set(
  Object.entries(actions).flatMap(([service, list]) => list.split(' ').map((name) => `${service}:${name}`)),
);

export const isOnNoResource = (action: string): boolean => names.has(action) || action.startsWith('ec2:Describe');
