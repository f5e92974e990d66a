package fanout

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
)

// lambdaVisibility is how many times the function's timeout AWS advises for the queue's visibility timeout, so that a
// throttled batch is tried again before others get it.
//
// [Configuring visibility timeout]
//
// [Configuring visibility timeout]: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
const lambdaVisibility = 6

// makeVisible sees to it that messages stay invisible for as long as the function may need.
func (q *Queue) makeVisible(function awslambda.IFunction) {
	f, ok := function.(awslambda.Function)
	if !ok {
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
	if !q.chosen {
		if want > max(30, q.raised) {
			q.raised = want
			cfn(q).SetVisibilityTimeout(jsii.Number(want))
		}
		return
	}
	have := value(cfn(q).VisibilityTimeout())
	switch {
	case have < timeout:
		refuse(q, bad("visibility timeout", trimmed(have)+" s", "it is shorter than the timeout of function "+*function.Node().Path()+", "+trimmed(timeout)+" s",
			"at least "+trimmed(want)+" s", "Lambda refuses such a queue"))
	case have < want:
		warn(q, "@hopgrant/fanout:visibilityTimeout",
			"visibility timeout "+trimmed(have)+" s: it is less than six times the timeout of function "+*function.Node().Path()+", want at least "+trimmed(want)+" s")
	}
}
