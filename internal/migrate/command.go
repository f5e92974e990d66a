package migrate

import (
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
func (p *planner) commands(s *Step) []string {
	if slices.Contains(inFiles, p.t.Kind) {
		return nil
	}
	var all script
	p.commandGrants(s, &all)
	if s.Phase == Switch {
		for _, x := range p.subjects {
			commandSwitch(x, &all)
		}
	}
	for _, r := range s.Removals {
		why := r.Other
		if why == "" && !p.commandRemoval(&r, &all) {
			why = "the name of the policy is not known"
		}
		if why != "" {
			s.ByHand = append(s.ByHand, Hand{What: "take the statement from the " + string(r.On) + " policy of " + r.Of, Why: why, Statement: &r.Statement})
		}
	}
	return all
}

// A script is commands of the AWS CLI, each once.
type script []string

func (s *script) add(command string) {
	if !slices.Contains(*s, command) {
		*s = append(*s, command)
	}
}

// iam adds a command of IAM about a role or user.
func (s *script) iam(words ...string) {
	s.add(snippet.ShellWords(append([]string{"aws", "iam"}, words...)...))
}

// keyPolicy adds the command that sets the policy of a key.
func (s *script) keyPolicy(k *topology.Key, d policygen.Document) {
	// The error is about references, which an account does not have.
	command, _ := snippet.Command(policygen.Attachment{On: policygen.OnKey, Resource: policygen.ARN(k.ARN), Document: d})
	s.add(command)
}

// commandGrants sets the policies that a step completes. A key has one policy, which is set as a whole; a role or user gets one more.
func (p *planner) commandGrants(s *Step, all *script) {
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
						all.keyPolicy(k, k.Policy.Document)
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
		all.iam("put-"+what+"-policy", "--"+what+"-name", name, "--policy-name", freePolicy(c), "--policy-document", snippet.OneLine(*inline[c]))
	}
}

// commandSwitch gives a queue or topic its new encryption.
func commandSwitch(x *subject, all *script) {
	key := ""
	if x.new != nil {
		key = x.new.Written
		if x.new.Key.AWSManaged == "" {
			key = string(x.new.Key.ARN)
		}
	}
	if x.topic != nil {
		arn, _ := text.SplitARN(string(x.topic.ARN))
		all.add(snippet.ShellWords("aws", "sns", "set-topic-attributes", "--topic-arn", string(x.topic.ARN), "--attribute-name", "KmsMasterKeyId", "--attribute-value", key,
			"--region", arn[text.Region]))
		return
	}
	attributes := map[string]string{"KmsMasterKeyId": key}
	if x.new == nil {
		attributes["SqsManagedSseEnabled"] = "true"
	}
	all.add(snippet.SetQueueAttributes(policygen.ARN(x.queue.ARN), attributes))
}

// commandRemoval sets a policy without a statement, and reports whether it can.
func (p *planner) commandRemoval(r *Removal, all *script) bool {
	if r.On == policygen.OnKey {
		for _, x := range p.subjects {
			if x.old != nil && x.old.Key.Policy == r.Policy {
				all.keyPolicy(x.old.Key, r.Rest)
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
			all.iam("create-policy-version", "--policy-arn", r.Policy.ID, "--set-as-default", "--policy-document", snippet.OneLine(r.Rest))
		case managed:
			all.iam("detach-"+what+"-policy", "--"+what+"-name", name, "--policy-arn", r.Policy.ID)
		case len(r.Rest.Statements) > 0:
			all.iam("put-"+what+"-policy", "--"+what+"-name", name, "--policy-name", r.Policy.Name, "--policy-document", snippet.OneLine(r.Rest))
		default:
			all.iam("delete-"+what+"-policy", "--"+what+"-name", name, "--policy-name", r.Policy.Name)
		}
	}
	return true
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
