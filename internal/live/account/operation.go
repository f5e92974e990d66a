package account

import "slices"

// An operation is a call that the reader may make. All of them read.
type operation struct {
	// Service and Name are the SDK's names of the service and the operation.
	Service, Name string
	// Action is what IAM authorizes; empty if the call needs no permission.
	Action string
	// Resource is the form of the ARNs that the action is on, after the partition, with {region} and {account}; "*" where IAM knows no
	// resource for it. The pages are Reference[service].
	Resource string
	// Rate is the pace, in calls per second for each account and Region.
	Rate float64
	// Quota is what AWS allows an account per second in a Region, for all callers together; 0 if we found no number for the
	// operation on Page.
	Quota float64
	// Page is the page of AWS's quotas for the service.
	Page string
	// For says which readings make the call; empty for all.
	For purpose
}

// A purpose is what a call is made for, if not every reading makes it.
type purpose string

const (
	forEvidence     purpose = "evidence"
	forOrganization purpose = "organization"
	forMembers      purpose = "accounts of the organization"
	forOwners       purpose = "owners"
	forOtherAccount purpose = "other account"
	forAll          purpose = "all topics and queues"        // of the Region, of which those with a key are perhaps kept
	forTopics       purpose = "what hangs on topics"         // that are named, or on all
	forQueues       purpose = "what hangs on queues"         // that are named, or on all
	forNamedQueues  purpose = "what hangs on queues by name" // all sources of a queue are known if all queues are
)

// needed reports whether a reading with the options makes calls for the purpose.
func (p purpose) needed(o Options) bool {
	whole := len(o.Topics)+len(o.Queues)+len(o.Keys) == 0
	switch p {
	case forEvidence:
		return !o.NoEvidence
	case forOrganization:
		return o.Organization
	case forMembers:
		return false // whoever reads an account has been told which
	case forOwners:
		return o.OwnerTag != ""
	case forOtherAccount:
		return len(o.Roles) > 0
	case forAll:
		return whole || len(o.Keys) > 0
	case forTopics:
		return whole || len(o.Keys)+len(o.Topics) > 0
	case forQueues:
		return whole || len(o.Keys)+len(o.Queues) > 0
	case forNamedQueues:
		return len(o.Keys)+len(o.Queues) > 0
	}
	return true
}

// reference has AWS's page of actions and their resources for each prefix of actions.
var reference = map[string]string{
	"sns":           "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html",
	"sqs":           "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html",
	"kms":           "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html",
	"iam":           "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html",
	"lambda":        "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html",
	"events":        "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html",
	"s3":            "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html",
	"cloudwatch":    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html",
	"logs":          "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html",
	"pipes":         "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridgepipes.html",
	"scheduler":     "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridgescheduler.html",
	"cloudtrail":    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudtrail.html",
	"tag":           "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonresourcegrouptaggingapi.html",
	"organizations": "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html",
	"sts":           "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html",
}

// Pages of quotas.
const (
	snsQuotas           = "https://docs.aws.amazon.com/general/latest/gr/sns.html"
	sqsQuotas           = "https://docs.aws.amazon.com/general/latest/gr/sqs-service.html"
	kmsQuotas           = "https://docs.aws.amazon.com/kms/latest/developerguide/requests-per-second.html"
	iamQuotas           = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"
	lambdaQuotas        = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"
	eventsQuotas        = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html"
	s3Quotas            = "https://docs.aws.amazon.com/general/latest/gr/s3.html"
	cloudwatchQuotas    = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html"
	logsQuotas          = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html"
	pipesQuotas         = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-quotas.html"
	schedulerQuotas     = "https://docs.aws.amazon.com/scheduler/latest/UserGuide/scheduler-quotas.html"
	cloudtrailQuotas    = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html"
	taggingQuotas       = "https://docs.aws.amazon.com/general/latest/gr/arg.html"
	organizationsQuotas = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html"
)

