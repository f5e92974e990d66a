package account

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	organizationtypes "github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	tagtypes "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/types"
	"github.com/hopgrant/hopgrant/internal/live"
)

// Cloud is the cloud, for tests of packages that import this one.
type Cloud = cloud

// Read and Members ask the cloud as [Read] and [Members] ask AWS.
func (c *cloud) Read(ctx context.Context, o Options) (*live.Snapshot, error) {
	return read(ctx, o, c.config())
}
func (c *cloud) Members(ctx context.Context, o Options) ([]Member, error) {
	return members(ctx, o, c.config())
}

// Fault sets what may fail a call.
func (c *cloud) Fault(f func(account, region, operation, resource string) error) {
	c.fault = func(one call) error { return f(one.account, one.region, one.operation, resourceOf(one)) }
}

// Calls counts the calls of an operation by "ACCOUNT/REGION".
func (c *cloud) Calls(operation string) map[string]int {
	counts := map[string]int{}
	for _, one := range c.calls {
		if one.operation == operation {
			counts[one.account+"/"+one.region]++
		}
	}
	return counts
}

// APIError is an answer of AWS's.
func APIError(code, message string) error { return apiError(code, message) }

// NewOrganization returns a cloud of accounts with the same in each Region: a topic that delivers to a queue of its account and to
// one of the next account. The queues of closed accounts do not admit the topics of others. The owner of queues is the account's team.
func NewOrganization(accounts, regions []string, closed map[string]bool) *Cloud {
	e := &estate{topics: map[string]map[string]string{}, queues: map[string]map[string]string{}, pageSize: 100}
	for i, account := range accounts {
		before := accounts[(i+len(accounts)-1)%len(accounts)]
		for _, region := range regions {
			topic := func(account string) string {
				return strings.Join([]string{"arn:aws:sns", region, account, "sales"}, ":")
			}
			queue := func(account, name string) string {
				return strings.Join([]string{"arn:aws:sqs", region, account, name}, ":")
			}
			admit := func(queue, topic string) map[string]string {
				return map[string]string{"QueueArn": queue, "SqsManagedSseEnabled": "true", "ApproximateNumberOfMessages": "0", "Policy": fmt.Sprintf(
					`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"sqs:SendMessage","Resource":%q,"Condition":{"ArnEquals":{"aws:SourceArn":%q}}}]}`, queue, topic)}
			}
			e.topics[topic(account)] = map[string]string{"TopicArn": topic(account), "Policy": fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::%s:root"},"Action":"sns:Publish","Resource":%q}]}`, account, topic(account))}
			own, theirs := queue(account, "own"), queue(account, "theirs")
			e.queues[own], e.queues[theirs] = admit(own, topic(account)), admit(theirs, topic(before))
			if closed[account] {
				e.queues[theirs] = admit(theirs, topic(account))
			}
			e.subscribe(topic(account), own, nil)
			e.subscribe(topic(before), theirs, nil)
		}
	}
	c := e.cloud()
	answerNothing(c)
	answerOwners(c, func(at place) []string { return here(e.queues, at) })
	answer(c, "Organizations ListAccounts", func(_ place, in *organizations.ListAccountsInput) (*organizations.ListAccountsOutput, error) {
		some, next := part(append(accounts, "999999999999"), in.NextToken, 20)
		out := &organizations.ListAccountsOutput{NextToken: next}
		for _, id := range some {
			state := organizationtypes.AccountStateActive
			if id == "999999999999" {
				state = organizationtypes.AccountStateSuspended
			}
			out.Accounts = append(out.Accounts, organizationtypes.Account{Id: &id, State: state})
		}
		return out, nil
	})
	return c
}

// answerOwners answers with tags of resources: the last digit of the account is its team.
func answerOwners(c *cloud, arns func(place) []string) {
	answer(c, "Resource Groups Tagging API GetResources", func(at place, in *resourcegroupstaggingapi.GetResourcesInput) (*resourcegroupstaggingapi.GetResourcesOutput, error) {
		some, next := part(arns(at), in.PaginationToken, 100)
		if next == nil {
			next = aws.String("") // as AWS ends
		}
		out := &resourcegroupstaggingapi.GetResourcesOutput{PaginationToken: next}
		for _, arn := range some {
			out.ResourceTagMappingList = append(out.ResourceTagMappingList, tagtypes.ResourceTagMapping{ResourceARN: &arn, Tags: []tagtypes.Tag{
				{Key: aws.String("cost"), Value: aws.String("center")}, {Key: in.TagFilters[0].Key, Value: aws.String("team-" + at.account[11:])}}})
		}
		return out, nil
	})
}
