package cdkcalls

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

func TestMain(m *testing.M) {
	status := m.Run()
	jsii.Close()
	os.Exit(status)
}

func newStack(t *testing.T) awscdk.Stack {
	t.Helper()
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(t.TempDir()), AnalyticsReporting: jsii.Bool(false)})
	return awscdk.NewStack(app, jsii.String("S"), &awscdk.StackProps{Env: &awscdk.Environment{Account: jsii.String("111122223333")}})
}

// attendant notes when the CDK visits and validates it.
type attendant struct {
	constructs.Construct
	visited, validated int
}

func newAttendant(scope constructs.Construct) *attendant {
	a := &attendant{}
	constructs.NewConstruct_Override(a, scope, jsii.String("Attendant"))
	Attend(a)
	return a
}

func (a *attendant) Visit(constructs.IConstruct) { a.visited++ }

func (a *attendant) Validate() *[]*string {
	a.validated++
	return &[]*string{}
}

func TestPlaceOf(t *testing.T) {
	s := newStack(t)
	a := newAttendant(s.Node().Root().(constructs.Construct))
	p := PlaceOf(awssqs.NewQueue(s, jsii.String("Q"), nil), "Attendant")
	if p.Root != p.Stage || p.AtRoot != any(a) || p.AtStage != any(a) || p.Stack != s {
		t.Errorf("place is %+v", p)
	}
	if p.Account != "111122223333" || p.Region != *s.Region() || p.Partition != *s.Partition() {
		t.Errorf("the stack will be in %s, %s, %s", p.Account, p.Region, p.Partition)
	}
	if p := PlaceOf(p.Root, "Other"); p.Stack != nil || p.AtRoot != nil || p.AtStage != nil {
		t.Errorf("place of an app, child of no such id: %+v", p)
	}
	stage := awscdk.NewStage(p.Root, jsii.String("Stage"), nil)
	if p := PlaceOf(awscdk.NewStack(stage, jsii.String("S"), nil), "Attendant"); p.Stage == p.Root || p.AtRoot != any(a) || p.AtStage != nil {
		t.Errorf("place in a stage: %+v", p)
	}
}

// TestNewQueue compares a queue with its dead-letter queue and its subscription to what the CDK's classes make one by one.
func TestNewQueue(t *testing.T) {
	props := &awssqs.QueueProps{EnforceSSL: jsii.Bool(true)}
	statement := func() map[string]any {
		return map[string]any{"Effect": "Allow", "Action": "sqs:SendMessage", "Principal": map[string]any{"Service": "sns.amazonaws.com"}}
	}
	subscription := &awssns.CfnSubscriptionProps{TopicArn: jsii.String("arn:aws:sns:us-east-1:111122223333:orders"), Protocol: jsii.String("sqs"), RawMessageDelivery: jsii.Bool(true)}

	one := newStack(t)
	c := constructs.NewConstruct(one, jsii.String("C"))
	queue, dead := NewQueue(newAttendant(one), c, props, &DeadLetterQueue{props, 7}, &Subscription{[]any{statement()}, "Sub", subscription})

	step := newStack(t)
	newAttendant(step)
	c = constructs.NewConstruct(step, jsii.String("C"))
	d := awssqs.NewQueue(c, jsii.String("DeadLetterQueue"), props)
	with := *props
	with.DeadLetterQueue = &awssqs.DeadLetterQueue{Queue: d, MaxReceiveCount: jsii.Number(7)}
	q := awssqs.NewQueue(c, jsii.String("Resource"), &with)
	Subscribe(q, c, Subscription{[]any{func() any { s := statement(); s["Resource"] = *q.QueueArn(); return s }()}, "Sub",
		&awssns.CfnSubscriptionProps{TopicArn: subscription.TopicArn, Protocol: subscription.Protocol, RawMessageDelivery: subscription.RawMessageDelivery, Endpoint: q.QueueArn()}})

	if got, want := synth(t, one), synth(t, step); got != want {
		t.Errorf("in one step:\n%s\nin several:\n%s", got, want)
	}
	if queue.ARN != *queue.Queue.QueueArn() || dead.ARN != *dead.Queue.QueueArn() {
		t.Errorf("the ARNs %s and %s are not the queues'", queue.ARN, dead.ARN)
	}
	if got := len(Statements(queue.Queue)); got != 1 {
		t.Errorf("%d statements came with subscriptions, want 1", got)
	}
	if text := synth(t, step); !strings.Contains(text, `"DependsOn"`) {
		t.Error("the subscription does not wait for the queue policy")
	}
}

