package account

import (
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	trailtypes "github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	metrictypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	organizationtypes "github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/aws-sdk-go-v2/service/pipes"
	pipetypes "github.com/aws/aws-sdk-go-v2/service/pipes/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedulertypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"
)

// answerNothing lets all services around topics and queues answer that they have nothing.
func answerNothing(c *cloud) {
	answer(c, "IAM GetAccountAuthorizationDetails", func(place, *iam.GetAccountAuthorizationDetailsInput) (*iam.GetAccountAuthorizationDetailsOutput, error) {
		return &iam.GetAccountAuthorizationDetailsOutput{}, nil
	})
	answer(c, "Lambda ListFunctions", func(place, *lambda.ListFunctionsInput) (*lambda.ListFunctionsOutput, error) {
		return &lambda.ListFunctionsOutput{}, nil
	})
	answer(c, "Lambda ListEventSourceMappings", func(place, *lambda.ListEventSourceMappingsInput) (*lambda.ListEventSourceMappingsOutput, error) {
		return &lambda.ListEventSourceMappingsOutput{}, nil
	})
	answer(c, "Lambda ListFunctionEventInvokeConfigs", func(place, *lambda.ListFunctionEventInvokeConfigsInput) (*lambda.ListFunctionEventInvokeConfigsOutput, error) {
		return &lambda.ListFunctionEventInvokeConfigsOutput{}, nil
	})
	answer(c, "EventBridge ListEventBuses", func(place, *eventbridge.ListEventBusesInput) (*eventbridge.ListEventBusesOutput, error) {
		return &eventbridge.ListEventBusesOutput{}, nil
	})
	answer(c, "S3 ListBuckets", func(place, *s3.ListBucketsInput) (*s3.ListBucketsOutput, error) { return &s3.ListBucketsOutput{}, nil })
	answer(c, "CloudWatch DescribeAlarms", func(place, *cloudwatch.DescribeAlarmsInput) (*cloudwatch.DescribeAlarmsOutput, error) {
		return &cloudwatch.DescribeAlarmsOutput{}, nil
	})
	answer(c, "CloudWatch GetMetricData", func(place, *cloudwatch.GetMetricDataInput) (*cloudwatch.GetMetricDataOutput, error) {
		return &cloudwatch.GetMetricDataOutput{}, nil
	})
	answer(c, "Pipes ListPipes", func(place, *pipes.ListPipesInput) (*pipes.ListPipesOutput, error) {
		return &pipes.ListPipesOutput{}, nil
	})
	answer(c, "Scheduler ListSchedules", func(place, *scheduler.ListSchedulesInput) (*scheduler.ListSchedulesOutput, error) {
		return &scheduler.ListSchedulesOutput{}, nil
	})
	answer(c, "CloudTrail LookupEvents", func(place, *cloudtrail.LookupEventsInput) (*cloudtrail.LookupEventsOutput, error) {
		return &cloudtrail.LookupEventsOutput{}, nil
	})
}

const (
	orders   = "arn:aws:sns:us-east-1:111122223333:orders"
	billing  = "arn:aws:sqs:us-east-1:111122223333:billing"
	dead     = "arn:aws:sqs:us-east-1:111122223333:dead"
	key      = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	function = "arn:aws:lambda:us-east-1:111122223333:function:bill"
	billRole = "arn:aws:iam::111122223333:role/bill"
	allow    = `{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}`
)

// shop is a topic with a queue, a dead-letter queue and a key, and one of everything that sends or consumes.
func shop() *estate {
	e := &estate{
		topics: map[string]map[string]string{orders: {"TopicArn": orders, "Policy": allow, "KmsMasterKeyId": "alias/shop", "SQSFailureFeedbackRoleArn": billRole, "DisplayName": "secret?"}},
		queues: map[string]map[string]string{
			billing: {"QueueArn": billing, "Policy": allow, "KmsMasterKeyId": key, "SqsManagedSseEnabled": "true", "KmsDataKeyReusePeriodSeconds": "300", "VisibilityTimeout": "30",
				"RedrivePolicy": `{"deadLetterTargetArn":"` + dead + `","maxReceiveCount":3}`, "ApproximateNumberOfMessages": "0"},
			dead: {"QueueArn": dead, "SqsManagedSseEnabled": "true", "ApproximateNumberOfMessages": "7"},
		},
		keys:    map[string]string{key: allow},
		aliases: map[string]string{"arn:aws:kms:us-east-1:111122223333:alias/shop": "1234abcd-12ab-34cd-56ef-1234567890ab", "arn:aws:kms:us-east-1:111122223333:alias/aws/sqs": ""},
	}
	e.subscribe(orders, billing, map[string]string{"RawMessageDelivery": "true", "FilterPolicy": `{"kind":["order"]}`, "FilterPolicyScope": "MessageAttributes", "PendingConfirmation": "false"})
	return e
}

