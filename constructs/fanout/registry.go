package fanout

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/hopgrant/hopgrant/internal/region"
	"github.com/hopgrant/hopgrant/internal/text"
)

// A registry holds what the fan-outs of one stage share: the policies of topics, queues and keys. A queue or key has one
// policy, to which several fan-outs may contribute, so each is written once, when the stage is synthesized.
//
// It is a construct because the tree is the one place that all fan-outs of a stage share. It makes no resource.
type registry struct {
	constructs.Construct

	app       *registry         // the app's
	stages    []*registry       // all of them; kept by the app's
	resources []*resource       // in the order in which they were first used
	ends      map[any]*end      // by topic or queue
	keys      map[any]*resource // by key or alias
	envs      map[any]*env      // by stack
	lacking   []PendingDocument // what identity policies lack
	acked     map[string]bool   // kept by the app's
	fortnight awscdk.Duration   // how long dead letters are kept, made once
}

const registryID = "HopgrantFanouts"

// registryOf returns the registry of the stage that the construct is in, or of the tree if it is in none, as the stack of a
// test.
func registryOf(c constructs.IConstruct) *registry {
	stage := awscdk.Stage_Of(c)
	var scope constructs.Construct = stage
	if stage == nil {
		scope = c.Node().Root().(constructs.Construct)
	}
	if r, ok := scope.Node().TryFindChild(jsii.String(registryID)).(*registry); ok {
		return r
	}
	r := &registry{ends: map[any]*end{}, keys: map[any]*resource{}, envs: map[any]*env{}, acked: map[string]bool{}, fortnight: awscdk.Duration_Days(jsii.Number(14))}
	r.app = r
	if stage != nil && stage.ParentStage() != nil {
		r.app = registryOf(stage.ParentStage()).app
	}
	r.app.stages = append(r.app.stages, r)
	constructs.NewConstruct_Override(r, scope, jsii.String(registryID))
	awscdk.Aspects_Of(r).Add(r, nil)
	return r
}

// Visit writes the policies. As an aspect of itself alone, the registry is visited once in a synthesis, before the CDK
// resolves references between stacks.
func (r *registry) Visit(constructs.IConstruct) {
	r.grantUnasked()
	for _, p := range r.resources {
		p.write()
	}
	r.report()
}

// An env is where a stack's resources will be: tokens for what is not known before deployment.
type env struct {
	stack                      awscdk.Stack
	account, region, partition string
}

// envOf returns the environment of a construct's stack. It panics as the CDK does if the construct is in none.
func (r *registry) envOf(c constructs.IConstruct) env {
	stack := awscdk.Stack_Of(c)
	e, ok := r.envs[stack]
	if !ok {
		e = &env{stack: stack, account: *stack.Account(), region: *stack.Region()}
		if text.Unresolved(e.region) {
			e.partition = *stack.Partition()
		} else {
			e.partition = region.Partition(e.region) // with and without the CDK's feature flag for it
		}
		r.envs[stack] = e
	}
	return *e
}

// whereIs returns the environment of a resource. That of an imported one may be another than its construct's.
func (r *registry) whereIs(c awscdk.IResource) env {
	e := r.envOf(c)
	if at := c.Env(); at != nil {
		e.account, e.region = value(at.Account), value(at.Region)
	}
	return e
}

// arn returns the ARN of a service's resource in the environment.
func (e *env) arn(service, name string) string {
	return "arn:" + e.partition + ":" + service + ":" + e.region + ":" + e.account + ":" + name
}

// outermost returns the stack that a stack is nested in, however deep, whose name begins the names that CloudFormation makes,
// and whether it is nested at all.
func outermost(stack awscdk.Stack) (outer awscdk.Stack, nested bool) {
	for outer = stack; outer.NestedStackParent() != nil; nested = true {
		outer = outer.NestedStackParent()
	}
	return outer, nested
}
