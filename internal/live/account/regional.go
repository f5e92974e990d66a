package account

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/pipes"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/hopgrant/hopgrant/internal/live"
)

// A regional reads one account in one Region.
type regional struct {
	*scope
	reader *reader
	guard  *guard
	whole  bool     // everything of the Region is read, and not only what is named
	keys   []string // what reading is narrowed to, as the user named them
	seeds  bool     // the user named a queue of the Region

	sns       *sns.Client
	sqs       *sqs.Client
	kms       *kms.Client
	lambda    *lambda.Client
	events    *eventbridge.Client
	s3        *s3.Client
	metrics   *cloudwatch.Client
	logs      *cloudwatchlogs.Client
	pipes     *pipes.Client
	scheduler *scheduler.Client
	trail     *cloudtrail.Client
	tags      *resourcegroupstaggingapi.Client

	work         sync.Mutex
	pending      []visit
	seen         map[visit]bool
	urls         map[string]string         // of queues, by ARN
	subscribed   map[string][]subscription // own subscriptions, by the endpoint's ARN
	topics       map[string]topic
	queues       map[string]queue
	aliases      map[string]string // key ids by name
	aliasesWhole bool
	wanted       map[string]bool // ids and ARNs of keys, as topics and queues name them
	surrounded   bool
}

// A visit is one thing to read: a topic, a queue or a subscription.
type visit struct {
	arn string
	// how is what else is read: byName also what hangs on the topic or queue, and byKey only if it has one of the keys.
	how manner
}

type manner int

const (
	alone manner = iota
	byName
	byKey
)

func newRegion(r *reader, s *session, at place, whole bool) *regional {
	cfg := s.config(at.region)
	return &regional{
		scope: newScope(s, at.region, r.o), reader: r, guard: s.guard(at.region), whole: whole,
		sns: sns.NewFromConfig(cfg), sqs: sqs.NewFromConfig(cfg), kms: kms.NewFromConfig(cfg), lambda: lambda.NewFromConfig(cfg),
		events: eventbridge.NewFromConfig(cfg), s3: s3.NewFromConfig(cfg), metrics: cloudwatch.NewFromConfig(cfg),
		logs: cloudwatchlogs.NewFromConfig(cfg), pipes: pipes.NewFromConfig(cfg), scheduler: scheduler.NewFromConfig(cfg),
		trail: cloudtrail.NewFromConfig(cfg), tags: resourcegroupstaggingapi.NewFromConfig(cfg),
		seen: map[visit]bool{}, urls: map[string]string{}, topics: map[string]topic{}, queues: map[string]queue{}, wanted: map[string]bool{},
	}
}

func newScope(s *session, region string, o Options) *scope {
	return &scope{
		account: s.account, partition: s.partition, region: region, earlier: earlierOf(o.Resume, s.account, region, o.MaxAge),
		resources: map[resourceID]live.Resource{}, missing: map[string]bool{}, gaps: map[live.Gap]bool{},
	}
}

// add puts a visit on the list unless it was there already. Whatever was read by name needs no other visit.
func (g *regional) add(v visit) {
	g.work.Lock()
	defer g.work.Unlock()
	if g.seen[v] || g.seen[visit{v.arn, byName}] {
		return
	}
	g.seen[v] = true
	g.pending = append(g.pending, v)
	if !g.whole && v.how != byKey {
		g.narrow(v.arn)
	}
	g.reader.expect(v.arn)
}

// visitReferred reads what a resource names: a topic or queue for itself, and a key with the others.
func (g *regional) visitReferred(arn string) {
	if _, service, _ := placeOf(arn); service == "kms" {
		g.want(arn)
		return
	}
	g.add(visit{arn, alone})
}

// unread reports whether anything is known that was not read yet.
func (g *regional) unread() bool {
	g.work.Lock()
	defer g.work.Unlock()
	return len(g.pending)+len(g.wanted) > 0
}

// take returns what is to be visited, and forgets it.
func (g *regional) take() []visit {
	g.work.Lock()
	defer g.work.Unlock()
	all := g.pending
	g.pending = nil
	return all
}

// readMessaging reads topics, subscriptions and queues until nothing that they name in the Region is unread. Topics and queues do
// not wait for each other, because each service has a pace of its own.
func (g *regional) readMessaging(ctx context.Context) {
	for visits := g.take(); len(visits) > 0 && ctx.Err() == nil; visits = g.take() {
		of := map[string][]visit{}
		for _, v := range visits {
			_, service, _ := placeOf(v.arn)
			of[service] = append(of[service], v)
		}
		read := func(service string, do func(context.Context, visit)) func() {
			return func() {
				each(of[service], func(v visit) {
					do(ctx, v)
					g.reader.done(v.arn)
				})
			}
		}
		together(read("sns", g.readTopic), read("sqs", g.readQueue))
	}
}

// begin finds the topics and queues of the Region, if more is read than what is named.
func (g *regional) begin(ctx context.Context) {
	how := byName
	if !g.whole {
		if len(g.keys) == 0 {
			if g.seeds {
				g.listSubscriptions(ctx)
			}
			return
		}
		how = byKey
		g.readAliases(ctx)
		for _, k := range g.keys {
			g.want(k)
		}
	}
	g.listSubscriptions(ctx)
	together(
		func() { g.listTopics(ctx, how) },
		func() { g.listQueues(ctx, how) },
	)
}

// want notes a key that a topic or queue names, to be read later.
func (g *regional) want(key string) {
	g.work.Lock()
	defer g.work.Unlock()
	g.wanted[key] = true
}

// relevant reports whether a publisher or consumer that names the ARN belongs to the reading.
func (g *regional) relevant(arn string) bool {
	at, service, ok := placeOf(arn)
	if !ok || service == "kms" {
		return false
	}
	if g.whole {
		return true
	}
	in := g.reader.regionAt(at)
	if in == nil {
		return false
	}
	in.work.Lock()
	defer in.work.Unlock()
	_, topic := in.topics[arn]
	_, queue := in.queues[arn]
	return topic || queue
}

// anyRelevant reports whether one of the ARNs belongs to the reading, and refers the reader to those that do.
func (g *regional) anyRelevant(arns ...string) bool {
	found := false
	for _, arn := range arns {
		if g.relevant(arn) {
			found = true
			g.reader.refer(arn)
		}
	}
	return found
}

// readAround reads who sends to topics and queues, and who consumes.
func (g *regional) readAround(ctx context.Context) {
	together(
		func() { g.readFunctions(ctx) },
		func() { g.readRules(ctx) },
		func() { g.readBuckets(ctx) },
		func() { g.readAlarms(ctx) },
		func() { g.readPipes(ctx) },
		func() { g.readSchedules(ctx) },
	)
}

// sorted returns the ARNs of what was read, in order.
func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func str(s *string) string { return aws.ToString(s) }
