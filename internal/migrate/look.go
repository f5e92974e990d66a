package migrate

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/snippet"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// done returns the commands that tell whether a step is there.
func (p *planner) done(s *Step) (all []Question) {
	ask := func(what string, words ...string) {
		if q := (Question{what, snippet.ShellWords(words...)}); !slices.Contains(all, q) {
			all = append(all, q)
		}
	}
	for _, g := range s.Grants {
		for i := range g.Fix {
			askGrant(&g.Fix[i], g.Finding, ask)
		}
	}
	if s.Phase == Switch {
		for _, x := range p.subjects {
			if x.topic != nil {
				ask("which key "+x.label()+" has", inRegion(string(x.topic.ARN), "aws", "sns", "get-topic-attributes", "--topic-arn", known(string(x.topic.ARN), "TOPIC_ARN"), "--query", "Attributes.KmsMasterKeyId")...)
			} else {
				ask("which encryption "+x.label()+" has", inRegion(string(x.queue.ARN), "aws", "sqs", "get-queue-attributes", "--queue-url", queueURL(x.queue), "--attribute-names", "KmsMasterKeyId", "SqsManagedSseEnabled")...)
			}
		}
	}
	if len(s.Removals) > 0 {
		for _, x := range p.subjects {
			if x.leavesKey() {
				ask("who has used "+x.before()+" lately, for anything that is not in the files too: look before you take away the statements", inRegion(string(x.old.Key.ARN), "aws", "cloudtrail", "lookup-events",
					"--lookup-attributes", "AttributeKey=ResourceName,AttributeValue="+known(string(x.old.Key.ARN), "KEY_ARN"))...)
			}
		}
	}
	return all
}

func askGrant(fix *check.Fix, f *check.Finding, ask func(string, ...string)) {
	if fix.On == policygen.OnKey {
		ask("whom the policy of key "+fix.Of+" admits", inRegion(string(fix.Resource), "aws", "kms", "get-key-policy", "--key-id", known(string(fix.Resource), "KEY_ARN"), "--policy-name", "default", "--output", "text")...)
		return
	}
	var actions, resources []string
	for _, st := range fix.Document.Statements {
		for _, action := range st.Action {
			actions = append(actions, strings.TrimSuffix(action, "*")) // a simulation is of a call, which has no wildcard
		}
		resources = append(resources, st.Resource...)
	}
	for i := range resources {
		resources[i] = known(resources[i], "KEY_ARN")
	}
	who := ""
	if f.Hop.CallerElement != nil {
		who = f.Hop.CallerElement.Principal.String()
	}
	words := slices.Concat([]string{"aws", "iam", "simulate-principal-policy", "--policy-source-arn", known(who, "ROLE_ARN"), "--action-names"}, actions,
		[]string{"--resource-arns"}, resources)
	ask("whether the policies of "+fix.Of+" allow it", words...)
}

// empty returns the commands that tell whether queues are empty, so that nothing under the old key is left there.
func (p *planner) empty() (all []Question) {
	then := ", and the rest of the time need not pass"
	if slices.ContainsFunc(p.subjects, func(s *subject) bool { return s.topic != nil && s.leavesKey() }) {
		then = "; what SNS still tries to deliver is not seen in queues" // nor by any other command
	}
	seen := map[*topology.Queue]bool{}
	for _, s := range p.subjects {
		for q := s.queue; q != nil && !seen[q] && s.leavesKey(); q = deadLetters(q) {
			seen[q] = true
			all = append(all, Question{"whether queue " + q.Label() + " is empty: if all three are 0 for several minutes after the waits before, nothing that was sent earlier is left there" + then,
				snippet.ShellWords(inRegion(string(q.ARN), "aws", "sqs", "get-queue-attributes", "--queue-url", queueURL(q), "--attribute-names", "ApproximateNumberOfMessages",
					"ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed")...)})
		}
	}
	return all
}

// inRegion returns the words of a command with the Region of an ARN, if it is known: the CLI's own may be another one.
func inRegion(arn string, words ...string) []string {
	if region := text.Known(arn, text.Region); region != "" {
		return append(words, "--region", region)
	}
	return words
}

// known returns an ARN as a word of a command, or what stands for one that is not known.
func known(arn, otherwise string) string {
	if arn == "" || text.Unresolved(arn) || strings.ContainsAny(arn, "<>") {
		return otherwise
	}
	return arn
}

// queueURL returns the URL of a queue as a word of a command, or what stands for one that is not known.
func queueURL(q *topology.Queue) string {
	arn, ok := text.SplitARN(string(q.ARN))
	if !ok || text.Unresolved(string(q.ARN)) {
		return "QUEUE_URL"
	}
	return snippet.QueueURL(arn)
}

// notes says what the plan leaves to others.
func (p *planner) notes() {
	if p.t.Kind == "fanout" {
		p.note("hopgrant policy fanout prints the documents for the file as it is: print them anew only after the last step, and until then change those that it has printed")
	}
	for _, s := range p.subjects {
		if s.queue != nil {
			if d := deadLetters(s.queue); d != nil && !slices.ContainsFunc(p.subjects, func(x *subject) bool { return x.queue == d }) {
				p.note("dead-letter queue " + d.Label() + " has its own encryption and keeps it; what SQS moves there stays under the key of " + s.label())
			}
		}
		if s.topic != nil && s.topic.FIFO != text.No && s.old != nil {
			p.note("if " + s.label() + " archives messages, its archive is under " + s.before() + " for as long as it keeps them: leave the key and its grants as they are until then")
		}
		if s.leavesKey() {
			p.note(s.before() + " stays: disable it before it is deleted, since what is still encrypted under a deleted key cannot be read by anybody")
		}
	}
	for _, h := range p.judge(new) {
		if h.Verdict != check.OK && p.concerned(&h) && !p.isGuess(&h) {
			p.note(string(h.Kind) + ", " + h.From.Label() + " -> " + h.To.Label() + " is " + h.Verdict.String() + " before the first step and after the last one, whatever the encryption: " + h.Why)
		}
	}
}
