package cfn

import (
	"testing"

	"github.com/hopgrant/hopgrant/internal/cfn/template"
)

// A template with a resource of every type whose Ref and GetAtt are known.
const resources = `
Parameters:
  Unknown: {Type: String}
Resources:
  Topic: {Type: AWS::SNS::Topic}
  FifoTopic: {Type: AWS::SNS::Topic, Properties: {FifoTopic: true}}
  Queue: {Type: AWS::SQS::Queue}
  Named: {Type: AWS::SQS::Queue, Properties: {QueueName: named.fifo, FifoQueue: true}}
  Key: {Type: AWS::KMS::Key}
  Alias: {Type: AWS::KMS::Alias, Properties: {AliasName: alias/a, TargetKeyId: !Ref Key}}
  Replica: {Type: AWS::KMS::ReplicaKey, Properties: {PrimaryKeyArn: "arn:aws:kms:us-east-1:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab", KeyPolicy: {}}}
  Role: {Type: AWS::IAM::Role, Properties: {RoleName: r, Path: /team/}}
  User: {Type: AWS::IAM::User, Properties: {UserName: u}}
  Group: {Type: AWS::IAM::Group, Properties: {GroupName: g}}
  Policy: {Type: AWS::IAM::ManagedPolicy, Properties: {ManagedPolicyName: p}}
  Profile: {Type: AWS::IAM::InstanceProfile, Properties: {InstanceProfileName: i, Roles: []}}
  Fn: {Type: AWS::Lambda::Function, Properties: {FunctionName: f}}
  Live: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref Fn, Name: live}}
  V1: {Type: AWS::Lambda::Version, Properties: {FunctionName: !GetAtt Fn.Arn}}
  Rule: {Type: AWS::Events::Rule, Properties: {Name: ru}}
  BusRule: {Type: AWS::Events::Rule, Properties: {Name: br, EventBusName: !GetAtt Bus.Arn}}
  Bus: {Type: AWS::Events::EventBus, Properties: {Name: bus}}
  Bucket: {Type: AWS::S3::Bucket}
  Alarm: {Type: AWS::CloudWatch::Alarm, Properties: {AlarmName: al}}
  Pipe: {Type: AWS::Pipes::Pipe, Properties: {Name: pi}}
  Schedule: {Type: AWS::Scheduler::Schedule, Properties: {Name: sc, GroupName: gr}}
  Machine: {Type: AWS::StepFunctions::StateMachine, Properties: {StateMachineName: sm}}
  Project: {Type: AWS::CodeBuild::Project, Properties: {Name: pr}}
  Custom: {Type: "Custom::Thing"}
Outputs:
`

