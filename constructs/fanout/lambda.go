package fanout

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/hopgrant/hopgrant/policygen"
)

// LambdaConsumerProps are the properties of a Lambda function's event source mapping.
type LambdaConsumerProps struct {
	// BatchSize is how many messages an invocation gets at most: up to 10, with MaxBatchingWindow and a standard queue up
	// to 10,000. Default: 10.
	BatchSize float64
	// MaxBatchingWindow is how long messages are gathered for a batch, in whole seconds up to 300; of standard queues only.
	// Default: not at all.
	MaxBatchingWindow awscdk.Duration
	// MaxConcurrency is how many invocations run at most for this queue, 2 to 1000. Default: no limit.
	MaxConcurrency float64
	// WholeBatches leaves partial batch responses off: when the function fails, or returns what did not work, the whole
	// batch becomes visible again. Default: false, the function returns batchItemFailures.
	WholeBatches bool
	// Filters are patterns of messages that the function is invoked for, as Lambda reads them. Messages that match none are
	// deleted. Default: all.
	Filters []map[string]any
	// Disabled makes the mapping without starting it. Default: false.
	Disabled bool
}

// lambdaVisibility is how many times the function's timeout AWS advises for the queue's visibility timeout, so that a
// throttled batch is tried again before others get it.
//
// [Configuring visibility timeout]
//
// [Configuring visibility timeout]: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
const lambdaVisibility = 6

// AddLambdaConsumer lets a function consume the queue: an event source mapping, and what it needs in the policy of the
// function's execution role.
//
// The visibility timeout of a queue that leaves it open is raised to six times the function's timeout; one that is set and
// shorter is reported by a warning, and one that is shorter than the function's timeout is refused, as Lambda does.
//
// The id is the mapping's: within the queue, or within the function where that is in another stack.
func (q *Queue) AddLambdaConsumer(id *string, function awslambda.IFunction, props *LambdaConsumerProps) awslambda.CfnEventSourceMapping {
	p := value(props)
	refuse(q, p.check(q.at.fifo))
	q.makeVisible(function)
	grant := q.consume(function, ConsumeProps{}, policygen.LambdaTrigger)

	var scope constructs.Construct = q
	if f, ok := function.(constructs.Construct); ok && q.l.envOf(function).stack != q.env.stack {
		scope = f // whose stack refers to the queue's already
	}
	cfn := &awslambda.CfnEventSourceMappingProps{EventSourceArn: jsii.String(q.at.party.token()), FunctionName: function.FunctionName()}
	if p.BatchSize != 0 {
		cfn.BatchSize = jsii.Number(p.BatchSize)
	}
	if p.MaxBatchingWindow != nil {
		cfn.MaximumBatchingWindowInSeconds = p.MaxBatchingWindow.ToSeconds(nil)
	}
	if p.MaxConcurrency != 0 {
		cfn.ScalingConfig = map[string]any{"maximumConcurrency": p.MaxConcurrency}
	}
	if !p.WholeBatches {
		cfn.FunctionResponseTypes = jsii.Strings("ReportBatchItemFailures")
	}
	if len(p.Filters) > 0 {
		filters := make([]map[string]any, len(p.Filters))
		for i, f := range p.Filters {
			filters[i] = map[string]any{"pattern": *q.env.stack.ToJsonString(f, nil)}
		}
		cfn.FilterCriteria = map[string]any{"filters": filters}
	}
	if p.Disabled {
		cfn.Enabled = jsii.Bool(false)
	}
	mapping := awslambda.NewCfnEventSourceMapping(scope, id, cfn)
	// Lambda refuses the mapping while the role lacks the permissions.
	grant.ApplyBefore(mapping)
	return mapping
}

func (p *LambdaConsumerProps) check(fifo bool) error {
	whole := func(f float64) bool { return f == float64(int(f)) }
	window := p.MaxBatchingWindow != nil
	most := 10.0
	if window && !fifo {
		most = 10000
	}
	switch {
	case p.BatchSize < 0 || p.BatchSize > most || !whole(p.BatchSize):
		return bad("batch size", trimmed(p.BatchSize), "out of range", "a whole number from 1 to "+trimmed(most), "more than 10 need a standard queue and a MaxBatchingWindow")
	case window && fifo:
		return bad("max batching window", "", "the queue is FIFO", "none", "")
	case p.MaxConcurrency != 0 && (p.MaxConcurrency < 2 || p.MaxConcurrency > 1000 || !whole(p.MaxConcurrency)):
		return bad("max concurrency", trimmed(p.MaxConcurrency), "out of range", "a whole number from 2 to 1000", "")
	}
	return nil
}

// makeVisible sees to it that messages stay invisible for as long as the function may need.
func (q *Queue) makeVisible(function awslambda.IFunction) {
	f, ok := function.(awslambda.Function)
	if !ok || q.l2 == nil {
		return
	}
	timeout := 3.0 // Lambda's default
	if d := f.Timeout(); d != nil {
		if value(d.IsUnresolved()) {
			return
		}
		timeout = *d.ToSeconds(nil)
	}
	want := lambdaVisibility * timeout
	if q.chosen == nil {
		if want > max(30, q.raised) {
			q.raised = want
			cfn(q.l2).SetVisibilityTimeout(jsii.Number(want))
		}
		return
	}
	seconds := cfn(q.l2).VisibilityTimeout()
	have := 30.0 // SQS's default
	if seconds != nil {
		have = *seconds
	}
	switch {
	case have < timeout:
		refuse(q, bad("visibility timeout", trimmed(have)+" s", "it is shorter than the timeout of function "+*function.Node().Path()+", "+trimmed(timeout)+" s",
			"at least "+trimmed(want)+" s", "Lambda refuses such a queue"))
	case have < want:
		warn(q, "@hopgrant/fanout:visibilityTimeout",
			"visibility timeout "+trimmed(have)+" s: it is less than six times the timeout of function "+*function.Node().Path()+", want at least "+trimmed(want)+" s")
	}
}
