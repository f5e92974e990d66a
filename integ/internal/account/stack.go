package account

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/smithy-go"
)

// A Stack is a deployed template.
type Stack struct {
	Clients *Clients
	Name    string
	// Physical holds the physical ids of the resources by logical id: the URL of a queue, the ARN of a topic, the id of a key.
	Physical map[string]string
	// Types holds the types of the resources by logical id.
	Types map[string]string
}

// A DeployError says that a stack could not be created. Whatever was created of it has been deleted again.
type DeployError struct {
	Stack, Status string
	Reasons       []string // what CloudFormation said about the resources that failed
}

func (e *DeployError) Error() string {
	return fmt.Sprintf("stack %q: got %s, want CREATE_COMPLETE: %s", e.Stack, e.Status, strings.Join(e.Reasons, "; "))
}

// Deploy creates a stack and waits until it is complete. If creation fails or the context ends, it deletes the stack,
// and the error is a [*DeployError] or the context's, joined with any error of the deletion.
func (c *Clients) Deploy(ctx context.Context, name string, template []byte, parameters map[string]string) (*Stack, error) {
	in := &cloudformation.CreateStackInput{
		StackName:    aws.String(name),
		TemplateBody: aws.String(string(template)),
		Capabilities: []types.Capability{types.CapabilityCapabilityIam, types.CapabilityCapabilityNamedIam},
		OnFailure:    types.OnFailureDelete,
	}
	for k, v := range parameters {
		in.Parameters = append(in.Parameters, types.Parameter{ParameterKey: aws.String(k), ParameterValue: aws.String(v)})
	}
	s := &Stack{Clients: c, Name: name}
	// The end of ctx must not interrupt the call: nobody would know whether there is a stack to delete.
	if _, err := c.CloudFormation.CreateStack(context.WithoutCancel(ctx), in); err != nil {
		return nil, errors.Join(fmt.Errorf("stack %q: %w", name, err), s.CleanUp(ctx))
	}
	if err := s.await(ctx); err != nil {
		return nil, errors.Join(err, s.CleanUp(ctx))
	}
	return s, nil
}

// FindStack returns a stack that something else deployed, such as the CDK's command line.
func (c *Clients) FindStack(ctx context.Context, name string) (*Stack, error) {
	s := &Stack{Clients: c, Name: name}
	return s, s.await(ctx)
}

// ReadStack returns a stack in any state, with the resources that it has.
func (c *Clients) ReadStack(ctx context.Context, name string) (*Stack, error) {
	s := &Stack{Clients: c, Name: name}
	if err := s.readResources(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// await waits for the end of the stack's creation and reads its resources.
func (s *Stack) await(ctx context.Context) error {
	for {
		out, err := s.Clients.CloudFormation.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: aws.String(s.Name)})
		if err != nil {
			return fmt.Errorf("stack %q: %w", s.Name, err)
		}
		switch status := out.Stacks[0].StackStatus; {
		case status == types.StackStatusCreateComplete || status == types.StackStatusUpdateComplete:
			return s.readResources(ctx)
		case strings.HasSuffix(string(status), "_IN_PROGRESS"):
		default:
			reasons, err := s.failures(ctx)
			if r := aws.ToString(out.Stacks[0].StackStatusReason); r != "" {
				reasons = append(reasons, r)
			}
			return errors.Join(&DeployError{Stack: s.Name, Status: string(status), Reasons: reasons}, err)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("stack %q: %w", s.Name, ctx.Err())
		case <-time.After(200 * time.Millisecond):
		}
	}
}

func (s *Stack) failures(ctx context.Context) ([]string, error) {
	var reasons []string
	pages := cloudformation.NewDescribeStackEventsPaginator(s.Clients.CloudFormation, &cloudformation.DescribeStackEventsInput{StackName: aws.String(s.Name)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return reasons, fmt.Errorf("events of stack %q: %w", s.Name, err)
		}
		for _, e := range page.StackEvents {
			if e.ResourceStatus == types.ResourceStatusCreateFailed {
				reasons = append(reasons, aws.ToString(e.LogicalResourceId)+": "+aws.ToString(e.ResourceStatusReason))
			}
		}
	}
	return reasons, nil
}

func (s *Stack) readResources(ctx context.Context) error {
	s.Physical, s.Types = map[string]string{}, map[string]string{}
	pages := cloudformation.NewListStackResourcesPaginator(s.Clients.CloudFormation, &cloudformation.ListStackResourcesInput{StackName: aws.String(s.Name)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("resources of stack %q: %w", s.Name, err)
		}
		for _, r := range page.StackResourceSummaries {
			id := aws.ToString(r.LogicalResourceId)
			s.Physical[id] = aws.ToString(r.PhysicalResourceId)
			s.Types[id] = aws.ToString(r.ResourceType)
		}
	}
	return nil
}

// deleteTimeout limits the deletion of a stack.
const deleteTimeout = 5 * time.Minute

// Delete deletes the stack and waits until it is gone. It succeeds if the stack does not exist.
func (s *Stack) Delete(ctx context.Context) error {
	name := aws.String(s.Name)
	fail := func(err error) error { return fmt.Errorf("delete stack %q: %w", s.Name, err) }
	for {
		out, err := s.Clients.CloudFormation.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: name})
		if err != nil {
			if stackGone(err) {
				return nil
			}
			return fail(err)
		}
		switch out.Stacks[0].StackStatus {
		case types.StackStatusDeleteComplete:
			return nil
		case types.StackStatusDeleteFailed:
			return fail(errors.New(aws.ToString(out.Stacks[0].StackStatusReason)))
		case types.StackStatusDeleteInProgress:
		default:
			if _, err := s.Clients.CloudFormation.DeleteStack(ctx, &cloudformation.DeleteStackInput{StackName: name}); err != nil {
				return fail(err)
			}
		}
		select {
		case <-ctx.Done():
			return fail(ctx.Err())
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// CleanUp deletes a stack after a failure, even if the context has ended.
func (s *Stack) CleanUp(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), deleteTimeout)
	defer cancel()
	return s.Delete(ctx)
}

// stackGone reports whether the error says that there is no such stack.
func stackGone(err error) bool {
	var api smithy.APIError
	return errors.As(err, &api) && api.ErrorCode() == "ValidationError" && strings.Contains(api.ErrorMessage(), "does not exist")
}
