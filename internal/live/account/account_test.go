package account

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hopgrant/hopgrant/internal/live"
)

// TestReadShop reads one of everything. What is wanted is in the words of the pages of CloudFormation's types.
func TestReadShop(t *testing.T) {
	c := shopCloud(shop())
	s := c.read(t, Options{})
	if diff := cmp.Diff([]string{"111122223333/", "111122223333/us-east-1"}, scopes(s)); diff != "" {
		t.Fatalf("scopes (-want +got):\n%s", diff)
	}
	regional, once := scopeAt(t, s, home, east), scopeAt(t, s, home, "")
	want := []string{
		`AWS::CloudWatch::Alarm arn:aws:cloudwatch:us-east-1:111122223333:alarm:late {"ActionsEnabled":true,"AlarmActions":["` + orders + `"],"AlarmName":"late"}`,
		`AWS::Events::EventBus arn:aws:events:us-east-1:111122223333:event-bus/default {"DeadLetterConfig":{"Arn":"` + dead + `"},"Name":"default"}`,
		`AWS::Events::Rule arn:aws:events:us-east-1:111122223333:rule/nightly {"EventBusName":"default","Name":"nightly","State":"ENABLED","Targets":[{"Arn":"` + orders + `","DeadLetterConfig":{"Arn":"` + dead + `"},"Id":"1"}]}`,
		`AWS::KMS::Alias arn:aws:kms:us-east-1:111122223333:alias/shop {"AliasName":"alias/shop","TargetKeyId":"` + key + `"}`,
		`AWS::KMS::Key ` + key + ` {"Enabled":true,"KeyPolicy":` + allow + `,"KeySpec":"SYMMETRIC_DEFAULT","KeyUsage":"ENCRYPT_DECRYPT"} map[KeyId:1234abcd-12ab-34cd-56ef-1234567890ab KeyManager:CUSTOMER KeyState:Enabled]`,
		`AWS::Lambda::EventInvokeConfig arn:aws:lambda:us-east-1:111122223333:function:log:$LATEST {"DestinationConfig":{"OnSuccess":{"Destination":"` + orders + `"}},"FunctionName":"arn:aws:lambda:us-east-1:111122223333:function:log","Qualifier":"$LATEST"}`,
		`AWS::Lambda::EventSourceMapping one {"BatchSize":10,"Enabled":false,"EventSourceArn":"` + billing + `","FunctionName":"` + function + `:live"} map[State:Disabled]`,
		`AWS::Lambda::Function ` + function + ` {"FunctionName":"bill","Role":"` + billRole + `"}`,
		`AWS::Lambda::Function arn:aws:lambda:us-east-1:111122223333:function:log {"DeadLetterConfig":{"TargetArn":"` + dead + `"},"FunctionName":"log","Role":"` + billRole + `"}`,
		`AWS::Pipes::Pipe arn:aws:pipes:us-east-1:111122223333:pipe/drain {"DesiredState":"RUNNING","Name":"drain","RoleArn":"` + billRole + `","Source":"` + billing + `","Target":"arn:aws:states:us-east-1:111122223333:stateMachine:m"}`,
		`AWS::S3::Bucket arn:aws:s3:::in {"BucketName":"in","NotificationConfiguration":{"QueueConfigurations":[{"Event":"s3:ObjectCreated:*","Queue":"` + billing + `"}]}}`,
		`AWS::SNS::Subscription ` + orders + `:1 {"Endpoint":"` + billing + `","FilterPolicy":{"kind":["order"]},"FilterPolicyScope":"MessageAttributes","Protocol":"sqs","RawMessageDelivery":true,"TopicArn":"` + orders + `"} map[Owner:111122223333]`,
		`AWS::SNS::Topic ` + orders + ` {"DeliveryStatusLogging":[{"FailureFeedbackRoleArn":"` + billRole + `","Protocol":"sqs"}],"KmsMasterKeyId":"alias/shop","TopicName":"orders"}`,
		`AWS::SNS::TopicPolicy ` + orders + ` {"PolicyDocument":` + allow + `,"Topics":["` + orders + `"]}`,
		`AWS::SQS::Queue ` + billing + ` {"KmsDataKeyReusePeriodSeconds":300,"KmsMasterKeyId":"` + key + `","QueueName":"billing","RedrivePolicy":{"deadLetterTargetArn":"` + dead + `","maxReceiveCount":3},"VisibilityTimeout":30} map[QueueUrl:https://sqs.us-east-1.amazonaws.com/111122223333/billing]`,
		`AWS::SQS::Queue ` + dead + ` {"QueueName":"dead","SqsManagedSseEnabled":true} map[QueueUrl:https://sqs.us-east-1.amazonaws.com/111122223333/dead]`,
		`AWS::SQS::QueuePolicy ` + billing + ` {"PolicyDocument":` + allow + `,"Queues":["https://sqs.us-east-1.amazonaws.com/111122223333/billing"]} map[QueueArn:` + billing + `]`,
		`AWS::Scheduler::Schedule arn:aws:scheduler:us-east-1:111122223333:schedule/default/hourly {"GroupName":"default","Name":"hourly","State":"ENABLED","Target":{"Arn":"arn:aws:scheduler:::aws-sdk:sqs:sendMessage","Input":"{\"QueueUrl\":\"https://sqs.us-east-1.amazonaws.com/111122223333/billing\"}","RoleArn":"` + billRole + `"}}`,
	}
	if diff := cmp.Diff(want, resources(regional)); diff != "" {
		t.Errorf("resources of the Region (-want +got):\n%s", diff)
	}
	want = []string{
		`AWS::IAM::Group arn:aws:iam::111122223333:group/staff {"GroupName":"staff","Path":"/"}`,
		`AWS::IAM::ManagedPolicy arn:aws:iam::111122223333:policy/bound {"ManagedPolicyName":"bound","PolicyDocument":` + allow + `}`,
		`AWS::IAM::ManagedPolicy arn:aws:iam::aws:policy/ReadOnlyAccess {"ManagedPolicyName":"ReadOnlyAccess","PolicyDocument":` + allow + `}`,
		`AWS::IAM::Role ` + billRole + ` {"AssumeRolePolicyDocument":` + allow + `,"ManagedPolicyArns":["arn:aws:iam::aws:policy/ReadOnlyAccess"],"Path":"/","PermissionsBoundary":"arn:aws:iam::111122223333:policy/bound","Policies":[{"PolicyDocument":` + allow + `,"PolicyName":"own"}],"RoleName":"bill"}`,
		`AWS::IAM::User arn:aws:iam::111122223333:user/ann {"Groups":["staff"],"Path":"/","UserName":"ann"}`,
	}
	if diff := cmp.Diff(want, resources(once)); diff != "" {
		t.Errorf("resources of the account (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]live.Gap(nil), regional.Gaps); diff != "" {
		t.Errorf("gaps of the Region (-want +got):\n%s", diff)
	}
	broken := []live.Gap{{Operation: "iam:GetAccountAuthorizationDetails", Resource: "arn:aws:iam::111122223333:group/staff", Reason: "policy broken: not JSON"}}
	if diff := cmp.Diff(broken, once.Gaps); diff != "" {
		t.Errorf("gaps of the account (-want +got):\n%s", diff)
	}
	text, err := json.Marshal(s)
	if err != nil || strings.Contains(string(text), "secret?") {
		t.Errorf("the snapshot holds what is nobody's business, or is none: %v\n%s", err, text)
	}
}

func TestEvidence(t *testing.T) {
	regional := scopeAt(t, shopCloud(shop()).read(t, Options{}), home, east)
	var got []string
	for _, e := range regional.Evidence {
		hours := e.To.Sub(e.From).Hours()
		got = append(got, strings.TrimSpace(strings.Join([]string{nameIn(e.Resource), e.Source, inJSON(hours) + " h", inJSON(e.Value), e.Text}, " | ")))
	}
	want := []string{
		`key/1234abcd-12ab-34cd-56ef-1234567890ab | CloudTrail | 0.016666666666666666 h | 2 | {"eventSource":"kms.amazonaws.com","eventName":"GenerateDataKey","errorCode":"AccessDenied","userIdentity":{"type":"AWSService","invokedBy":"sns.amazonaws.com"},"requestParameters":{"encryptionContext":{"aws:sqs:arn":"` + billing + `"}}}`,
		`orders | AWS/SNS NumberOfNotificationsFailed | 336 h | 5 |`,
		`orders | AWS/SNS NumberOfNotificationsFailed | 1 h | 2 |`,
		`orders | SNS delivery status log | 0 h | 1 | {"notification":{"messageId":"m","topicArn":"` + orders + `"},"delivery":{"destination":"` + billing + `","providerResponse":"{\"ErrorCode\":\"KMS.AccessDeniedException\"}","attempts":1,"statusCode":400},"status":"FAILURE"}`,
		`dead | AWS/SQS ApproximateNumberOfMessagesVisible | 1 h | 7 |`,
		`dead | SQS ApproximateNumberOfMessages | 0 h | 7 |`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("evidence (-want +got):\n%s", diff)
	}
}

func inJSON(f float64) string {
	text, _ := json.Marshal(f)
	return string(text)
}

func scopes(s *live.Snapshot) []string {
	var names []string
	for _, scope := range s.Scopes {
		names = append(names, scope.Account+"/"+scope.Region)
	}
	return names
}
