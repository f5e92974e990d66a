package fanout

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// PendingDocument holds statements that a fan-out needs in a policy which is not this app's: of an imported queue, topic or key, of a
// role that must not be changed, or of somebody in another account. The CDK drops such statements silently; here each is an error
// annotation of the construct that needs it, until it is acknowledged with [Acknowledge].
//
// Resources whose names CloudFormation makes stand in it as ${LogicalId.Arn}, and what a stack without an env does not know as
// ${AWS::Partition}, ${AWS::Region} and ${AWS::AccountId}, those of this app: replace them by hand. Topics stand in it as a pattern that
// their names will match. In ArnEquals a pattern means the same as in ArnLike.
type PendingDocument struct {
	// ID identifies these very statements: it changes when they do.
	ID string
	// Construct is the path of the construct that needs them.
	Construct string
	// On says what the policy belongs to, Resource which topic, queue or key, and Principal whose identity policy it is.
	On        policygen.Target
	Resource  string
	Principal string
	// Document holds the statements to add, not the whole policy.
	Document policygen.Document

	owner constructs.IConstruct
}

// Pending returns everything that the fan-outs of an app, or of whatever scope is in, need in policies which are not this
// app's. It is complete once all fan-outs are.
func Pending(scope constructs.Construct) []PendingDocument {
	app := registryOf(scope).app
	var all []PendingDocument
	seen := map[string]bool{}
	for _, r := range app.stages {
		for _, d := range r.pending() {
			if !seen[d.ID] {
				seen[d.ID] = true
				all = append(all, d)
			}
		}
	}
	return all
}

// WritePending writes what [Pending] returns to a directory, one JSON document a file, and returns the files' names.
func WritePending(scope constructs.Construct, dir string) ([]string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	var names []string
	for _, p := range Pending(scope) {
		name := filepath.Join(dir, fmt.Sprintf("%s-policy-%s.json", p.On, p.ID))
		if err := os.WriteFile(name, []byte(p.Document.String()), 0o644); err != nil {
			return names, err
		}
		names = append(names, name)
	}
	return names, nil
}

// Acknowledge says that the statements of the pending documents with these ids are in place, so that they are no error any more. When a
// fan-out needs others, their id is another one, and they are an error again. An id that is none of the app's is a warning. What guard
// says of the hops does not change: their tests accept them with guard.Expect.
func Acknowledge(scope constructs.Construct, ids ...string) {
	app := registryOf(scope).app
	for _, id := range ids {
		app.acked[id] = true
	}
}

// pending returns what the fan-outs of the stage need in policies which are not the app's.
func (r *registry) pending() []PendingDocument {
	all := slices.Clone(r.lacking)
	for _, p := range r.resources {
		if p.made {
			continue
		}
		d, err := p.document()
		refuse(p.owner, err)
		if len(d.Statements) > 0 {
			all = append(all, PendingDocument{owner: p.owner, On: p.on, Resource: p.text, Document: d})
		}
	}
	for i := range all {
		all[i].complete(r)
	}
	return all
}

// complete identifies the document, and names everything in it as its reader knows it.
func (d *PendingDocument) complete(r *registry) {
	stack := awscdk.Stack_Of(d.owner)
	d.Construct, d.Resource, d.Principal = *d.owner.Node().Path(), readable(stack, d.Resource), readable(stack, restored(d.Principal))
	statements := make([]policygen.Statement, len(d.Document.Statements))
	for i, s := range d.Document.Statements {
		known := r.named(restored(marshal(s)), func(_ any, e *end) string { return e.known() })
		if err := json.Unmarshal([]byte(readable(stack, known)), &statements[i]); err != nil {
			panic("fanout: " + err.Error())
		}
	}
	d.Document = policygen.Document{Version: policygen.Version, Statements: statements}
	sum := sha256.Sum256([]byte(string(d.On) + d.Resource + d.Principal + marshal(d.Document)))
	d.ID = hex.EncodeToString(sum[:6])
}

// named returns text with names in place of the ARNs of the app's topics and queues, where those are tokens.
func (r *registry) named(text string, name func(construct any, e *end) string) string {
	for _, stage := range r.app.stages {
		for construct, e := range stage.ends {
			if e.isToken() {
				text = strings.ReplaceAll(text, e.text, name(construct, e))
			}
		}
	}
	return text
}

// report makes the annotations of what is pending.
func (r *registry) report() {
	for _, d := range r.pending() {
		if r.app.acked[d.ID] {
			continue
		}
		name := "the policy of " + string(d.On) + " " + d.Resource
		if d.On == policygen.OnIdentity {
			name = "the identity policy of " + d.Principal
		}
		statements := make([]string, len(d.Document.Statements))
		for i, s := range d.Document.Statements {
			statements[i] = marshal(s)
		}
		awscdk.Annotations_Of(d.owner).AddError(jsii.String(fmt.Sprintf(
			"%s is not written by this app, and messages are lost without these statements; add them and say so with fanout.Acknowledge(app, %q): %s",
			name, d.ID, strings.Join(statements, ", "))))
	}
	if r != r.app || len(r.acked) == 0 || len(r.resources) == 0 {
		return
	}
	unknown := maps.Clone(r.acked)
	for _, d := range Pending(r) {
		delete(unknown, d.ID)
	}
	for id := range unknown { // the CDK reports warnings of constructs in stacks alone
		warn(r.resources[0].env.stack, "@hopgrant/fanout:acknowledged", fmt.Sprintf("acknowledged id %q: no pending document has it; see fanout.Pending", id))
	}
}

// readable returns text with tokens as Fn::Sub writes them.
func readable(stack awscdk.Stack, s string) string {
	if !text.Unresolved(s) {
		return s
	}
	return subText(stack.Resolve(s))
}

// subText returns an intrinsic function as Fn::Sub writes it.
func subText(v any) string {
	function, _ := v.(map[string]any)
	for fn, arg := range function {
		list, _ := arg.([]any)
		switch {
		case fn == "Ref" || fn == "Fn::ImportValue":
			return "${" + subText(arg) + "}"
		case fn == "Fn::GetAtt" && len(list) == 2:
			return fmt.Sprintf("${%v.%v}", list[0], list[1])
		case fn == "Fn::Join" && len(list) == 2:
			parts, _ := list[1].([]any)
			joined := make([]string, len(parts))
			for i, part := range parts {
				joined[i] = subText(part)
			}
			return strings.Join(joined, fmt.Sprint(list[0]))
		}
		return "${" + fn + "}"
	}
	return fmt.Sprint(v)
}
