package account

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go/middleware"
	"golang.org/x/time/rate"
)

// A guard stands before every request of one account in one Region: it refuses calls that are not in operations, keeps
// their pace, and makes none once the credentials or the Region turned out to be of no use.
type guard struct {
	tally  *tally
	limits map[string]*rate.Limiter // by service and name of the operation
	// stopped is why no call is made any more.
	stopped atomic.Pointer[stopped]
}

// A tally counts requests, over all accounts and Regions.
type tally struct{ calls, throttled atomic.Int64 }

// A stopped error says why no further call is made.
type stopped struct {
	reason string
	err    error
	// region is set if nothing can be read of the Region.
	region bool
}

func (s *stopped) Error() string { return s.reason }
func (s *stopped) Unwrap() error { return s.err }

// A refusedError is the answer to a call that is not in the table.
type refusedError struct{ service, name string }

func (e *refusedError) Error() string {
	return fmt.Sprintf("operation %s:%s: not one that reading an account makes, so that it was not sent", e.service, e.name)
}

func newGuard(t *tally) *guard {
	g := &guard{tally: t, limits: map[string]*rate.Limiter{}}
	for _, o := range operations {
		g.limits[o.Service+" "+o.Name] = rate.NewLimiter(rate.Limit(o.Rate), 1)
	}
	return g
}

// config returns cfg for a Region, with the guard before every request.
func (g *guard) config(cfg aws.Config, region string) aws.Config {
	cfg = cfg.Copy()
	cfg.Region = region
	cfg.APIOptions = append(cfg.APIOptions[:len(cfg.APIOptions):len(cfg.APIOptions)], g.add)
	return cfg
}

// add puts the guard into the stack of an operation: before everything, and once more for each attempt of a request.
func (g *guard) add(stack *middleware.Stack) error {
	admit := middleware.InitializeMiddlewareFunc("hopgrantAdmit", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
		service, name := awsmiddleware.GetServiceID(ctx), awsmiddleware.GetOperationName(ctx)
		if _, known := operationOf(service, name); !known {
			return middleware.InitializeOutput{}, middleware.Metadata{}, &refusedError{service, name}
		}
		if s := g.stopped.Load(); s != nil {
			return middleware.InitializeOutput{}, middleware.Metadata{}, s
		}
		out, metadata, err := next.HandleInitialize(ctx, in)
		if s := stops(err, service); s != nil {
			g.stopped.CompareAndSwap(nil, s)
			err = s
		}
		return out, metadata, err
	})
	pace := middleware.FinalizeMiddlewareFunc("hopgrantPace", func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
		limit := g.limits[awsmiddleware.GetServiceID(ctx)+" "+awsmiddleware.GetOperationName(ctx)]
		if err := wait(ctx, limit); err != nil {
			return middleware.FinalizeOutput{}, middleware.Metadata{}, err
		}
		g.tally.calls.Add(1)
		out, metadata, err := next.HandleFinalize(ctx, in)
		if err != nil && throttles.IsErrorThrottle(err) == aws.TrueTernary {
			g.tally.throttled.Add(1)
		}
		return out, metadata, err
	})
	if err := stack.Initialize.Add(admit, middleware.After); err != nil {
		return err
	}
	return stack.Finalize.Insert(pace, "Retry", middleware.After)
}

// wait waits for the limit, or until ctx ends. [rate.Limiter.Wait] would fail at once if ctx ends first, and a reading would be
// interrupted before its time.
func wait(ctx context.Context, limit *rate.Limiter) error {
	r := limit.Reserve()
	turn := time.NewTimer(r.Delay())
	defer turn.Stop()
	select {
	case <-turn.C:
		return nil
	case <-ctx.Done():
		r.Cancel()
		return ctx.Err()
	}
}

var throttles = retry.IsErrorThrottles(retry.DefaultThrottles)
