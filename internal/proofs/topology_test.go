package proofs

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/policygen"
	"pgregory.net/rapid"
)

// A topology is a set of hops that AWS can make, with options to grant them.
type topology struct {
	hops    []policygen.Hop
	options policygen.Options
}

// A world is where the hops of a topology take place. It has few accounts, Regions, topics, queues and keys, so that
// hops share them.
type world struct {
	*rapid.T
	partition string
	regions   []string
	accounts  []string
	topics    []policygen.Topic
	queues    []policygen.Queue
	managed   bool // whether AWS managed keys may encrypt
	// accountOnly says that sources are named by their account only. A world does not mix the two, because a grant to a whole
	// account and to one of its sources is more than minimal.
	accountOnly bool
}

var regionsOf = map[string][]string{
	"aws":        {"us-east-1", "eu-west-1", "ap-east-1", "af-south-1"}, // the last two are opt-in Regions
	"aws-cn":     {"cn-north-1", "cn-northwest-1"},
	"aws-us-gov": {"us-gov-west-1", "us-gov-east-1"},
}

// stranger is an account that no topology has.
const stranger = "999999999999"

func pick[E any](t *rapid.T, what string, of []E) E { return rapid.SampledFrom(of).Draw(t, what) }

func (w world) is(what string) bool { return rapid.Bool().Draw(w.T, what) }

func (w world) oneIn(n int, what string) bool { return rapid.IntRange(1, n).Draw(w.T, what) == n }

func newWorld(t *rapid.T) world {
	partition := pick(t, "partition", []string{"aws", "aws", "aws-cn", "aws-us-gov"})
	return worldOf(t, partition, regionsOf[partition], []string{"111111111111", "222222222222", "333333333333"})
}

func worldOf(t *rapid.T, partition string, regions, accounts []string) world {
	w := world{T: t, partition: partition, regions: regions, accounts: accounts}
	w.managed = w.oneIn(4, "AWS managed keys")
	w.accountOnly = w.oneIn(4, "sources by account")
	n := rapid.IntRange(1, 3).Draw(t, "topics")
	for i := range n {
		w.topics = append(w.topics, w.topic(fmt.Sprintf("topic%d", i)))
	}
	n = rapid.IntRange(1, 4).Draw(t, "queues")
	for i := range n {
		w.queues = append(w.queues, w.queue(fmt.Sprintf("queue%d", i), pick(t, "region", w.regions), pick(t, "account", w.accounts), w.is("FIFO queue")))
	}
	return w
}

func (w world) arn(service, region, account, resource string) string {
	return strings.Join([]string{"arn", w.partition, service, region, account, resource}, ":")
}

// key returns the key of a queue or topic: none, one of two customer managed keys of the account, sometimes of another
// account, or the AWS managed key.
func (w world) key(service, region, account string) policygen.KeyARN {
	switch rapid.IntRange(0, 5).Draw(w.T, "encryption") {
	case 0, 1:
		return ""
	case 2:
		if w.managed {
			return policygen.KeyARN(pick(w.T, "spelling", []string{"alias/aws/" + service, w.arn("kms", region, account, "alias/aws/"+service)}))
		}
	case 3:
		account = pick(w.T, "key's account", w.accounts)
	}
	id := pick(w.T, "key", []string{"1234abcd-12ab-34cd-56ef-1234567890ab", "mrk-1234abcd12ab34cd56ef1234567890ab"})
	return policygen.KeyARN(w.arn("kms", region, account, "key/"+id))
}

func (w world) topic(name string) policygen.Topic {
	region, account := pick(w.T, "region", w.regions), pick(w.T, "account", w.accounts)
	t := policygen.Topic{Key: w.key("sns", region, account)}
	arn := w.arn("sns", region, account, name)
	if w.oneIn(5, "scope") {
		t.Scope = policygen.TopicARN(arn + "*")
	}
	if w.is("FIFO topic") {
		arn += ".fifo"
	}
	t.ARN = policygen.TopicARN(arn)
	return t
}

func (w world) queue(name, region, account string, fifo bool) policygen.Queue {
	q := policygen.Queue{Key: w.key("sqs", region, account)}
	if fifo {
		name += ".fifo"
	}
	q.ARN = policygen.QueueARN(w.arn("sqs", region, account, name))
	return q
}

// caller returns an IAM principal of the account, or of another one. Each kind of principal has names of its own,
// because a statement for a role also covers its sessions.
func (w world) caller(account string) policygen.Principal {
	if w.oneIn(3, "cross-account") {
		account = pick(w.T, "caller's account", w.accounts)
	}
	n := rapid.IntRange(0, 2).Draw(w.T, "caller")
	iam := "arn:" + w.partition + ":iam::" + account + ":"
	switch rapid.IntRange(0, 5).Draw(w.T, "kind of caller") {
	case 0:
		return policygen.UserARN(fmt.Sprintf("%suser/user%d", iam, n))
	case 1:
		return policygen.RoleARN(fmt.Sprintf("%srole/path/to/role%d", iam, n))
	case 2:
		return policygen.SessionARN(fmt.Sprintf("arn:%s:sts::%s:assumed-role/worker%d/i-%d", w.partition, account, n, n))
	}
	return policygen.RoleARN(fmt.Sprintf("%srole/role%d", iam, n))
}