// shopCloud answers for all of the shop.
func shopCloud(e *estate) *cloud {
	c := e.cloud()
	answerNothing(c)
	answerCallers(c)
	answerSenders(c)
	answerEvidence(c)
	return c
}

func answerCallers(c *cloud) {
	policy := url.PathEscape(allow)
	answer(c, "IAM GetAccountAuthorizationDetails", func(_ place, in *iam.GetAccountAuthorizationDetailsInput) (*iam.GetAccountAuthorizationDetailsOutput, error) {
		if in.Marker == nil {
			return &iam.GetAccountAuthorizationDetailsOutput{Marker: aws.String("2"), IsTruncated: true, RoleDetailList: []iamtypes.RoleDetail{{
				Arn: aws.String(billRole), RoleName: aws.String("bill"), Path: aws.String("/"), AssumeRolePolicyDocument: &policy,
				RolePolicyList:          []iamtypes.PolicyDetail{{PolicyName: aws.String("own"), PolicyDocument: &policy}},
				AttachedManagedPolicies: []iamtypes.AttachedPolicy{{PolicyArn: aws.String("arn:aws:iam::aws:policy/ReadOnlyAccess")}},
				PermissionsBoundary:     &iamtypes.AttachedPermissionsBoundary{PermissionsBoundaryArn: aws.String("arn:aws:iam::111122223333:policy/bound")},
			}}}, nil
		}
		version := func(document string, force bool) iamtypes.PolicyVersion {
			return iamtypes.PolicyVersion{Document: aws.String(url.PathEscape(document)), IsDefaultVersion: force}
		}
		return &iam.GetAccountAuthorizationDetailsOutput{
			UserDetailList:  []iamtypes.UserDetail{{Arn: aws.String("arn:aws:iam::111122223333:user/ann"), UserName: aws.String("ann"), Path: aws.String("/"), GroupList: []string{"staff"}}},
			GroupDetailList: []iamtypes.GroupDetail{{Arn: aws.String("arn:aws:iam::111122223333:group/staff"), GroupName: aws.String("staff"), Path: aws.String("/"), GroupPolicyList: []iamtypes.PolicyDetail{{PolicyName: aws.String("broken"), PolicyDocument: aws.String("%7B")}}}},
			Policies: []iamtypes.ManagedPolicyDetail{
				{Arn: aws.String("arn:aws:iam::aws:policy/ReadOnlyAccess"), PolicyName: aws.String("ReadOnlyAccess"), PolicyVersionList: []iamtypes.PolicyVersion{version(`{"a": "old"}`, false), version(allow, true)}},
				{Arn: aws.String("arn:aws:iam::111122223333:policy/bound"), PolicyName: aws.String("bound"), PolicyVersionList: []iamtypes.PolicyVersion{version(allow, true)}},
				{Arn: aws.String("arn:aws:iam::111122223333:policy/unused"), PolicyName: aws.String("unused"), PolicyVersionList: []iamtypes.PolicyVersion{version(allow, true)}},
			},
		}, nil
	})
	answer(c, "Lambda ListFunctions", func(place, *lambda.ListFunctionsInput) (*lambda.ListFunctionsOutput, error) {
		return &lambda.ListFunctionsOutput{Functions: []lambdatypes.FunctionConfiguration{
			{FunctionArn: aws.String(function), FunctionName: aws.String("bill"), Role: aws.String(billRole), Environment: &lambdatypes.EnvironmentResponse{Variables: map[string]string{"PASSWORD": "secret?"}}},
			{FunctionArn: aws.String(function + "er"), FunctionName: aws.String("biller"), Role: aws.String(billRole)},
			{FunctionArn: aws.String("arn:aws:lambda:us-east-1:111122223333:function:log"), FunctionName: aws.String("log"), Role: aws.String(billRole), DeadLetterConfig: &lambdatypes.DeadLetterConfig{TargetArn: aws.String(dead)}},
		}}, nil
	})
	answer(c, "Lambda ListEventSourceMappings", func(place, *lambda.ListEventSourceMappingsInput) (*lambda.ListEventSourceMappingsOutput, error) {
		return &lambda.ListEventSourceMappingsOutput{EventSourceMappings: []lambdatypes.EventSourceMappingConfiguration{
			{UUID: aws.String("one"), EventSourceArn: aws.String(billing), FunctionArn: aws.String(function + ":live"), State: aws.String("Disabled"), BatchSize: aws.Int32(10)},
			{UUID: aws.String("two"), EventSourceArn: aws.String("arn:aws:kinesis:us-east-1:111122223333:stream/s"), FunctionArn: aws.String(function), State: aws.String("Enabled")},
		}}, nil
	})
	answer(c, "Lambda ListFunctionEventInvokeConfigs", func(_ place, in *lambda.ListFunctionEventInvokeConfigsInput) (*lambda.ListFunctionEventInvokeConfigsOutput, error) {
		if *in.FunctionName != "log" {
			return &lambda.ListFunctionEventInvokeConfigsOutput{}, nil
		}
		return &lambda.ListFunctionEventInvokeConfigsOutput{FunctionEventInvokeConfigs: []lambdatypes.FunctionEventInvokeConfig{{
			FunctionArn: aws.String("arn:aws:lambda:us-east-1:111122223333:function:log:$LATEST"), DestinationConfig: &lambdatypes.DestinationConfig{OnSuccess: &lambdatypes.OnSuccess{Destination: aws.String(orders)}},
		}}}, nil
	})
}

