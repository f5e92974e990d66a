package fanout

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/hopgrant/hopgrant/constructs/internal/cdkcalls"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// PendingDocument holds statements that a fan-out needs in a policy which is not this app's: of an imported queue, topic or
// key, of a role that must not be changed, or of somebody in another account. The CDK drops such statements silently; here
// each is an error annotation of the construct that needs it, until it is acknowledged with [Acknowledge].
//
// Resources whose names CloudFormation makes stand in it as ${LogicalId.Arn}, to be replaced by hand; topics by a pattern
// that their names will match. In ArnEquals a pattern means the same as in ArnLike.
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
}

// Pending returns everything that the fan-outs of an app, or of whatever scope is in, need in policies which are not this
// app's. It is complete once all fan-outs are.
func Pending(scope constructs.Construct) []PendingDocument {
	var all []PendingDocument
	for _, l := range ledgersOf(scope) {
		l.settle()
		all = append(all, l.pending...)
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

// Acknowledge says that the statements of the pending documents with these ids are in place, so that they are no error any
// more. When a fan-out needs others, their id is another one, and they are an error again.
func Acknowledge(scope constructs.Construct, ids ...string) {
	ledgerOf(scope)
	for _, l := range ledgersOf(scope) {
		for _, id := range ids {
			l.acked[id] = true
		}
	}
}

func ledgersOf(scope constructs.Construct) []*ledger {
	l, ok := cdkcalls.PlaceOf(scope, ledgerID).AtRoot.(*ledger)
	if !ok {
		return nil
	}
	return append([]*ledger{l}, l.stages...)
}

// pend notes that statements are missing from the policy of p, or of a principal that is no party.
func (l *ledger) pend(c constructs.Construct, p *party, principal string, d policygen.Document) {
	stack := awscdk.Stack_Of(c)
	readable := func(text string) string { return readable(stack, l.fill(text, (*party).name)) }
	d, err := policygen.Parse([]byte(readable(marshal(d))))
	if err != nil {
		panic("fanout: " + err.Error())
	}
	doc := PendingDocument{Construct: *c.Node().Path(), On: policygen.OnIdentity, Document: d}
	if p != nil {
		doc.On = p.on
	}
	name := ""
	if doc.On == policygen.OnIdentity {
		doc.Principal = readable(principal)
		name = "the identity policy of " + doc.Principal
	} else {
		doc.Resource = readable(p.arn)
		name = "the policy of " + string(p.on) + " " + doc.Resource
	}
	sum := sha256.Sum256([]byte(string(doc.On) + doc.Resource + doc.Principal + marshal(d)))
	doc.ID = hex.EncodeToString(sum[:6])
	if l.known[doc.ID] {
		return
	}
	l.known[doc.ID] = true
	l.pending = append(l.pending, doc)
	if l.acknowledged(doc.ID) {
		return
	}
	statements := make([]string, len(d.Statements))
	for i, s := range d.Statements {
		statements[i] = marshal(s)
	}
	l.notes = append(l.notes, func() {
		if l.acknowledged(doc.ID) {
			return
		}
		awscdk.Annotations_Of(c).AddError(jsii.String(fmt.Sprintf(
			"%s is not written by this app, and messages are lost without these statements; add them and say so with fanout.Acknowledge(app, %q): %s",
			name, doc.ID, strings.Join(statements, ", "))))
	})
}

func (l *ledger) acknowledged(id string) bool { return l.acked[id] }

// name returns the party as a policy of somebody else can name it: by what is known of its ARN, which may be a pattern.
func (p *party) name() string {
	if p.known != nil {
		return p.known()
	}
	return p.token()
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
	switch v := v.(type) {
	case string:
		return v
	case map[string]any:
		for fn, arg := range v {
			switch fn {
			case "Ref":
				return "${" + fmt.Sprint(arg) + "}"
			case "Fn::GetAtt":
				if parts, ok := arg.([]any); ok && len(parts) == 2 {
					return fmt.Sprintf("${%v.%v}", parts[0], parts[1])
				}
			case "Fn::Join":
				if parts, ok := arg.([]any); ok && len(parts) == 2 {
					if list, ok := parts[1].([]any); ok {
						texts := make([]string, len(list))
						for i, x := range list {
							texts[i] = subText(x)
						}
						return strings.Join(texts, fmt.Sprint(parts[0]))
					}
				}
			case "Fn::ImportValue":
				return "${" + subText(arg) + "}"
			}
			return fmt.Sprintf("${%s}", fn)
		}
	}
	return fmt.Sprint(v)
}
