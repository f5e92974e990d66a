package account

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/hopgrant/hopgrant/internal/live"
)

const (
	home  = "111122223333"
	other = "444455556666"
	east  = "us-east-1"
	west  = "us-west-2"
)

// A call is one attempt of a request that reached the cloud.
type call struct {
	place
	service, operation string
	input              any
	at                 time.Time
}

// A cloud answers the SDK's clients from memory, after they have built, signed and paced their requests. An access key is the
// number of its account.
type cloud struct {
	// answers has what each operation answers in each account and Region, by "SERVICE OPERATION". What has no answer is AccessDenied, so that
	// a test sees every call that it did not think of.
	answers map[string]func(at place, in any) (any, error)
	// fault may fail a call instead. It is asked about one call at a time.
	fault func(c call) error

	mu    sync.Mutex
	calls []call
}

type inputKey struct{}

func (c *cloud) config() aws.Config {
	return aws.Config{
		Region:      east,
		Credentials: credentials.NewStaticCredentialsProvider(home, "secret", ""),
		// The adaptive mode waits in steps that may round to nothing, and then for ever in a bubble's time.
		Retryer: func() aws.Retryer {
			return retry.NewStandard(func(s *retry.StandardOptions) { s.MaxAttempts = attempts })
		},
		APIOptions: []func(*middleware.Stack) error{c.add},
	}
}

func (c *cloud) add(stack *middleware.Stack) error {
	keep := middleware.InitializeMiddlewareFunc("keepInput", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
		return next.HandleInitialize(middleware.WithStackValue(ctx, inputKey{}, in.Parameters), in)
	})
	answer := middleware.DeserializeMiddlewareFunc("cloud", func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (out middleware.DeserializeOutput, metadata middleware.Metadata, err error) {
		out.Result, err = c.answer(ctx, in.Request.(*smithyhttp.Request))
		return out, metadata, err
	})
	if err := stack.Initialize.Add(keep, middleware.Before); err != nil {
		return err
	}
	return stack.Deserialize.Add(answer, middleware.Before)
}

func (c *cloud) answer(ctx context.Context, r *smithyhttp.Request) (any, error) {
	_, scope, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	credential := strings.Split(scope, "/")
	one := call{
		place: place{credential[0], awsmiddleware.GetRegion(ctx)}, service: awsmiddleware.GetServiceID(ctx), operation: awsmiddleware.GetOperationName(ctx),
		input: middleware.GetStackValue(ctx, inputKey{}), at: time.Now(),
	}
	if err := c.take(one); err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	f := c.answers[one.service+" "+one.operation]
	if f == nil {
		return nil, &smithy.GenericAPIError{Code: "AccessDeniedException", Message: "the test has no answer"}
	}
	return f(one.place, one.input)
}

// take notes a call, and returns how it fails.
func (c *cloud) take(one call) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls = append(c.calls, one)
	if c.fault == nil {
		return nil
	}
	return c.fault(one)
}

// answer lets an operation answer with what f returns.
func answer[In, Out any](c *cloud, operation string, f func(at place, in *In) (*Out, error)) {
	if c.answers == nil {
		c.answers = map[string]func(place, any) (any, error){}
	}
	c.answers[operation] = func(at place, in any) (any, error) {
		out, err := f(at, in.(*In))
		if err != nil {
			return nil, err
		}
		return out, nil
	}
}

// count returns how often an operation was called.
func (c *cloud) count(operation string) int {
	n := 0
	for _, one := range c.calls {
		if one.operation == operation {
			n++
		}
	}
	return n
}

// read reads the cloud with the options, in a time that passes only when everybody waits.
func (c *cloud) read(t *testing.T, o Options) *live.Snapshot {
	t.Helper()
	s, err := c.try(t, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (c *cloud) try(t *testing.T, o Options) (s *live.Snapshot, err error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { s, err = read(t.Context(), o, c.config()) })
	return s, err
}

// apiError is an answer of AWS's.
func apiError(code, message string) error {
	return &smithy.GenericAPIError{Code: code, Message: message}
}

// scopeAt returns what was read of a place.
func scopeAt(t *testing.T, s *live.Snapshot, account, region string) live.Scope {
	t.Helper()
	for _, scope := range s.Scopes {
		if scope.Account == account && scope.Region == region {
			return scope
		}
	}
	t.Fatalf("the snapshot has no scope of account %s and Region %q", account, region)
	return live.Scope{}
}

// resources returns the properties of resources as "TYPE ID PROPERTIES".
func resources(s live.Scope, types ...string) []string {
	var lines []string
	for _, r := range s.Resources {
		if len(types) == 0 || slices.Contains(types, r.Type) {
			lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", r.Type, r.ID, r.Properties, attributesOf(r))))
		}
	}
	return lines
}

func attributesOf(r live.Resource) string {
	if len(r.Attributes) == 0 {
		return ""
	}
	return fmt.Sprint(r.Attributes)
}

// resourceOf returns the ARN that IAM authorizes a call on.
func resourceOf(c call) string {
	in := reflect.ValueOf(c.input).Elem()
	field := func(name string) string {
		f := in.FieldByName(name)
		if !f.IsValid() || f.IsNil() {
			return ""
		}
		return f.Elem().String()
	}
	arn := func(service, resource string) string {
		return strings.Join([]string{"arn", "aws", service, c.region, c.account, resource}, ":")
	}
	switch c.operation {
	case "GetTopicAttributes", "ListSubscriptionsByTopic":
		return field("TopicArn")
	case "GetQueueUrl":
		return arn("sqs", field("QueueName"))
	case "GetQueueAttributes", "ListDeadLetterSourceQueues":
		return queueAt(field("QueueUrl"), "aws", c.region)
	case "DescribeKey", "GetKeyPolicy", "ListGrants":
		return field("KeyId")
	case "ListFunctionEventInvokeConfigs":
		return arn("lambda", "function:"+field("FunctionName"))
	case "DescribeEventBus":
		return arn("events", "event-bus/"+field("Name"))
	case "ListTargetsByRule":
		return arn("events", "rule/"+field("Rule"))
	case "GetBucketNotificationConfiguration":
		return "arn:aws:s3:::" + field("Bucket")
	case "DescribePipe":
		return arn("pipes", "pipe/"+field("Name"))
	case "GetSchedule":
		return arn("scheduler", "schedule/"+field("GroupName")+"/"+field("Name"))
	case "DescribeAlarms":
		return arn("cloudwatch", "alarm:*")
	case "FilterLogEvents":
		return arn("logs", "log-group:"+field("LogGroupName"))
	case "AssumeRole":
		return field("RoleArn")
	}
	return "*"
}