func answerSenders(c *cloud) {
	answer(c, "EventBridge ListEventBuses", func(place, *eventbridge.ListEventBusesInput) (*eventbridge.ListEventBusesOutput, error) {
		return &eventbridge.ListEventBusesOutput{EventBuses: []eventtypes.EventBus{{Name: aws.String("default"), Arn: aws.String("arn:aws:events:us-east-1:111122223333:event-bus/default")}}}, nil
	})
	answer(c, "EventBridge DescribeEventBus", func(place, *eventbridge.DescribeEventBusInput) (*eventbridge.DescribeEventBusOutput, error) {
		return &eventbridge.DescribeEventBusOutput{DeadLetterConfig: &eventtypes.DeadLetterConfig{Arn: aws.String(dead)}}, nil
	})
	answer(c, "EventBridge ListRules", func(place, *eventbridge.ListRulesInput) (*eventbridge.ListRulesOutput, error) {
		return &eventbridge.ListRulesOutput{Rules: []eventtypes.Rule{{Name: aws.String("nightly"), EventBusName: aws.String("default"), Arn: aws.String("arn:aws:events:us-east-1:111122223333:rule/nightly"), State: eventtypes.RuleStateEnabled}}}, nil
	})
	answer(c, "EventBridge ListTargetsByRule", func(place, *eventbridge.ListTargetsByRuleInput) (*eventbridge.ListTargetsByRuleOutput, error) {
		return &eventbridge.ListTargetsByRuleOutput{Targets: []eventtypes.Target{
			{Id: aws.String("1"), Arn: aws.String(orders), Input: aws.String(`"secret?"`), DeadLetterConfig: &eventtypes.DeadLetterConfig{Arn: aws.String(dead)}},
			{Id: aws.String("2"), Arn: aws.String(function)},
		}}, nil
	})
	answer(c, "S3 ListBuckets", func(at place, in *s3.ListBucketsInput) (*s3.ListBucketsOutput, error) {
		return &s3.ListBucketsOutput{Buckets: []s3types.Bucket{{Name: aws.String("in")}, {Name: aws.String("out")}}}, nil
	})
	answer(c, "S3 GetBucketNotificationConfiguration", func(_ place, in *s3.GetBucketNotificationConfigurationInput) (*s3.GetBucketNotificationConfigurationOutput, error) {
		out := &s3.GetBucketNotificationConfigurationOutput{}
		if *in.Bucket == "in" {
			out.QueueConfigurations = []s3types.QueueConfiguration{{QueueArn: aws.String(billing), Events: []s3types.Event{"s3:ObjectCreated:*"}}}
		}
		return out, nil
	})
	answer(c, "CloudWatch DescribeAlarms", func(place, *cloudwatch.DescribeAlarmsInput) (*cloudwatch.DescribeAlarmsOutput, error) {
		return &cloudwatch.DescribeAlarmsOutput{MetricAlarms: []metrictypes.MetricAlarm{
			{AlarmArn: aws.String("arn:aws:cloudwatch:us-east-1:111122223333:alarm:late"), AlarmName: aws.String("late"), ActionsEnabled: aws.Bool(true), AlarmActions: []string{orders}},
			{AlarmArn: aws.String("arn:aws:cloudwatch:us-east-1:111122223333:alarm:mute"), AlarmName: aws.String("mute")},
		}}, nil
	})
	answer(c, "Pipes ListPipes", func(place, *pipes.ListPipesInput) (*pipes.ListPipesOutput, error) {
		return &pipes.ListPipesOutput{Pipes: []pipetypes.Pipe{{Name: aws.String("drain"), Arn: aws.String("arn:aws:pipes:us-east-1:111122223333:pipe/drain")}}}, nil
	})
	answer(c, "Pipes DescribePipe", func(place, *pipes.DescribePipeInput) (*pipes.DescribePipeOutput, error) {
		return &pipes.DescribePipeOutput{Source: aws.String(billing), Target: aws.String("arn:aws:states:us-east-1:111122223333:stateMachine:m"), RoleArn: aws.String(billRole), DesiredState: pipetypes.RequestedPipeStateDescribeResponseRunning}, nil
	})
	answer(c, "Scheduler ListSchedules", func(place, *scheduler.ListSchedulesInput) (*scheduler.ListSchedulesOutput, error) {
		return &scheduler.ListSchedulesOutput{Schedules: []schedulertypes.ScheduleSummary{{Name: aws.String("hourly"), GroupName: aws.String("default"), Arn: aws.String("arn:aws:scheduler:us-east-1:111122223333:schedule/default/hourly")}}}, nil
	})
	answer(c, "Scheduler GetSchedule", func(place, *scheduler.GetScheduleInput) (*scheduler.GetScheduleOutput, error) {
		return &scheduler.GetScheduleOutput{Name: aws.String("hourly"), GroupName: aws.String("default"), State: schedulertypes.ScheduleStateEnabled, Target: &schedulertypes.Target{
			Arn: aws.String("arn:aws:scheduler:::aws-sdk:sqs:sendMessage"), RoleArn: aws.String(billRole),
			Input: aws.String(`{"QueueUrl":"https://sqs.us-east-1.amazonaws.com/111122223333/billing","MessageBody":"secret?"}`),
		}}, nil
	})
}

