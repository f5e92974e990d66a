package template

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
  Queue: {Type: AWS::SQS::Queue}
  Custom: {Type: "Custom::Thing"}
Outputs:
`

// testTypes are those of the tests: queues have names and ARNs.
var testTypes = Types{
	Ref: func(s *Stack, r *Resource) string { return "" },
	GetAtt: func(s *Stack, r *Resource, attribute string) string {
		name := s.Resolve(r.Properties.Get("QueueName")).Text
		if name == "" {
			name = s.GeneratedName(r)
		}
		switch {
		case r.Type != "AWS::SQS::Queue":
			return ""
		case attribute == "Arn":
			return "arn:aws:sqs:" + s.Pseudo("AWS::Region") + ":" + s.Pseudo("AWS::AccountId") + ":" + name
		case attribute == "QueueName":
			return name
		}
		return ""
	},
	Matters: func(r *Resource) bool { return r.Type == "AWS::SQS::Queue" },
}

// output returns the value of the output X of a template.
func output(t *testing.T, data string, o Options) (text string) {
	t.Helper()
	app, err := ReadBytes("t.yaml", []byte(data), o)
	if err == nil {
		err = app.Each(testTypes, func(w *World) { text = w.Stacks[0].output("X").Text })
	}
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// What is wanted stands under "Return value" on the AWS page of each function.
func TestFunctions(t *testing.T) {
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
		{`!Select [0, !Cidr [!Ref Unknown, 4, 8]]`, "${Fn::Select(0,${Fn::Cidr(${Unknown},4,8)})}", "nothing here depends on addresses"},
		{`!Select [0, !GetAZs {Ref: AWS::Region}]`, "${Fn::Select(0,${Fn::GetAZs(eu-west-1)})}", "the zones of an account are not known, but the same everywhere"},
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
			if got := output(t, data, Options{Account: account, Region: region}); got != tt.want {
				t.Errorf("got %q, want %q: %s", got, tt.want, tt.reason)
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
		{"us-gov-west-1", `!Ref AWS::URLSuffix`, "amazonaws.com", "GovCloud"},
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
