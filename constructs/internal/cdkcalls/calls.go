package cdkcalls

import (
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go/runtime"
)

// A Place is where a construct is in the tree.
type Place struct {
	Root, Stage constructs.Construct // the same in most apps
	// AtRoot and AtStage are their children of the id that was asked for, nil if there are none.
	AtRoot, AtStage any
	Stack           awscdk.Stack // nil if the construct is in none
	// What is known of where the stack will be, or tokens.
	Account, Region, Partition string
}

// PlaceOf returns the place of a construct.
func PlaceOf(scope constructs.Construct, id string) Place {
	var found []any
	invoke("place", &found, scope, id)
	p := Place{Root: found[0].(constructs.Construct), AtRoot: found[1]}
	p.Stage, p.AtStage = p.Root, p.AtRoot
	if stage, ok := found[2].(constructs.Construct); ok {
		p.Stage, p.AtStage = stage, found[3]
	}
	if len(found) > 4 {
		p.Stack = found[4].(awscdk.Stack)
		p.Account, p.Region, p.Partition = found[5].(string), found[6].(string), found[7].(string)
	}
	return p
}

// An Attendant takes part in the synthesis of its app.
type Attendant interface {
	constructs.Construct
	awscdk.IAspect
	constructs.IValidation
}

// Attend makes the construct an aspect of itself, and has it validate itself if it complains, or if a queue that it watches
// may have been given an AWS managed key.
func Attend(c Attendant) { invokeVoid("attend", c) }

// Watch has the attendant watch a queue that belongs to the owner.
func Watch(c Attendant, owner constructs.Construct, queue awssqs.Queue) {
	invokeVoid("watch", c, owner, queue)
}

// Complain says that the attendant has something to say when it is validated.
func Complain(c Attendant) { invokeVoid("complain", c) }

// A MasterKey is the KmsMasterKeyId that the template will have for an owner's queue, however it was set, an override of
// the resource's property included. ID is "" where there is none, or a token.
type MasterKey struct {
	Owner constructs.Construct
	ID    string
}

// MasterKeys returns those of the watched queues, in their order.
func MasterKeys(c Attendant) []MasterKey {
	var found []any
	invoke("masterKeys", &found, c)
	var keys []MasterKey
	for pair := range slices.Chunk(found, 2) {
		keys = append(keys, MasterKey{pair[0].(constructs.Construct), pair[1].(string)})
	}
	return keys
}

// NewTopic makes the topic "Resource", and returns its ARN, a token, too.
func NewTopic(scope constructs.Construct, props *awssns.TopicProps) (topic awssns.Topic, arn string) {
	var made []any
	invoke("topic", &made, scope, props)
	return made[0].(awssns.Topic), made[1].(string)
}

// A Made queue comes with its ARN, a token.
type Made struct {
	Queue awssqs.Queue
	ARN   string
}

// A DeadLetterQueue is to be made.
type DeadLetterQueue struct {
	Props           *awssqs.QueueProps
	MaxReceiveCount float64
}

// A Subscription of a queue is to be made, with the statements of the queue's policy that it waits for. They are as the CDK
// reads them from JSON.
type Subscription struct {
	Statements []any
	ID         string
	Props      *awssns.CfnSubscriptionProps
}

// NewQueue makes the queue "Resource", and before it the queue "DeadLetterQueue" if there is to be one. It subscribes the
// queue if there is a first subscription; the queue's ARN is its endpoint and the resource of its statements, whatever they
// say. The attendant watches the queue, its owner is the scope.
func NewQueue(c Attendant, scope constructs.Construct, props *awssqs.QueueProps, d *DeadLetterQueue, first *Subscription) (queue, dead Made) {
	args := []any{c, scope, props, nil, nil, nil, nil, nil}
	if d != nil {
		args[3], args[4] = d.Props, d.MaxReceiveCount
	}
	if first != nil {
		args[5], args[6], args[7] = first.Statements, first.ID, first.Props
	}
	var made []any
	invoke("queue", &made, args...)
	queue = Made{made[0].(awssqs.Queue), made[1].(string)}
	if d != nil {
		dead = Made{made[2].(awssqs.Queue), made[3].(string)}
	}
	return queue, dead
}

// Subscribe makes a subscription of the queue in the scope, after the queue's policy.
func Subscribe(queue awssqs.Queue, scope constructs.Construct, s Subscription) {
	invokeVoid("subscribe", queue, s.Statements, scope, s.ID, s.Props)
}

// Statements returns the statements that the subscriptions of the queue added to its policy.
func Statements(queue awssqs.Queue) []awsiam.PolicyStatement {
	var all []awsiam.PolicyStatement
	invoke("statements", &all, queue)
	return all
}

func invoke(method string, result any, args ...any) {
	load()
	runtime.StaticInvoke(class, method, args, result)
}

func invokeVoid(method string, args ...any) {
	load()
	runtime.StaticInvokeVoid(class, method, args)
}