func answerEvidence(c *cloud) {
	answer(c, "CloudWatch GetMetricData", func(_ place, in *cloudwatch.GetMetricDataInput) (*cloudwatch.GetMetricDataOutput, error) {
		out := &cloudwatch.GetMetricDataOutput{}
		hour := in.EndTime.Add(-time.Hour)
		for _, q := range in.MetricDataQueries {
			r := metrictypes.MetricDataResult{Id: q.Id, Timestamps: []time.Time{hour, hour.Add(-time.Hour), hour.Add(-2 * time.Hour)}}
			switch *q.MetricStat.Metric.MetricName {
			case "NumberOfNotificationsFailed":
				r.Values = []float64{0, 2, 3}
			case "ApproximateNumberOfMessagesVisible":
				r.Values = []float64{7, 9, 0}
			default:
				r.Values = []float64{0, 0, 0}
			}
			out.MetricDataResults = append(out.MetricDataResults, r)
		}
		return out, nil
	})
	answer(c, "CloudWatch Logs FilterLogEvents", func(_ place, in *cloudwatchlogs.FilterLogEventsInput) (*cloudwatchlogs.FilterLogEventsOutput, error) {
		if *in.LogGroupName != "sns/us-east-1/111122223333/orders/Failure" {
			return nil, apiError("ResourceNotFoundException", "The specified log group does not exist.")
		}
		line := `{"notification":{"messageId":"m","topicArn":"` + orders + `"},"delivery":{"destination":"` + billing + `","providerResponse":"{\"ErrorCode\":\"KMS.AccessDeniedException\"}","attempts":1,"statusCode":400},"status":"FAILURE","body":"secret?"}`
		return &cloudwatchlogs.FilterLogEventsOutput{Events: []logtypes.FilteredLogEvent{{Message: &line, Timestamp: in.StartTime}}}, nil
	})
	answer(c, "CloudTrail LookupEvents", func(_ place, in *cloudtrail.LookupEventsInput) (*cloudtrail.LookupEventsOutput, error) {
		if *in.LookupAttributes[0].AttributeValue != key {
			return &cloudtrail.LookupEventsOutput{}, nil
		}
		out := &cloudtrail.LookupEventsOutput{}
		for i, e := range []string{
			`{"eventName":"GenerateDataKey","eventSource":"kms.amazonaws.com","errorCode":"AccessDenied","userIdentity":{"type":"AWSService","invokedBy":"sns.amazonaws.com","accessKeyId":"secret?"},"sourceIPAddress":"secret?","requestParameters":{"encryptionContext":{"aws:sqs:arn":"` + billing + `"}}}`,
			`{"eventName":"GenerateDataKey","eventSource":"kms.amazonaws.com","errorCode":"AccessDenied","userIdentity":{"type":"AWSService","invokedBy":"sns.amazonaws.com"},"requestParameters":{"encryptionContext":{"aws:sqs:arn":"` + billing + `"}}}`,
			`{"eventName":"Decrypt","eventSource":"kms.amazonaws.com","userIdentity":{"type":"AWSService"}}`,
			`{"eventName":"DescribeKey","eventSource":"kms.amazonaws.com","errorCode":"AccessDenied","userIdentity":{"type":"AssumedRole"}}`,
		} {
			out.Events = append(out.Events, trailtypes.Event{CloudTrailEvent: &e, EventTime: aws.Time(in.EndTime.Add(-time.Duration(i) * time.Minute))})
		}
		return out, nil
	})
}

