package integrations_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
	"github.com/hopgrant/hopgrant/constructs/fanout"
)

var update = flag.Bool("update", false, "write the table of overrides into docs/constructs.md instead of comparing it")

const (
	page  = "../../../docs/constructs.md"
	begin = "<!-- The table is written by go test ./constructs/internal/integrations -update. -->\n"
	end   = "<!-- end of the table -->\n"
)

// TestOverrides compares the table of docs/constructs.md with what the overrides of topics and queues grant, each called on a
// topic and queue with a customer managed key.
func TestOverrides(t *testing.T) {
	var b strings.Builder
	b.WriteString(begin + "\n| method | to whom | on the topic or queue | on its customer managed key | who calls it |\n|---|---|---|---|---|\n")
	for _, of := range []struct {
		name  string
		own   any
		other reflect.Type
	}{
		{"topic", &fanout.Topic{}, reflect.TypeFor[awssns.Topic]()},
		{"queue", &fanout.Queue{}, reflect.TypeFor[awssqs.Queue]()},
	} {
		for _, method := range overrides(of.own, of.other) {
			for _, to := range grantees {
				own, key, ok := grantedBy(t, of.name, method, to.make)
				if !ok || to.only != "" && to.only != method {
					continue
				}
				fmt.Fprintf(&b, "| `%s.%s` | %s | %s | %s | %s |\n", of.name, method, to.name, code(own), code(key), callers(of.name+"."+method, to.name))
			}
		}
	}
	b.WriteString("\n" + end)
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, _ := strings.Cut(string(text), begin)
	_, after, ok := strings.Cut(rest, end)
	if !ok {
		t.Fatalf("%s has no %q and %q", page, begin, end)
	}
	want := before + b.String() + after
	if *update {
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if want != string(text) {
		t.Errorf("%s is stale; run the test with -update. The table:\n%s", page, b.String())
	}
}

// overrides returns the methods of ours that grant, and that the CDK's type has too. What is only promoted from the embedded
// type has no line in our files.
func overrides(own any, other reflect.Type) []string {
	var all []string
	for i := range reflect.TypeOf(own).NumMethod() {
		m := reflect.TypeOf(own).Method(i)
		_, has := other.MethodByName(m.Name)
		file, _ := runtime.FuncForPC(m.Func.Pointer()).FileLine(m.Func.Pointer())
		if has && filepath.Base(filepath.Dir(file)) == "fanout" && m.Type.NumOut() == 1 &&
			slices.Contains([]reflect.Type{reflect.TypeFor[awsiam.Grant](), reflect.TypeFor[*awsiam.AddToResourcePolicyResult]()}, m.Type.Out(0)) {
			all = append(all, m.Name)
		}
	}
	return all
}

// grantees are those that the methods are called with. Only is the one method that treats the grantee otherwise than a role.
var grantees = []struct {
	name, only string
	make       func(s stack) any
}{
	{"a role", "", func(s stack) any {
		return awsiam.NewRole(s, jsii.String("Who"), &awsiam.RoleProps{AssumedBy: awsiam.NewServicePrincipal(jsii.String("ecs-tasks.amazonaws.com"), nil)})
	}},
	{"a function", "GrantConsumeMessages", func(s stack) any { return lambda(s, "Who", nil) }},
	{"a service", "", func(stack) any {
		return awsiam.NewServicePrincipal(jsii.String("events.amazonaws.com"), nil)
	}},
}

// grantedBy returns what a method grants on the topic or queue and on its key, and whether it takes the grantee.
func grantedBy(t *testing.T, of, method string, grantee func(stack) any) (own, key []string, ok bool) {
	t.Helper()
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(t.TempDir()), AnalyticsReporting: jsii.Bool(false)})
	s := awscdk.NewStack(app, jsii.String("S"), nil)
	var receiver any
	action := "sns:Publish"
	if of == "topic" {
		receiver = fanout.NewTopic(s, jsii.String("T"), &fanout.TopicProps{TopicProps: awssns.TopicProps{MasterKey: fanout.NewKey(s, jsii.String("Key"), nil)}})
	} else {
		action = "sqs:SendMessage"
		receiver = fanout.NewQueue(s, jsii.String("Q"), &fanout.QueueProps{QueueProps: awssqs.QueueProps{Encryption: awssqs.QueueEncryption_KMS}})
	}
	who := grantee(s)
	call := reflect.ValueOf(receiver).MethodByName(method)
	if method == "AddToResourcePolicy" {
		principal, isService := who.(awsiam.ServicePrincipal)
		if !isService {
			return nil, nil, false
		}
		who = awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{Actions: jsii.Strings(action), Resources: jsii.Strings("*"), Principals: &[]awsiam.IPrincipal{principal}})
	}
	defer func() {
		if _, refused := recover().(*fanout.Misuse); refused {
			own, key, ok = nil, nil, false
		}
	}()
	call.Call([]reflect.Value{reflect.ValueOf(who)})
	app.Synth(nil)
	for _, action := range granted(t, *app.Outdir()) {
		if strings.HasPrefix(action, "kms:") {
			key = append(key, action)
		} else {
			own = append(own, action)
		}
	}
	return own, key, true
}

// grantedVia returns what a method grants that an integration calls, as in "topic.GrantPublish for a role".
func grantedVia(t *testing.T, via string, withKey bool) []string {
	t.Helper()
	method, to, _ := strings.Cut(via, " for ")
	of, method, _ := strings.Cut(method, ".")
	for _, grantee := range grantees {
		if grantee.name != to {
			continue
		}
		own, key, ok := grantedBy(t, of, method, grantee.make)
		if !ok {
			t.Errorf("%s is refused", via)
		}
		if withKey {
			own = append(own, key...)
		}
		return own
	}
	t.Errorf("%s: no such grantee", via)
	return nil
}

// callers returns the integrations that TestIntegrations knows to call the method for such a grantee.
func callers(method, to string) string {
	var names []string
	for _, tt := range integrations {
		if slices.Contains(tt.via, method+" for "+to) {
			names = append(names, tt.name)
		}
	}
	if len(names) == 0 {
		return "the app"
	}
	return strings.Join(names, ", ")
}

func code(actions []string) string {
	if len(actions) == 0 {
		return "nothing"
	}
	return "`" + strings.Join(actions, "`, `") + "`"
}
