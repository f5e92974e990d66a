package fanout

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/hopgrant/hopgrant/constructs/internal/cdkcalls"
	"github.com/hopgrant/hopgrant/internal/region"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// A ledger holds what the fan-outs of one stage know about topics, queues and keys. Several fan-outs may share a key or a
// queue, and a queue or key has one policy; so the statements are made once, from all hops, when the app is synthesized.
//
// It is a construct because the tree is the one place that all fan-outs of an app share. It makes no resource.
type ledger struct {
	constructs.Construct

	parties     []*party                    // of this stage
	numbered    *[]*party                   // of all stages, by number: those of one may name those of another
	byARN       map[string]*party           // as policygen sees it
	byValue     map[any]*party              // by the L2 construct
	callers     map[any]*caller             // by grantee
	synthesized bool                        // at least once
	accounts    bool                        // whether the account of any stack is known
	envs        map[any]*env                // by stack
	endpoints   map[any]*endpoint           // by queue
	readers     map[*party]*readers         // by dead-letter queue
	durations   map[float64]awscdk.Duration // by minutes
	pending     []PendingDocument
	notes       []func()        // annotations to make
	known       map[string]bool // fingerprints of pending
	acked       map[string]bool
	stages      []*ledger // the ledgers of all stages; kept by the root's
}

const ledgerID = "HopgrantFanouts"

// ledgerOf returns the ledger of the stage that scope is in, and where scope will be: nil if it is in no stack.
func ledgerOf(scope constructs.Construct) (*ledger, *env) {
	if scope == nil {
		refuse(nil, bad("scope", "", "there is none", "a construct in a stack", ""))
	}
	p := cdkcalls.PlaceOf(scope, ledgerID)
	top, _ := p.AtRoot.(*ledger)
	if top == nil {
		top = newLedger(p.Root, new([]*party))
	}
	l, _ := p.AtStage.(*ledger)
	if p.Root == p.Stage {
		l = top
	} else if l == nil {
		l = newLedger(p.Stage, top.numbered)
		top.stages = append(top.stages, l)
	}
	if p.Stack == nil {
		return l, nil
	}
	return l, l.noteEnv(p.Stack, p.Account, p.Region, p.Partition)
}

// homeOf returns the ledger and the place of what is made in scope. It panics as the CDK does if that is in no stack.
func homeOf(scope constructs.Construct) (*ledger, *env) {
	l, e := ledgerOf(scope)
	if e == nil {
		e = l.envOf(scope)
	}
	return l, e
}

func newLedger(stage constructs.Construct, numbered *[]*party) *ledger {
	l := &ledger{
		numbered: numbered,
		byARN:    map[string]*party{}, byValue: map[any]*party{}, callers: map[any]*caller{}, envs: map[any]*env{}, endpoints: map[any]*endpoint{}, readers: map[*party]*readers{}, durations: map[float64]awscdk.Duration{},
		known: map[string]bool{}, acked: map[string]bool{},
	}
	constructs.NewConstruct_Override(l, stage, jsii.String(ledgerID))
	cdkcalls.Attend(l)
	return l
}

// Visit writes the statements: as an aspect of itself alone, the ledger is visited once in a synthesis, before the app's
// cross-stack references are resolved.
func (l *ledger) Visit(constructs.IConstruct) {
	l.settle()
	l.note()
	l.synthesized = true
}

func (l *ledger) settle() {
	for _, p := range l.parties {
		p.settle()
	}
}

// note makes the annotations of what is pending. It waits for the synthesis, since only then all acknowledgements are known.
func (l *ledger) note() {
	for _, n := range l.notes {
		n()
	}
	l.notes = nil
}

// Validate reports, when the app is validated, what could not be seen before.
func (l *ledger) Validate() *[]*string {
	problems := []*string{}
	for _, err := range l.managed() {
		problems = append(problems, jsii.String(err.Error()))
	}
	for _, p := range l.parties {
		if p.problem != nil {
			problems = append(problems, jsii.String(p.problem.Error()))
		}
	}
	return &problems
}

// An env is where a stack's resources will be: tokens for what is not known before deployment.
type env struct {
	stack           awscdk.Stack
	account, region string
	partition       string
}