// answerOrganization lets both accounts be in a unit of an organization that the home account manages. Everything is under one service control
// policy, and the unit under a resource control policy.
func answerOrganization(c *cloud) {
	answer(c, "Organizations DescribeOrganization", func(place, *organizations.DescribeOrganizationInput) (*organizations.DescribeOrganizationOutput, error) {
		return &organizations.DescribeOrganizationOutput{Organization: &organizationtypes.Organization{MasterAccountId: aws.String(home)}}, nil
	})
	answer(c, "Organizations ListParents", func(_ place, in *organizations.ListParentsInput) (*organizations.ListParentsOutput, error) {
		parent := "ou-1"
		if *in.ChildId == "ou-1" {
			parent = "r-1"
		}
		return &organizations.ListParentsOutput{Parents: []organizationtypes.Parent{{Id: &parent}}}, nil
	})
	answer(c, "Organizations ListPoliciesForTarget", func(_ place, in *organizations.ListPoliciesForTargetInput) (*organizations.ListPoliciesForTargetOutput, error) {
		out := &organizations.ListPoliciesForTargetOutput{}
		if in.Filter == organizationtypes.PolicyTypeServiceControlPolicy {
			out.Policies = []organizationtypes.PolicySummary{{Id: aws.String("p-full"), Arn: aws.String("arn:aws:organizations::aws:policy/service_control_policy/p-full"), Name: aws.String("FullAWSAccess"), Type: in.Filter}}
		} else if *in.TargetId == "ou-1" {
			out.Policies = []organizationtypes.PolicySummary{{Id: aws.String("p-own"), Arn: aws.String("arn:aws:organizations::111122223333:policy/o-1/resource_control_policy/p-own"), Name: aws.String("own"), Type: in.Filter}}
		}
		return out, nil
	})
	answer(c, "Organizations DescribePolicy", func(place, *organizations.DescribePolicyInput) (*organizations.DescribePolicyOutput, error) {
		return &organizations.DescribePolicyOutput{Policy: &organizationtypes.Policy{Content: aws.String(allow)}}, nil
	})
}
