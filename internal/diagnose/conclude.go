package diagnose

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// conclude returns what a denial proves.
func conclude(d denial) Diagnosis {
	out := Diagnosis{Form: d.form, Policy: d.policy, Explicit: d.explicit, Denier: d.denier, Notes: d.notes, denial: d}
	if d.action != "" {
		out.Call = canonical(d.action)
	}
	for _, k := range d.kinds() {
		out.Answers = append(out.Answers, d.answer(k))
	}
	out.Denied, out.Why, out.On = d.deniedSentence(), d.why(), policygen.ARN(d.on())
	out.notes(&d)
	out.Open = d.questions(out.Answers)
	out.Missing = missing(out.Answers)
	return out
}

// on returns the ARN of what the call was made on; empty if the text does not tell.
func (d *denial) on() string {
	if d.kms != "" {
		return d.key
	}
	if d.api == "sns" && !d.bySNS {
		return d.topic
	}
	return cmp.Or(d.queue, d.topic)
}

// serviceTitle returns a service as AWS writes it, or its principal if that is not in the table.
func serviceTitle(principal string) string {
	if s, ok := service.LookUp(principal); ok {
		return s.Name
	}
	return principal
}

// about names the topic or queue that the hop is about.
func (d *denial) about() string {
	switch {
	case d.bySNS || d.api == "sqs" || d.queue != "":
		return label("queue", d.queue)
	case d.api == "sns" || d.topic != "":
		return label("topic", d.topic)
	}
	return "the topic or queue"
}

// deniedSentence says which call was denied, to whom, on what.
func (d *denial) deniedSentence() string {
	call := "a call"
	if name := cmp.Or(d.action, d.operation); name != "" && actionForm().MatchString(name) {
		call = cmp.Or(canonicalOf(name), canonical(name))
	}
	who := d.who()
	switch {
	case d.tested:
		s := who + " could not reach the destination of its notifications"
		if d.on() != "" {
			s += ", " + d.about()
		}
		return s
	case d.lambda:
		return fmt.Sprintf("Lambda refused a trigger, because %s may not make the call %s on %s", who, call, label("queue", d.queue))
	case d.kms != "" && d.action == "":
		return fmt.Sprintf("KMS refused %s the use of %s, for messages of %s", who, label("key", d.key), d.about())
	case d.kms != "":
		return fmt.Sprintf("KMS denied %s to %s on %s, for messages of %s", call, who, label("key", d.key), d.about())
	}
	return fmt.Sprintf("%s denied %s to %s on %s", strings.ToUpper(cmp.Or(d.api, "AWS")), call, who, d.about())
}

// canonicalOf returns the only action with that name of an operation, in all of the table; empty if there is none or several.
func canonicalOf(operation string) string {
	if strings.Contains(operation, ":") {
		return ""
	}
	found := ""
	for _, k := range callsOf(operation) {
		for _, c := range k.Calls {
			if sameAction(c.Action, operation) && found != "" && found != c.Action {
				return ""
			} else if sameAction(c.Action, operation) {
				found = c.Action
			}
		}
	}
	return found
}

// why says why the call was denied, as far as the text tells.
func (d *denial) why() string {
	fault := d.kms.row()
	switch {
	case d.explicit && d.policy != "":
		return "a " + string(d.policy) + " denies it explicitly"
	case d.explicit:
		return "a policy denies it explicitly, and AWS does not say which kind of policy"
	case d.policy != "":
		return "no " + string(d.policy) + " allows it"
	case d.kms != "" && fault.means != "":
		return fault.means
	case d.kms == kmsHidden:
		return "KMS does not tell which of these it is: there is no such key, it is in another Region, or its policies do not allow the caller to use it"
	case d.kms != "" && (d.bySNS || d.byService != ""):
		what, name := "alias/aws/sqs", d.who()
		if d.api == "sns" && !d.bySNS {
			what = "alias/aws/sns"
		}
		return fmt.Sprintf("the key's policy does not admit %s for this, or denies it: that of the AWS managed key %s never admits it, and that of a customer managed key does where it says so", name, what)
	case d.kms != "":
		return "the policies do not let the caller use the key, and the text does not say whether that is the key's policy or the caller's own"
	case d.anonymous:
		return "the request was not signed, and the policy of " + d.about() + " does not admit everybody"
	case d.lambda:
		return "the text does not say which policy is the reason: that of the role does not allow the call, or another one denies it"
	case d.tested:
		return "S3 does not say whether it is the policy of the destination that does not admit it, or that of the destination's key"
	case d.action != "" && (d.bySNS || d.byService != ""):
		return "the policy of " + d.about() + " does not admit " + d.who()
	case d.action != "":
		return "the text does not say which policy does not allow it: the caller's own, or that of " + d.about()
	case d.bySNS || d.byService != "":
		return fmt.Sprintf("the text does not say which policy it is: that of %s does not admit %s, or denies the call, or the policy of its key does", d.about(), d.who())
	}
	if d.operation != "" && !slices.ContainsFunc(kind.All(), func(k *kind.Kind) bool { return begins(k, d.operation) }) {
		// Only sending, publishing and receiving use a key.
		return "the text does not say which policy it is: the caller's own, or that of " + d.about()
	}
	return "the text does not say which policy it is: the caller's own, that of " + d.about() + ", or that of its key"
}

// notes adds what is easily taken wrong.
func (out *Diagnosis) notes(d *denial) {
	add := func(s string) { out.Notes = append(out.Notes, s) }
	if d.bySNS && d.policy == identity {
		add("SNS has no identity policies: the policies of the queue and its key admit it")
	}
	if p, ok := text.SplitARN(d.caller); ok && p[text.Service] == "sts" && !d.bySNS && out.namesCaller() {
		add("the ARN of a session does not tell the path of its role; where a statement names the role, complete it")
	}
	if d.kms == kmsDenied && d.api == "sqs" && (d.bySNS || d.byService != "") {
		add("a queue with SSE-SQS needs no grant on any key")
	}
	if d.kms == kmsDenied || d.kms == kmsHidden {
		add("a data key that is in use already may hide a change for as long as the queue or topic reuses it")
	}
	if mine := policygen.AccountOf(policygen.RoleARN(d.callerARN())); d.policy == resource && !d.explicit && d.kms == "" && mine != "" && mine == policygen.ARN(d.on()).Account() {
		add("in one account, a statement in either policy suffices: the caller's own or that of " + d.about())
	}
	if d.kms != "" && d.api == "" && d.topic == "" && d.queue == "" {
		add("nothing in the text says that the key encrypts messages: other services use keys too")
	}
	if len(out.Answers) > 1 {
		add("the text does not tell which hop the call belongs to")
	}
	for i := range out.Answers {
		if kind.Of(out.Answers[i].Hop.Kind).Leaves() && (d.kms == kmsHidden || d.kms == kmsDenied) && d.key == "" {
			add("messages stay under the key that they were sent under: an older key, or that of a queue whose dead-letter queue this is, may be the one")
			break
		}
	}
}

// namesCaller reports whether the policy of a resource would name the caller.
func (out *Diagnosis) namesCaller() bool {
	return slices.ContainsFunc(out.Answers, func(a Answer) bool {
		return slices.ContainsFunc(a.Remedies, func(r Remedy) bool { return r.On != policygen.OnIdentity })
	})
}
