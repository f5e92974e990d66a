package diagnose

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/region"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// A denial is what a text says of one call that failed. What it does not say is empty.
type denial struct {
	form *Form

	caller    string // as the text has it: an ARN, a service principal, or a name
	source    string // the ARN of what a service acts for
	action    string // such as "sqs:sendmessage"
	operation string // of the API, such as "SendMessageBatch"
	api       string // the service that was asked: "sqs" or "sns"
	resource  string // what the action was denied on: an ARN, or the URL of a queue

	topic, queue, key string // ARNs, or the URL of the queue

	kms      kmsFault // the call was made on a key, and this is what KMS said
	policy   PolicyType
	explicit bool
	denier   string // the ARN of the policy

	bySNS     bool   // SNS made the call for a topic
	byService string // the service principal that made the call
	lambda    bool   // Lambda polls under the function's role
	anonymous bool   // the request was not signed
	tested    bool   // the service tested its destination, and does not say which of its calls failed
	logical   string // the logical id of a resource of a stack
	elsewhere string // says that the call has nothing to do with messages
	notes     []string
}

// id tells denials apart of which each needs its own answer.
func (d *denial) id() string {
	return fmt.Sprintf("%q", []any{d.form.Name, d.callerARN(), d.source, strings.ToLower(d.action), d.operation, d.api, d.resource, d.topic, d.queue, d.key,
		d.kms, d.policy, d.explicit, d.bySNS, d.byService, d.logical})
}

// foreign says why the denial is about no call of a hop; empty if it is, or may be.
func (d *denial) foreign() string {
	switch {
	case d.elsewhere != "":
		return d.elsewhere
	case d.operation != "" && onlyOnKeys(d.operation):
		return "the program called KMS itself, and not SQS or SNS for it"
	case d.operation != "" && len(callsOf(d.operation)) == 0:
		return fmt.Sprintf("%s failed, which is no call of a message on its way", visibleAction(d.operation))
	case d.action != "" && len(callsOf(d.action)) == 0:
		return fmt.Sprintf("%s was denied, which is no call of a message on its way", visibleAction(d.action))
	case d.resource != "" && !isARN(d.resource) && d.topic == "" && d.queue == "" && d.key == "" && !strings.HasPrefix(d.resource, "http"):
		return fmt.Sprintf("%s was denied on something that is no topic, queue or key", visibleAction(cmp.Or(d.action, d.operation)))
	}
	return ""
}

// callsOf returns the kinds of hop that make a call, which is an action, or the operation of an API without its prefix.
func callsOf(action string) []*kind.Kind {
	var all []*kind.Kind
	for _, k := range kind.All() {
		if slices.ContainsFunc(k.Calls, func(c kind.Call) bool { return sameAction(c.Action, action) }) {
			all = append(all, k)
		}
	}
	return all
}

// onlyOnKeys reports whether an operation is one of KMS: SQS and SNS make such calls, and their own operations have other names.
func onlyOnKeys(operation string) bool {
	found := false
	for _, k := range callsOf(operation) {
		for _, c := range k.Calls {
			if sameAction(c.Action, operation) && !onKey(c) {
				return false
			}
			found = found || sameAction(c.Action, operation)
		}
	}
	return found
}

// sameAction reports whether b names the action a, in whatever case. It may lack the prefix, and be a batch of the action, for
// which AWS asks the action itself.
func sameAction(a, b string) bool {
	if !strings.Contains(b, ":") {
		_, a, _ = strings.Cut(a, ":")
	}
	if i := len(b) - len("batch"); i > 0 && strings.EqualFold(b[i:], "batch") {
		b = b[:i]
	}
	return strings.EqualFold(a, b)
}

// visibleAction returns an action of a text for a sentence, or a word for it if it has not the form of one.
func visibleAction(action string) string {
	if actionForm().MatchString(action) {
		return canonical(action)
	}
	return "a call"
}

var actionForm = text.WhenUsed(`^[A-Za-z0-9-]{0,40}:?[A-Za-z0-9*]{1,80}$`)

// canonical returns an action as the table of hops writes it. SQS writes its actions in lower case, and SNS its prefix in upper case.
func canonical(action string) string {
	for _, k := range kind.All() {
		for _, c := range k.Calls {
			if sameAction(c.Action, action) {
				return c.Action
			}
		}
	}
	return action
}

// isARN reports whether s begins as an ARN does.
func isARN(s string) bool { return strings.HasPrefix(s, "arn:") }

// isOf reports whether s has the service where an ARN has it. Pasted ARNs may be cut or hidden in part, so that they do not split.
func isOf(s, service string) bool { return strings.Contains(s, ":"+service+":") }

// names are what a name of a topic, queue or key has.
var names = text.WhenUsed(`^[A-Za-z0-9_-]{1,256}(\.fifo)?$`)

