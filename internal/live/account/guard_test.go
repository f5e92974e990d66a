package account

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// TestGuardRefuses asks for calls that change something, or read a message: they must not leave the program.
func TestGuardRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := shopCloud(shop())
		cfg := newGuard(&tally{}).config(c.config(), east)
		ctx := t.Context()
		for name, do := range map[string]func() error{
			"SNS:Publish": func() error {
				_, err := sns.NewFromConfig(cfg).Publish(ctx, &sns.PublishInput{Message: aws.String("m")})
				return err
			},
			"SQS:ReceiveMessage": func() error {
				_, err := sqs.NewFromConfig(cfg).ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: aws.String(queueURL(billing))})
				return err
			},
			"SQS:SetQueueAttributes": func() error {
				_, err := sqs.NewFromConfig(cfg).SetQueueAttributes(ctx, &sqs.SetQueueAttributesInput{QueueUrl: aws.String(queueURL(billing)), Attributes: map[string]string{}})
				return err
			},
			"KMS:Decrypt": func() error {
				_, err := kms.NewFromConfig(cfg).Decrypt(ctx, &kms.DecryptInput{CiphertextBlob: []byte("x")})
				return err
			},
		} {
			var refused *refusedError
			if err := do(); !errors.As(err, &refused) || !strings.Contains(err.Error(), name) {
				t.Errorf("%s: got %v, want a refusal", name, err)
			}
		}
		if len(c.calls) > 0 {
			t.Errorf("%d calls were sent", len(c.calls))
		}
	})
}

// TestClientsHaveGuard reads the package's sources: every client of AWS's is made from a configuration that has the guard.
func TestClientsHaveGuard(t *testing.T) {
	files, clients := token.NewFileSet(), 0
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range sources {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		p, err := parser.ParseFile(files, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(p, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			f, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || f.Sel.Name != "NewFromConfig" && f.Sel.Name != "New" || name == "guard.go" {
				return true
			}
			if x, ok := f.X.(*ast.Ident); ok && x.Name == "errors" {
				return true
			}
			clients++
			guarded := false
			switch arg := call.Args[0].(type) {
			case *ast.Ident:
				guarded = arg.Name == "cfg" && name == "regional.go"
			case *ast.CallExpr:
				s, ok := arg.Fun.(*ast.SelectorExpr)
				guarded = ok && s.Sel.Name == "config"
			}
			if !guarded {
				t.Errorf("%s: a client without session.config", files.Position(n.Pos()))
			}
			return true
		})
	}
	if clients < 14 {
		t.Errorf("found %d clients, want those of all services", clients)
	}
}

// TestOperationsRead compares the table with what the names of AWS's operations say, and with the quotas of its pages.
func TestOperationsRead(t *testing.T) {
	known := map[string]bool{}
	for _, o := range operations {
		name := o.Service + " " + o.Name
		if known[name] {
			t.Errorf("%s: there twice", name)
		}
		known[name] = true
		reads := false
		for _, verb := range []string{"Get", "List", "Describe", "Lookup", "Filter"} {
			reads = reads || strings.HasPrefix(o.Name, verb)
		}
		if !reads && name != "STS AssumeRole" {
			t.Errorf("%s: does not say that it reads", name)
		}
		if o.Action == "" {
			if name != "STS GetCallerIdentity" { // needs no permission
				t.Errorf("%s: no action", name)
			}
		} else if prefix, _, _ := strings.Cut(o.Action, ":"); reference[prefix] == "" || o.Resource == "" {
			t.Errorf("%s: no page of actions, or no resource", name)
		}
		if o.Rate <= 0 || o.Quota > 0 && o.Rate > o.Quota*2/3 {
			t.Errorf("%s: a pace of %g leaves others too little of %g", name, o.Rate, o.Quota)
		}
		if !strings.HasPrefix(o.Page, "https://docs.aws.amazon.com/") {
			t.Errorf("%s: no page of quotas", name)
		}
	}
	lambda := 0.0
	for _, o := range operations {
		if o.Service == "Lambda" {
			lambda += o.Rate
		}
	}
	if lambda > 10 {
		t.Errorf("Lambda's operations share a quota of 15 a second and take %g", lambda)
	}
}

// paced fails if an operation was called more often within a second than its rate and one more.
func paced(t *testing.T, c *cloud) {
	t.Helper()
	at := map[string][]time.Time{}
	for _, one := range c.calls {
		name := one.account + " " + one.region + " " + one.service + " " + one.operation
		at[name] = append(at[name], one.at)
	}
	for name, times := range at {
		words := strings.Fields(name)
		o, ok := operationOf(strings.Join(words[2:len(words)-1], " "), words[len(words)-1])
		if !ok {
			t.Errorf("%s: was called and is not in the table", name)
			continue
		}
		for i := range times {
			n := 0
			for _, other := range times[i:] {
				if other.Sub(times[i]) >= time.Second {
					break
				}
				n++
			}
			if float64(n) > o.Rate+1 {
				t.Fatalf("%s: %d calls within a second, want %g", name, n, o.Rate)
			}
		}
	}
}