func TestMasterKeys(t *testing.T) {
	tests := []struct {
		name, want string
		set        func(awssqs.CfnQueue)
		asked      bool // whether the attendant is validated
	}{
		{"none", "", func(awssqs.CfnQueue) {}, false},
		{"a property", "alias/aws/sqs", func(q awssqs.CfnQueue) { q.SetKmsMasterKeyId(jsii.String("alias/aws/sqs")) }, true},
		{"a property override", "alias/aws/sqs", func(q awssqs.CfnQueue) {
			q.AddPropertyOverride(jsii.String("KmsMasterKeyId"), "alias/aws/sqs")
		}, true},
		{"an override", "alias/aws/sqs", func(q awssqs.CfnQueue) {
			q.AddOverride(jsii.String("Properties.KmsMasterKeyId"), "alias/aws/sqs")
		}, true},
		{"an override of a property", "alias/mine", func(q awssqs.CfnQueue) {
			q.SetKmsMasterKeyId(jsii.String("alias/aws/sqs"))
			q.AddPropertyOverride(jsii.String("KmsMasterKeyId"), "alias/mine")
		}, false},
		{"a deletion", "", func(q awssqs.CfnQueue) {
			q.SetKmsMasterKeyId(jsii.String("alias/aws/sqs"))
			q.AddPropertyDeletionOverride(jsii.String("KmsMasterKeyId"))
		}, false},
		{"an intrinsic function", "", func(q awssqs.CfnQueue) {
			q.AddPropertyOverride(jsii.String("KmsMasterKeyId"), map[string]any{"Fn::ImportValue": "Key"})
		}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStack(t)
			a := newAttendant(s)
			q := awssqs.NewQueue(s, jsii.String("Q"), nil)
			Watch(a, s, q)
			tt.set(q.Node().DefaultChild().(awssqs.CfnQueue))
			text := synth(t, s)
			if got := MasterKeys(a); !slices.Equal(got, []MasterKey{{s, tt.want}}) || tt.want != "" != strings.Contains(text, `"KmsMasterKeyId": "`+tt.want+`"`) {
				t.Errorf("MasterKeys() = %q, and the template is\n%s", got, text)
			}
			if a.visited != 1 || a.validated != 0 != tt.asked {
				t.Errorf("visited %d times, validated %d times, want validation: %t", a.visited, a.validated, tt.asked)
			}
		})
	}
}

func TestComplain(t *testing.T) {
	s := newStack(t)
	a := newAttendant(s)
	Complain(a)
	synth(t, s)
	if a.validated != 1 {
		t.Errorf("validated %d times, want 1", a.validated)
	}
}

func synth(t *testing.T, s awscdk.Stack) string {
	t.Helper()
	assembly := s.Node().Root().(awscdk.App).Synth(&awscdk.StageSynthesisOptions{Force: jsii.Bool(true)})
	text, err := json.MarshalIndent(assembly.GetStackByName(s.StackName()).Template(), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestDescription compares the functions that jsii is told about to those that there are.
func TestDescription(t *testing.T) {
	var described struct {
		Name, Version string
		Types         map[string]struct {
			Methods []struct {
				Name       string
				Static     bool
				Parameters []struct{ Name string }
			}
		}
	}
	text, err := files.ReadFile("js/jsii.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &described); err != nil {
		t.Fatal(err)
	}
	if described.Name != name || described.Version != version {
		t.Errorf("described is %s %s, loaded %s %s", described.Name, described.Version, name, version)
	}
	var want []string
	for _, m := range described.Types[string(class)].Methods {
		var names []string
		for _, p := range m.Parameters {
			names = append(names, p.Name)
		}
		if !m.Static {
			t.Errorf("%s is not static", m.Name)
		}
		want = append(want, m.Name+"("+strings.Join(names, ", ")+")")
	}
	code, err := files.ReadFile("js/index.js")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range regexp.MustCompile(`(?m)^  static (\w+\([^)]*\))`).FindAllSubmatch(code, -1) {
		got = append(got, string(m[1]))
	}
	if !slices.Equal(got, want) {
		t.Errorf("the code has\n%s\nthe description\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