// whole returns the ARN of a topic, queue or key with references for the parts that the text leaves out or hides, such as
// ${QueueAccount}. It is empty if it is none of the service's, or its name is not there.
func whole(arn, service, part string) string {
	p, ok := text.SplitARN(arn)
	if !ok || p[text.Service] != service {
		return ""
	}
	if !slices.Contains([]string{"aws", "aws-cn", "aws-us-gov"}, p[text.Partition]) {
		p[text.Partition] = region.Partition(p[text.Region])
	}
	if !region.Is(p[text.Region]) {
		p[text.Region] = "${" + part + "Region}"
	}
	if !text.IsAccount(p[text.Account]) {
		p[text.Account] = "${" + part + "Account}"
	}
	name := p[text.Resource]
	if service == "kms" {
		if !keyForm().MatchString(name) {
			return ""
		}
	} else if !names().MatchString(name) {
		return ""
	}
	return strings.Join(p[:], ":")
}

var keyForm = text.WhenUsed(`^key/(mrk-[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$`)

// queueARN returns the ARN of a queue of which the text has the ARN or the URL.
func queueARN(s string) string {
	if strings.HasPrefix(s, "http://") {
		s = "https://" + s[len("http://"):]
	}
	if arn := topology.QueueOfURL(s); arn != "" {
		s = string(arn)
	}
	return whole(s, "sqs", "Queue")
}

// settle puts the resource of the denial in its place: the topic, queue or key.
func (d *denial) settle() {
	d.topic, d.queue, d.key = whole(d.topic, "sns", "Topic"), queueARN(d.queue), whole(d.key, "kms", "Key")
	d.topic = cmp.Or(d.topic, whole(d.resource, "sns", "Topic"))
	d.queue = cmp.Or(d.queue, queueARN(d.resource))
	d.key = cmp.Or(d.key, whole(d.resource, "kms", "Key"))
	if p, _, ok := strings.Cut(d.action, ":"); ok {
		switch strings.ToLower(p) {
		case "kms":
			d.kms = cmp.Or(d.kms, kmsDenied)
		case "sqs", "sns":
			d.api = strings.ToLower(p)
		}
	}
	if d.caller == "anonymous" || d.caller == "*" {
		d.anonymous, d.caller = true, ""
	}
	if d.byService == "" && serviceName().MatchString(d.caller) {
		d.byService = d.caller
	}
	if p, source := serviceOf(d.caller); p != "" && d.byService == "" {
		d.byService, d.source = p, source
	}
	if d.queue != "" && !d.bySNS && d.byService == "" && snsUser().MatchString(d.caller) && sameAction(cmp.Or(d.action, d.operation), kind.Of(kind.Deliver).Calls[0].Action) {
		d.bySNS = true
		d.notes = append(d.notes, "the user that AWS names is one of AWS's own account, under which SNS was seen to deliver; if it is a user of yours, the hop is a send of that user")
	}
	if strings.HasPrefix(d.byService, "sns.") && d.byService != "" {
		d.bySNS, d.byService = true, ""
	}
}

var serviceName = text.WhenUsed(`^[a-z0-9-]+(\.[a-z0-9-]+)?\.amazonaws\.com(\.cn)?$`)

// snsUser is the user under which queues see SNS: named after an airport, in an account that belongs to AWS.
//
// [Add missing QueuePolicy]: https://github.com/microsoft/aspire/pull/3333
var snsUser = text.WhenUsed(`^arn:aws[a-z-]*:iam::[^:]*:user/[A-Z]{3}\.SQS$`)

// callerARN returns the role or user that made the call, without the name of its session; empty if the text does not tell.
func (d *denial) callerARN() string {
	p, ok := text.SplitARN(d.caller)
	if !ok {
		return ""
	}
	if !text.IsAccount(p[text.Account]) {
		p[text.Account] = "${CallerAccount}"
	}
	kindOf, name, _ := strings.Cut(p[text.Resource], "/")
	switch {
	case p[text.Service] == "sts" && kindOf == "assumed-role":
		name, _, _ = strings.Cut(name, "/")
		p[text.Service], p[text.Resource] = "iam", "role/"+name
	case p[text.Service] != "iam" || kindOf != "role" && kindOf != "user":
		return ""
	}
	arn := strings.Join(p[:], ":")
	if text.Unresolved(arn) {
		if !callerName().MatchString(p[text.Resource]) {
			return ""
		}
		return arn
	}
	if _, err := policygen.ParsePrincipal(arn); err != nil {
		return ""
	}
	return arn
}

var callerName = text.WhenUsed(`^(role|user)/[A-Za-z0-9_+=,.@/-]{1,512}$`)

// sourceForm is what the ARN of a resource that a service acts for looks like.
var sourceForm = text.WhenUsed(`^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]{0,12}:[A-Za-z0-9_./:+=,@-]{1,256}$`)

// sourcePrefix returns what the ARN of a service's resource begins with, in the partition, Region and account of an ARN.
func sourcePrefix(arn, service, resource string) string {
	p, _ := text.SplitARN(arn)
	p[text.Service], p[text.Resource] = service, resource
	return strings.Join(p[:], ":")
}