// What is wanted stands under "Return values" on the AWS page of each type.
func TestRefAndGetAtt(t *testing.T) {
	t.Parallel()
	tests := []struct{ expression, want, reason string }{
		{`!Ref Topic`, "arn:aws:sns:eu-west-1:123456789012:${AWS::StackName}-Topic-${Topic}", "Ref of a topic is its ARN"},
		{`!GetAtt FifoTopic.TopicName`, "${AWS::StackName}-FifoTopic-${FifoTopic}.fifo", "names of FIFO topics end in .fifo"},
		{`!Ref Queue`, "https://sqs.eu-west-1.amazonaws.com/123456789012/${AWS::StackName}-Queue-${Queue}", "Ref of a queue is its URL"},
		{`!GetAtt Queue.QueueUrl`, "https://sqs.eu-west-1.amazonaws.com/123456789012/${AWS::StackName}-Queue-${Queue}", "the attribute too"},
		{`!GetAtt [Named, Arn]`, "arn:aws:sqs:eu-west-1:123456789012:named.fifo", "the list form"},
		{`!GetAtt Named.QueueName`, "named.fifo", "a given name"},
		{`!Ref Key`, "${Key}", "Ref of a key is its id"},
		{`!GetAtt Key.Arn`, "arn:aws:kms:eu-west-1:123456789012:key/${Key}", "which its ARN holds"},
		{`!GetAtt Key.KeyId`, "${Key}", "the same as Ref"},
		{`!Ref Alias`, "alias/a", "Ref of an alias is its name"},
		{`!GetAtt Alias.Arn`, "arn:aws:kms:eu-west-1:123456789012:alias/a", "aliases have ARNs"},
		{`!GetAtt Replica.Arn`, "arn:aws:kms:eu-west-1:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab", "a replica has the primary key's id"},
		{`!Ref Role`, "r", "Ref of a role is its name"},
		{`!GetAtt Role.Arn`, "arn:aws:iam::123456789012:role/team/r", "the ARN has the path"},
		{`!GetAtt User.Arn`, "arn:aws:iam::123456789012:user/u", "the default path"},
		{`!GetAtt Group.Arn`, "arn:aws:iam::123456789012:group/g", "groups too"},
		{`!Ref Policy`, "arn:aws:iam::123456789012:policy/p", "Ref of a managed policy is its ARN"},
		{`!GetAtt Profile.Arn`, "arn:aws:iam::123456789012:instance-profile/i", "instance profiles too"},
		{`!GetAtt Fn.Arn`, "arn:aws:lambda:eu-west-1:123456789012:function:f", "functions"},
		{`!Ref Live`, "arn:aws:lambda:eu-west-1:123456789012:function:f:live", "Ref of a function's alias is its ARN"},
		{`!Ref V1`, "arn:aws:lambda:eu-west-1:123456789012:function:f:${V1}", "versions count up"},
		{`!GetAtt Rule.Arn`, "arn:aws:events:eu-west-1:123456789012:rule/ru", "rules of the default bus"},
		{`!GetAtt BusRule.Arn`, "arn:aws:events:eu-west-1:123456789012:rule/bus/br", "rules of another bus"},
		{`!Ref BusRule`, "bus|br", "Ref of a rule of another bus"},
		{`!GetAtt Bucket.Arn`, "arn:aws:s3:::${AWS::StackName}-bucket-${Bucket}", "bucket names are lower case"},
		{`!GetAtt Alarm.Arn`, "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:al", "alarms"},
		{`!GetAtt Pipe.Arn`, "arn:aws:pipes:eu-west-1:123456789012:pipe/pi", "pipes"},
		{`!GetAtt Schedule.Arn`, "arn:aws:scheduler:eu-west-1:123456789012:schedule/gr/sc", "schedules of a group"},
		{`!Ref Machine`, "arn:aws:states:eu-west-1:123456789012:stateMachine:sm", "Ref of a state machine is its ARN"},
		{`!GetAtt Project.Arn`, "arn:aws:codebuild:eu-west-1:123456789012:project/pr", "projects"},
	}
	seen := map[string]bool{}
	for _, tt := range tests {
		if tt.reason == "" || seen[tt.expression] {
			t.Errorf("case %s has no reason, or is there twice", tt.expression)
		}
		seen[tt.expression] = true
		t.Run(tt.expression, func(t *testing.T) {
			t.Parallel()
			if got := output(t, resources+"  X:\n    Value: "+tt.expression+"\n", Options{Account: "123456789012", Region: "eu-west-1"}); got != tt.want {
				t.Errorf("got %q, want %q: %s", got, tt.want, tt.reason)
			}
		})
	}
}

// output returns the value of the output X of a template.
func output(t *testing.T, data string, o Options) (text string) {
	t.Helper()
	app, err := template.ReadBytes("t.yaml", []byte(data), o)
	if err == nil {
		err = app.Each(types, func(w *template.World) {
			text = w.Stacks[0].Resolve(w.Stacks[0].Section("Outputs").Path("X", "Value")).Text
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Without account and Region, in China, and in GovCloud.
func TestRefAndGetAttElsewhere(t *testing.T) {
	t.Parallel()
	tests := []struct{ region, expression, want, reason string }{
		{"cn-north-1", `!Ref Queue`, "https://sqs.cn-north-1.amazonaws.com.cn/${AWS::AccountId}/${AWS::StackName}-Queue-${Queue}", "China"},
		{"us-gov-west-1", `!GetAtt Queue.Arn`, "arn:aws-us-gov:sqs:us-gov-west-1:${AWS::AccountId}:${AWS::StackName}-Queue-${Queue}", "GovCloud"},
	}
	for _, tt := range tests {
		t.Run(tt.region+" "+tt.expression, func(t *testing.T) {
			t.Parallel()
			data := "Resources:\n  Queue: {Type: AWS::SQS::Queue}\nOutputs:\n  X:\n    Value: " + tt.expression + "\n"
			if got := output(t, data, Options{Region: tt.region}); got != tt.want {
				t.Errorf("got %q, want %q: %s", got, tt.want, tt.reason)
			}
		})
	}
}
