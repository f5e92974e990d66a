package account

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
)

// code returns AWS's code of an error, or an empty string if AWS did not answer.
func code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

// gone reports whether AWS says that what was asked for does not exist.
func gone(err error) bool {
	switch code(err) {
	case "NotFound", "NotFoundException", "ResourceNotFound", "ResourceNotFoundException", "NoSuchBucket", "NoSuchEntity",
		"QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue":
		return true
	}
	return false
}

// stops returns why no further call can succeed after err, or nil if one may.
func stops(err error, service string) *stopped {
	switch c := code(err); c {
	case "ExpiredToken", "ExpiredTokenException":
		return &stopped{reason: c + ": the credentials expired during the read", err: err}
	case "UnrecognizedClientException", "InvalidClientTokenId", "OptInRequired":
		// The credentials are known in the Region where they were first asked for.
		return &stopped{reason: c + ": the Region is not enabled for the account, or does not know the credentials", err: err, region: true}
	}
	if err != nil && strings.Contains(err.Error(), "failed to refresh cached credentials") {
		return &stopped{reason: "no credentials: " + reason(err), err: err}
	}
	var dns *net.DNSError
	if errors.As(err, &dns) && dns.IsNotFound && (service == "SNS" || service == "SQS") {
		return &stopped{reason: fmt.Sprintf("no such host %q: the Region does not exist, or is not reachable from here", dns.Name), err: err, region: true}
	}
	return nil
}

// staleToken reports whether err may be because the token of a further page has expired. The services have no common code for it.
func staleToken(err error) bool {
	c := code(err)
	return c != "InvalidClientTokenId" && (strings.Contains(c, "Invalid") || strings.Contains(c, "Validation"))
}

// reason returns what AWS answered in one line: code and message, or why there was no answer.
func reason(err error) string {
	var s *stopped
	if errors.As(err, &s) {
		return s.reason
	}
	var api smithy.APIError
	if errors.As(err, &api) {
		return strings.Join(strings.Fields(api.ErrorCode()+": "+api.ErrorMessage()), " ")
	}
	var operation *smithy.OperationError
	if errors.As(err, &operation) {
		err = operation.Err
	}
	var tried *retry.MaxAttemptsError
	if errors.As(err, &tried) {
		err = tried.Err
	}
	return "no answer: " + strings.Join(strings.Fields(err.Error()), " ")
}

// operationIn returns the call that failed, such as "sns:ListTopics", and what it was made for.
func operationIn(err error) (string, purpose) {
	var failed *smithy.OperationError
	if !errors.As(err, &failed) {
		return "", ""
	}
	o, _ := operationOf(failed.Service(), failed.Operation())
	if o.Action == "" {
		return strings.ToLower(failed.Service()) + ":" + failed.Operation(), o.For
	}
	return o.Action, o.For
}

// interrupted reports whether err is only that the caller has ended the reading.
func interrupted(ctx context.Context, err error) bool {
	return ctx.Err() != nil && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded))
}
