package migrate

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/hopgrant/hopgrant/internal/snippet"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// inFiles are the kinds of topologies whose changes are edits of files. Those of all others are commands.
var inFiles = []string{"cloudformation", "sam", "cdk", "terraform", "fanout"}

// commands returns the commands of the AWS CLI that make the changes of a step in an account.
//
// [set-queue-attributes], [set-topic-attributes], [put-key-policy], [put-role-policy], [create-policy-version]
//
// [set-queue-attributes]: https://docs.aws.amazon.com/cli/latest/reference/sqs/set-queue-attributes.html
// [set-topic-attributes]: https://docs.aws.amazon.com/cli/latest/reference/sns/set-topic-attributes.html
// [put-key-policy]: https://docs.aws.amazon.com/cli/latest/reference/kms/put-key-policy.html
// [put-role-policy]: https://docs.aws.amazon.com/cli/latest/reference/iam/put-role-policy.html
// [create-policy-version]: https://docs.aws.amazon.com/cli/latest/reference/iam/create-policy-version.html
func (p *planner) commands(s *Step) (all []string) {
	if slices.Contains(inFiles, p.t.Kind) {
		return nil
	}
	run := func(words ...string) {
		if line := snippet.ShellWords(words...); !slices.Contains(all, line) {
			all = append(all, line)
		}
	}
	p.commandGrants(s, run)
	if s.Phase == Switch {
		for _, x := range p.subjects {
			commandSwitch(x, run)
		}
	}
	for _, r := range s.Removals {
		why := r.Other
		if why == "" && !p.commandRemoval(&r, run) {
			why = "the name of the policy is not known"
		}
		if why != "" {
			s.ByHand = append(s.ByHand, Hand{What: "take the statement from the " + string(r.On) + " policy of " + r.Of, Why: why, Statement: &r.Statement})
		}
	}
	return all
}

// commandGrants sets the policies that a step completes. A key has one policy, which is set as a whole; a role or user gets one more.
func (p *planner) commandGrants(s *Step, run func(...string)) {
	inline := map[*topology.Caller]*policygen.Document{}
	var callers []*topology.Caller
	for _, g := range s.Grants {
		for _, fix := range g.Fix {
			if g.Elsewhere {
				continue
			}
			if fix.On == policygen.OnKey {
				for _, x := range p.subjects {
					if k := x.new.Key; &k.Element == g.Elements[0] {
						putKeyPolicy(k, k.Policy.Document, run)
					}
				}
				continue
			}
			c := g.Hop.CallerElement
			if inline[c] == nil {
				inline[c] = &policygen.Document{Version: policygen.Version}
				callers = append(callers, c)
			}
			inline[c].Statements = append(inline[c].Statements, fix.Document.Statements...)
		}
	}
	for _, c := range callers {
		what, name := callerName(c)
		run("aws", "iam", "put-"+what+"-policy", "--"+what+"-name", name, "--policy-name", freePolicy(c), "--policy-document", oneLine(*inline[c]))
	}
}

// commandSwitch gives a queue or topic its new encryption.
func commandSwitch(x *subject, run func(...string)) {
	key := ""
	if x.new != nil {
		key = x.new.Written
		if x.new.Key.AWSManaged == "" {
			key = string(x.new.Key.ARN)
		}
	}
	arn, _ := text.SplitARN(string(x.arn()))
	if x.topic != nil {
		run("aws", "sns", "set-topic-attributes", "--topic-arn", string(x.topic.ARN), "--attribute-name", "KmsMasterKeyId", "--attribute-value", key, "--region", arn[text.Region])
		return
	}
	attributes := map[string]string{"KmsMasterKeyId": key}
	if x.new == nil {
		attributes["SqsManagedSseEnabled"] = "true"
	}
	b, err := json.Marshal(attributes)
	if err != nil {
		panic("migrate: encoding strings failed: " + err.Error())
	}
	run("aws", "sqs", "set-queue-attributes", "--queue-url", queueURL(x.queue), "--attributes", string(b), "--region", arn[text.Region])
}

// commandRemoval sets a policy without a statement, and reports whether it can.
func (p *planner) commandRemoval(r *Removal, run func(...string)) bool {
	if r.On == policygen.OnKey {
		for _, x := range p.subjects {
			if x.old != nil && x.old.Key.Policy == r.Policy {
				putKeyPolicy(x.old.Key, r.Rest, run)
			}
		}
		return true
	}
	for _, c := range p.t.Callers {
		if !slices.Contains(c.Identity, r.Policy) {
			continue
		}
		what, name := callerName(c)
		arn, managed := text.SplitARN(r.Policy.ID)
		managed = managed && arn[text.Service] == "iam" && r.Policy.ID != c.ID
		switch {
		case !managed && r.Policy.Name == "":
			return false
		case managed && len(r.Rest.Statements) > 0:
			run("aws", "iam", "create-policy-version", "--policy-arn", r.Policy.ID, "--set-as-default", "--policy-document", oneLine(r.Rest))
		case managed:
			run("aws", "iam", "detach-"+what+"-policy", "--"+what+"-name", name, "--policy-arn", r.Policy.ID)
		case len(r.Rest.Statements) > 0:
			run("aws", "iam", "put-"+what+"-policy", "--"+what+"-name", name, "--policy-name", r.Policy.Name, "--policy-document", oneLine(r.Rest))
		default:
			run("aws", "iam", "delete-"+what+"-policy", "--"+what+"-name", name, "--policy-name", r.Policy.Name)
		}
	}
	return true
}

func putKeyPolicy(k *topology.Key, d policygen.Document, run func(...string)) {
	arn, _ := text.SplitARN(string(k.ARN))
	run("aws", "kms", "put-key-policy", "--key-id", string(k.ARN), "--policy-name", "default", "--policy", oneLine(d), "--region", arn[text.Region])
}

// callerName returns "role" or "user", and its name.
func callerName(c *topology.Caller) (what, name string) {
	what = "role"
	if _, user := c.Principal.(policygen.UserARN); user {
		what = "user"
	}
	name = c.Principal.String()
	return what, name[strings.LastIndexByte(name, '/')+1:]
}

// freePolicy returns a name for an inline policy that the caller does not have: put-role-policy replaces one of the same name.
func freePolicy(c *topology.Caller) string {
	name := "hopgrant-migrate"
	for n := 2; slices.ContainsFunc(c.Identity, func(x *topology.Policy) bool { return x.Name == name }); n++ {
		name = "hopgrant-migrate-" + strconv.Itoa(n)
	}
	return name
}

func oneLine(d policygen.Document) string {
	b, err := d.MarshalJSON()
	if err != nil {
		panic("migrate: encoding strings failed: " + err.Error())
	}
	return string(b)
}