// service returns the hop with an AWS service as its caller, or false if no service can make it.
func (w world) service(h policygen.Hop) (policygen.Hop, bool) {
	to, encrypted := policygen.ARN(h.Topic.ARN), h.Topic.Key != ""
	if kind.Of(h.Kind).To == kind.Queue {
		to, encrypted = policygen.ARN(h.Queue.ARN), h.Queue.Key != ""
	}
	all := slices.DeleteFunc(service.All(), func(s *service.Service) bool {
		return s.Unencrypted && encrypted || s.Principal == "sns.amazonaws.com" ||
			kind.Of(h.Kind).To == kind.Topic && !s.Publishes() || kind.Of(h.Kind).To == kind.Queue && !s.Sends()
	})
	s := pick(w.T, "service", all)
	account := to.Account()
	if !s.SameAccount && w.oneIn(3, "source of another account") {
		account = pick(w.T, "source's account", w.accounts)
	}
	principal := s.Principal
	if s.Regional {
		principal = to.Region() + "." + principal
	}
	h.Caller = policygen.ServicePrincipal(principal)
	if s.Source.Service == "" || w.accountOnly {
		h.SourceAccount = account
	} else {
		h.Source = policygen.ARN(w.arn(s.Source.Service, to.Region(), account, s.Source.Resource+"source"))
		if !s.Source.HasAccount {
			h.Source = policygen.ARN(w.arn(s.Source.Service, "", "", s.Source.Resource+"source"))
			h.SourceAccount = account
		}
	}
	return h, h.Check() == nil
}

// hop returns one hop of the world that AWS can make, or false if the draw gave none.
func (w world) hop() (policygen.Hop, bool) {
	k := pick(w.T, "hop", kind.All())
	h := policygen.Hop{Kind: policygen.HopKind(k.Name)}
	topic, queue := pick(w.T, "topic", w.topics), pick(w.T, "queue", w.queues)
	about := policygen.ARN(queue.ARN)
	if k.Resource() == kind.Topic {
		about = policygen.ARN(topic.ARN)
	}
	for _, end := range []kind.Part{k.From, k.To} {
		switch end {
		case kind.Topic:
			h.Topic = topic
		case kind.Queue:
			h.Queue = queue
		case kind.Destination:
			h.Destination = pick(w.T, "destination", w.queues)
		}
	}
	switch {
	case k.OneAccount:
		h.Caller = policygen.RoleARN("arn:" + w.partition + ":iam::" + about.Account() + ":role/operator")
	case !k.BySNS():
		h.Caller = w.caller(about.Account())
	}
	for _, c := range k.Calls {
		h.ReadAttributes = h.ReadAttributes || c.Option&kind.ReadAttributes != 0 && w.oneIn(4, "attributes")
		h.LookUpURL = h.LookUpURL || c.Option&kind.LookUpURL != 0 && w.oneIn(4, "URL")
		h.ExtendVisibility = h.ExtendVisibility || c.Option&kind.ExtendVisibility != 0 && w.oneIn(4, "visibility")
		if c.Option&kind.LambdaTrigger != 0 && w.oneIn(4, "Lambda") {
			h.Client = policygen.LambdaTrigger
		}
	}
	if k.CallsOn(kind.SourceKeys) {
		h.SourceKeys = w.sourceKeys(queue)
	}
	if k.By == kind.IAMOrService && w.oneIn(3, "by a service") {
		return w.service(h)
	}
	return h, h.Check() == nil
}

// sourceKeys returns the keys of queues that may use the queue as their dead-letter queue.
func (w world) sourceKeys(dlq policygen.Queue) []policygen.KeyARN {
	var keys []policygen.KeyARN
	for _, q := range w.queues {
		a, b := policygen.ARN(q.ARN), policygen.ARN(dlq.ARN)
		if q.Key != "" && q != dlq && a.Region() == b.Region() && a.Account() == b.Account() && w.oneIn(3, "source queue") {
			keys = append(keys, q.Key)
		}
	}
	return keys
}

// topologies generates random topologies of at least one hop.
var topologies = rapid.Custom(func(t *rapid.T) topology { return newWorld(t).topology() })

// topology returns hops of the world, and options.
func (w world) topology() topology {
	t := w.T
	var top topology
	n := rapid.IntRange(1, 8).Draw(t, "hops")
	for range n {
		if h, ok := w.hop(); ok {
			top.hops = append(top.hops, h)
		}
	}
	if len(top.hops) == 0 {
		// A role can always publish to an unencrypted topic.
		topic := policygen.Topic{ARN: policygen.TopicARN(w.arn("sns", w.regions[0], w.accounts[0], "fallback"))}
		caller := policygen.RoleARN("arn:" + w.partition + ":iam::" + w.accounts[0] + ":role/fallback")
		top.hops = []policygen.Hop{{Kind: kind.Publish, Caller: caller, Topic: topic}}
	}
	top.options = policygen.Options{
		KeyAccess:         pick(t, "key access", []policygen.KeyAccess{policygen.ByIdentityPolicy, policygen.ByIdentityPolicy, policygen.ByKeyPolicy, policygen.AccountWide}),
		TLSOnly:           rapid.Bool().Draw(t, "TLS only"),
		KeyStatementsOnly: rapid.IntRange(1, 4).Draw(t, "key statements only") == 4,
	}
	return top
}