func (l *ledger) envOf(c constructs.IConstruct) *env {
	stack := awscdk.Stack_Of(c)
	if e, ok := l.envs[stack]; ok {
		return e
	}
	return l.noteEnv(stack, *stack.Account(), *stack.Region(), *stack.Partition())
}

func (l *ledger) noteEnv(stack awscdk.Stack, account, code, partition string) *env {
	if e, ok := l.envs[stack]; ok {
		return e
	}
	e := &env{stack: stack, account: account, region: code, partition: partition}
	if !text.Unresolved(code) {
		e.partition = region.Partition(code) // with and without the CDK's feature flag for it
	}
	l.accounts = l.accounts || !text.Unresolved(e.account)
	l.envs[stack] = e
	return e
}

// arnPrefix returns what the ARNs of a service's resources begin with.
func (e *env) arnPrefix(service string) string {
	return "arn:" + e.partition + ":" + service + ":" + e.region + ":" + e.account + ":"
}

// stackName returns the name, and whether the generated names of the stack's resources begin with it alone: those of a
// nested stack begin with the name of its parent.
func (e *env) stackName() (name string, nested bool) {
	stack := e.stack
	for {
		parent := stack.NestedStackParent()
		if parent == nil {
			return *stack.StackName(), nested
		}
		stack, nested = parent, true
	}
}

// stand is how policygen sees a resource whose ARN is known only to CloudFormation: with what is known of its Region,
// account and type, and a number in place of the name.
var stand = regexp.MustCompile(`arn:\$\{AWS::Partition\}:(?:sqs|sns|kms|iam):[^":]*(?::[^":]*)*?:(?:key/|role/|user/)?\$\{hopgrant\.(\d+)\}(?:\.fifo)?`)

// fill puts the template's text in place of stands.
func (l *ledger) fill(s string, text func(*party) string) string {
	if !strings.Contains(s, "${hopgrant.") {
		return s
	}
	return stand.ReplaceAllStringFunc(s, func(m string) string {
		n, err := strconv.Atoi(stand.FindStringSubmatch(m)[1])
		if err != nil || n >= len(*l.numbered) {
			return m
		}
		return text((*l.numbered)[n])
	})
}

// newParty registers a resource or principal under value. Its ARN is the text of the template: policygen gets the text
// itself where it is an ARN, and a stand for it where it is a token.
func (l *ledger) newParty(value any, on policygen.Target, arn string, e env, resource string) *party {
	p := &party{l: l, on: on, text: arn, arn: arn, env: e}
	return l.register(p, value, resource, text.Unresolved(arn))
}

// newMade registers what this app makes, whose ARN is a token. It is asked for only when it is needed, since asking takes
// a round trip to the CDK.
func (l *ledger) newMade(value any, on policygen.Target, ask func() *string, e env, resource string) *party {
	return l.register(&party{l: l, on: on, ask: ask, env: e, made: true}, value, resource, true)
}

func (l *ledger) register(p *party, value any, resource string, token bool) *party {
	on, e := p.on, p.env
	if token {
		service := map[policygen.Target]string{policygen.OnQueue: "sqs", policygen.OnTopic: "sns", policygen.OnKey: "kms", policygen.OnIdentity: "iam"}[on]
		region := e.region
		if on == policygen.OnIdentity {
			region = ""
		}
		p.arn = "arn:${AWS::Partition}:" + service + ":" + region + ":" + e.account + ":" +
			strings.Replace(resource, "#", "${hopgrant."+strconv.Itoa(len(*l.numbered))+"}", 1)
	}
	l.parties = append(l.parties, p)
	*l.numbered = append(*l.numbered, p)
	if _, ok := l.byARN[p.arn]; !ok {
		l.byARN[p.arn] = p
	}
	if value != nil {
		l.byValue[value] = p
	}
	return p
}

// minutes returns a duration, each made once.
func (l *ledger) minutes(n float64) awscdk.Duration {
	if _, ok := l.durations[n]; !ok {
		l.durations[n] = awscdk.Duration_Minutes(jsii.Number(n))
	}
	return l.durations[n]
}