// operations are all calls that the reader makes, and the only ones that it can make.
//
// ListSubscriptionsByTopic keeps far below its quota, because CloudFormation's own handler fails the deployment of a stack that is
// throttled there. Lambda's calls share one quota, and together stay below it.
//
// [CloudFormation and ListSubscriptionsByTopic]
//
// [CloudFormation and ListSubscriptionsByTopic]: https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2475
var operations = []operation{
	{Service: "STS", Name: "GetCallerIdentity", Rate: 5, Page: iamQuotas},
	{Service: "STS", Name: "AssumeRole", Action: "sts:AssumeRole", Resource: "role", Rate: 5, Page: iamQuotas, For: forOtherAccount},

	{Service: "SNS", Name: "ListTopics", Action: "sns:ListTopics", Resource: "*", Rate: 10, Page: snsQuotas, For: forAll},
	{Service: "SNS", Name: "GetTopicAttributes", Action: "sns:GetTopicAttributes", Resource: "sns:{region}:{account}:*", Rate: 20, Page: snsQuotas},
	{Service: "SNS", Name: "ListSubscriptionsByTopic", Action: "sns:ListSubscriptionsByTopic", Resource: "sns:{region}:{account}:*", Rate: 10, Quota: 30, Page: snsQuotas, For: forTopics},
	{Service: "SNS", Name: "ListSubscriptions", Action: "sns:ListSubscriptions", Resource: "*", Rate: 10, Page: snsQuotas, For: forQueues},
	{Service: "SNS", Name: "GetSubscriptionAttributes", Action: "sns:GetSubscriptionAttributes", Resource: "*", Rate: 20, Page: snsQuotas},

	{Service: "SQS", Name: "ListQueues", Action: "sqs:ListQueues", Resource: "*", Rate: 10, Page: sqsQuotas, For: forAll},
	{Service: "SQS", Name: "GetQueueUrl", Action: "sqs:GetQueueUrl", Resource: "sqs:{region}:{account}:*", Rate: 20, Page: sqsQuotas},
	{Service: "SQS", Name: "GetQueueAttributes", Action: "sqs:GetQueueAttributes", Resource: "sqs:{region}:{account}:*", Rate: 40, Page: sqsQuotas},
	{Service: "SQS", Name: "ListDeadLetterSourceQueues", Action: "sqs:ListDeadLetterSourceQueues", Resource: "sqs:{region}:{account}:*", Rate: 10, Page: sqsQuotas, For: forNamedQueues},

	{Service: "KMS", Name: "ListAliases", Action: "kms:ListAliases", Resource: "*", Rate: 10, Quota: 500, Page: kmsQuotas},
	{Service: "KMS", Name: "DescribeKey", Action: "kms:DescribeKey", Resource: "kms:{region}:{account}:key/*", Rate: 20, Quota: 2000, Page: kmsQuotas},
	{Service: "KMS", Name: "GetKeyPolicy", Action: "kms:GetKeyPolicy", Resource: "kms:{region}:{account}:key/*", Rate: 20, Quota: 1000, Page: kmsQuotas},
	{Service: "KMS", Name: "ListGrants", Action: "kms:ListGrants", Resource: "kms:{region}:{account}:key/*", Rate: 20, Quota: 100, Page: kmsQuotas},

	{Service: "IAM", Name: "GetAccountAuthorizationDetails", Action: "iam:GetAccountAuthorizationDetails", Resource: "*", Rate: 2, Page: iamQuotas},

	{Service: "Lambda", Name: "ListFunctions", Action: "lambda:ListFunctions", Resource: "*", Rate: 2, Quota: 15, Page: lambdaQuotas},
	{Service: "Lambda", Name: "ListEventSourceMappings", Action: "lambda:ListEventSourceMappings", Resource: "*", Rate: 2, Quota: 15, Page: lambdaQuotas},
	{Service: "Lambda", Name: "ListFunctionEventInvokeConfigs", Action: "lambda:ListFunctionEventInvokeConfigs", Resource: "lambda:{region}:{account}:function:*", Rate: 5, Quota: 15, Page: lambdaQuotas},

	{Service: "EventBridge", Name: "ListEventBuses", Action: "events:ListEventBuses", Resource: "*", Rate: 5, Page: eventsQuotas},
	{Service: "EventBridge", Name: "DescribeEventBus", Action: "events:DescribeEventBus", Resource: "events:{region}:{account}:event-bus/*", Rate: 5, Page: eventsQuotas},
	{Service: "EventBridge", Name: "ListRules", Action: "events:ListRules", Resource: "*", Rate: 5, Page: eventsQuotas},
	{Service: "EventBridge", Name: "ListTargetsByRule", Action: "events:ListTargetsByRule", Resource: "events:{region}:{account}:rule/*", Rate: 10, Page: eventsQuotas},

	{Service: "S3", Name: "ListBuckets", Action: "s3:ListAllMyBuckets", Resource: "*", Rate: 5, Page: s3Quotas},
	{Service: "S3", Name: "GetBucketNotificationConfiguration", Action: "s3:GetBucketNotification", Resource: "s3:::*", Rate: 10, Page: s3Quotas},

	{Service: "CloudWatch", Name: "DescribeAlarms", Action: "cloudwatch:DescribeAlarms", Resource: "cloudwatch:{region}:{account}:alarm:*", Rate: 3, Quota: 9, Page: cloudwatchQuotas},
	{Service: "CloudWatch", Name: "GetMetricData", Action: "cloudwatch:GetMetricData", Resource: "*", Rate: 5, Quota: 500, Page: cloudwatchQuotas, For: forEvidence},

	{Service: "Pipes", Name: "ListPipes", Action: "pipes:ListPipes", Resource: "*", Rate: 5, Page: pipesQuotas},
	{Service: "Pipes", Name: "DescribePipe", Action: "pipes:DescribePipe", Resource: "pipes:{region}:{account}:pipe/*", Rate: 5, Page: pipesQuotas},

	{Service: "Scheduler", Name: "ListSchedules", Action: "scheduler:ListSchedules", Resource: "*", Rate: 5, Page: schedulerQuotas},
	{Service: "Scheduler", Name: "GetSchedule", Action: "scheduler:GetSchedule", Resource: "scheduler:{region}:{account}:schedule/*", Rate: 10, Page: schedulerQuotas},

	{Service: "CloudWatch Logs", Name: "FilterLogEvents", Action: "logs:FilterLogEvents", Resource: "logs:{region}:{account}:log-group:sns/*", Rate: 2, Quota: 5, Page: logsQuotas, For: forEvidence},
	{Service: "CloudTrail", Name: "LookupEvents", Action: "cloudtrail:LookupEvents", Resource: "*", Rate: 1, Quota: 2, Page: cloudtrailQuotas, For: forEvidence},

	{Service: "Resource Groups Tagging API", Name: "GetResources", Action: "tag:GetResources", Resource: "*", Rate: 2, Page: taggingQuotas, For: forOwners},

	{Service: "Organizations", Name: "ListAccounts", Action: "organizations:ListAccounts", Resource: "*", Rate: 1, Page: organizationsQuotas, For: forMembers},
	{Service: "Organizations", Name: "DescribeOrganization", Action: "organizations:DescribeOrganization", Resource: "*", Rate: 1, Page: organizationsQuotas, For: forOrganization},
	{Service: "Organizations", Name: "ListParents", Action: "organizations:ListParents", Resource: "*", Rate: 1, Page: organizationsQuotas, For: forOrganization},
	{Service: "Organizations", Name: "ListPoliciesForTarget", Action: "organizations:ListPoliciesForTarget", Resource: "*", Rate: 1, Page: organizationsQuotas, For: forOrganization},
	{Service: "Organizations", Name: "DescribePolicy", Action: "organizations:DescribePolicy", Resource: "*", Rate: 1, Page: organizationsQuotas, For: forOrganization},
}

// operationOf returns the operation with the SDK's names, if it is one that the reader may make.
func operationOf(service, name string) (operation, bool) {
	i := slices.IndexFunc(operations, func(o operation) bool { return o.Service == service && o.Name == name })
	if i < 0 {
		return operation{}, false
	}
	return operations[i], true
}
