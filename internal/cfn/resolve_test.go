package cfn

import (
	"strings"
	"testing"
)

// A template with everything that the expressions below refer to.
const referred = `
Parameters:
  Known: {Type: String, Default: orders}
  Unknown: {Type: String}
  Count: {Type: Number, Default: 7}
  Names: {Type: CommaDelimitedList, Default: "a,b,c"}
  Ids: {Type: "List<AWS::EC2::Subnet::Id>"}
  Stored: {Type: "AWS::SSM::Parameter::Value<String>", Default: /path}
Mappings:
  Map:
    one: {Name: first, List: [x, y]}
    two: {Name: second, List: [z]}
Conditions:
  "Yes": !Equals [a, a]
  "No": !Equals [a, b]
  Both: !And [!Condition "Yes", !Not [!Condition "No"]]
  Either: !Or [!Condition "No", !Condition "No"]
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

// What is wanted stands in the AWS page of each function and type: "Return values" of the resource, "Return value" of the
// function.
func TestResolve(t *testing.T) {
	t.Parallel()
	const account, region = "123456789012", "eu-west-1"
	tests := []struct{ expression, want, reason string }{
		{`!Ref AWS::Partition`, "aws", "it follows from the Region"},
		{`!Ref AWS::URLSuffix`, "amazonaws.com", "it follows from the Region"},
		{`!Ref AWS::StackName`, "${AWS::StackName}", "a template does not tell its stack's name"},
		{`!Ref AWS::StackId`, "arn:aws:cloudformation:eu-west-1:123456789012:stack/${AWS::StackName}/${AWS::StackId}", "the form of a stack id"},
		{`!Ref Known`, "orders", "the default counts"},
		{`!Ref Unknown`, "${Unknown}", "no default"},
		{`!Ref Count`, "7", "numbers are text"},
		{`!Ref Stored`, "${Stored}", "the default is the name of a stored value"},
		{`!Ref Missing`, "${Missing}", "nobody knows what a template means that refers to nothing"},
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
		{`!GetAtt Custom.Thing`, "${Custom.Thing}", "custom resources answer at deployment"},

		{`!Sub "${Known}-${AWS::Region}"`, "orders-eu-west-1", "parameters and pseudo parameters"},
		{`!Sub "${Queue.Arn}/x"`, "arn:aws:sqs:eu-west-1:123456789012:${AWS::StackName}-Queue-${Queue}/x", "attributes"},
		{`!Sub ["${A}-${Known}", {A: !Ref Unknown}]`, "${Unknown}-orders", "variables of its own"},
		{`!Sub "${!Known} ${aws:username} ${*}"`, "${!Known} ${aws:username} ${*}", "escaped and policy variables stay"},
		{`!Sub "open ${Known"`, "open ${Known", "no variable without a brace"},
		{`!Sub "${Names}"`, "a,b,c", "a list parameter"},
		{`"{{resolve:ssm:/a}}-x"`, "${123456789012/eu-west-1/resolve:ssm:/a}-x", "another account has another value"},
		{`"${Known} is text"`, "${!Known} is text", "outside of Fn::Sub it is not the parameter"},

		{`!Join [":", [a, !Ref Known, 5]]`, "a:orders:5", "numbers too"},
		{`!Join ["-", !Ref Names]`, "a-b-c", "a list parameter"},
		{`!Join ["-", [x, !Ref Names]]`, "x-a-b-c", "a list within the list"},
		{`!Join ["-", !Ref Ids]`, "${Fn::Join(-,${Ids})}", "an unknown list"},
		{`!Select [1, !Ref Names]`, "b", "from 0"},
		{`!Select ["2", [x, y, z]]`, "z", "an index as text"},
		{`!Select [9, [x]]`, "${Fn::Select(9,[\"x\"])}", "out of range"},
		{`!Select [0, !Ref Ids]`, "${Fn::Select(0,${Ids})}", "an unknown list"},
		{`!Select [5, !Split [":", !GetAtt Queue.Arn]]`, "${AWS::StackName}-Queue-${Queue}", "the random part of a name holds no colon"},
		{`!Select [1, !Split ["-", !Ref Unknown]]`, "${Fn::Select(1,${Fn::Split(-,${Unknown})})}", "an unknown text may hold the separator"},
		{`!Select [1, !Split ["-", !GetAtt Queue.QueueName]]`, "${Fn::Select(1,${Fn::Split(-,${AWS::StackName}-Queue-${Queue})})}", "stack names may hold a dash"},
		{`!FindInMap [Map, one, Name]`, "first", "a mapping"},
		{`!Select [1, !FindInMap [Map, one, List]]`, "y", "a list in a mapping"},
		{`!FindInMap [Map, !Ref Unknown, Name]`, "${Fn::FindInMap(Map,${Unknown},Name)}", "an unknown key"},
		{`!FindInMap [Map, three, Name, {DefaultValue: !Ref Known}]`, "orders", "the default of the language extensions"},
		{`!FindInMap [Map, !Ref Unknown, Name, {DefaultValue: x}]`, "${Fn::FindInMap(Map,${Unknown},Name)}", "an unknown key may exist"},
		{`!Base64 hello`, "aGVsbG8=", "RFC 4648"},
		{`!Base64 {Ref: Unknown}`, "${Fn::Base64(${Unknown})}", "of an unknown text"},
		{`!Length [a, b]`, "2", "a list"},
		{`!Length {Ref: Names}`, "3", "a list parameter"},
		{`!Length {Ref: Ids}`, "${Fn::Length(${Ids})}", "an unknown list"},
		{`!ToJsonString {a: [1, true, "x", null], b: !Ref Known}`, `{"a":[1,true,"x",null],"b":"orders"}`, "JSON in the order of the template"},
		{`!Select [1, !Cidr [10.0.0.0/16, 4, 8]]`, "10.0.1.0/24", "the page's own arithmetic: 8 bits are a /24"},
		{`!Select [0, !Cidr [!Ref Unknown, 4, 8]]`, "${Fn::Select(0,${Fn::Cidr(${Unknown},4,8)})}", "an unknown block"},
		{`!Select [0, !GetAZs ""]`, "${Fn::Select(0,${Fn::GetAZs(eu-west-1)})}", "the zones of an account are not known, but the same everywhere"},
		{`!ImportValue shared`, "${123456789012/eu-west-1/Fn::ImportValue(shared)}", "exports of other stacks"},
		{`!If ["Yes", a, b]`, "a", "a condition that holds"},
		{`!If [Either, a, !If [Both, c, d]]`, "c", "conditions of conditions"},
		{`!If [Absent, a, a]`, "a", "the same on both sides"},
		{`!If [Absent, a, b]`, "${Fn::If(Absent,a,b)}", "no such condition"},
		{`!Transform {Name: M}`, "${Fn::Transform({\"Name\":\"M\"})}", "a macro"},
		{`!Frobnicate [a, b]`, "${Fn::Frobnicate(a,b)}", "a function from the future"},
		{`!Frobnicate "{"`, "${Fn::Frobnicate(()}", "braces within stay balanced"},
	}
	seen := map[string]bool{}
	for _, tt := range tests {
		if tt.reason == "" || seen[tt.expression] {
			t.Errorf("case %s has no reason, or is there twice", tt.expression)
		}
		seen[tt.expression] = true
		t.Run(tt.expression, func(t *testing.T) {
			t.Parallel()
			data := referred + "  X: {Value: " + tt.expression + "}\n"
			if strings.HasPrefix(tt.expression, "!") {
				data = referred + "  X:\n    Value: " + tt.expression + "\n"
			}
			parsed, err := parse("t.yaml", []byte(data))
			if err != nil {
				t.Fatal(err)
			}
			w := instantiate([]*source{{template: parsed, account: account, region: region}}, scenario{})
			if got := w.stacks[0].output("X"); got.Text != tt.want {
				t.Errorf("got %q, want %q: %s", got.Text, tt.want, tt.reason)
			}
		})
	}
}

// Without account and Region, in China, and in GovCloud.
func TestPseudoParameters(t *testing.T) {
	t.Parallel()
	tests := []struct{ region, expression, want, reason string }{
		{"", `!Ref AWS::Region`, "${AWS::Region}", "not known"},
		{"", `!Ref AWS::Partition`, "${AWS::Partition}", "not known"},
		{"", `!Ref AWS::URLSuffix`, "${AWS::URLSuffix}", "not known"},
		{"", `!Ref AWS::NotificationARNs`, "${AWS::NotificationARNs}", "known to the deployment only"},
		{"cn-north-1", `!Ref AWS::Partition`, "aws-cn", "China"},
		{"cn-north-1", `!Ref AWS::URLSuffix`, "amazonaws.com.cn", "China"},
		{"cn-north-1", `!Ref Queue`, "https://sqs.cn-north-1.amazonaws.com.cn/${AWS::AccountId}/${AWS::StackName}-Queue-${Queue}", "China"},
		{"us-gov-west-1", `!GetAtt Queue.Arn`, "arn:aws-us-gov:sqs:us-gov-west-1:${AWS::AccountId}:${AWS::StackName}-Queue-${Queue}", "GovCloud"},
		{"us-gov-west-1", `!Ref AWS::URLSuffix`, "amazonaws.com", "GovCloud"},
	}
	for _, tt := range tests {
		t.Run(tt.region+" "+tt.expression, func(t *testing.T) {
			t.Parallel()
			parsed, err := parse("t.yaml", []byte("Resources:\n  Queue: {Type: AWS::SQS::Queue}\nOutputs:\n  X:\n    Value: "+tt.expression+"\n"))
			if err != nil {
				t.Fatal(err)
			}
			w := instantiate([]*source{{template: parsed, region: tt.region}}, scenario{})
			if got := w.stacks[0].output("X"); got.Text != tt.want {
				t.Errorf("got %q, want %q: %s", got.Text, tt.want, tt.reason)
			}
		})
	}
}
