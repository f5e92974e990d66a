package account

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/google/go-cmp/cmp"
	"github.com/hopgrant/hopgrant/internal/live"
)

// failing lets one operation fail on one resource, or on all if that is empty.
func failing(operation, resource string, err error) func(call) error {
	return func(c call) error {
		if c.operation == operation && (resource == "" || resource == resourceOf(c)) {
			return err
		}
		return nil
	}
}

// TestFaults lets one kind of call fail at a time: that is a gap, what is not there is none, and everything else is read.
func TestFaults(t *testing.T) {
	denied := apiError("AccessDenied", "User: arn:aws:sts::111122223333:assumed-role/reader/me is not authorized to perform: it")
	for _, test := range []struct {
		reason  string
		fault   func(call) error
		gaps    []string // OPERATION RESOURCE REASON
		without []string // the ids of resources that are not read
		missing []string
	}{
		{reason: "a queue's attributes are denied", fault: failing("GetQueueAttributes", billing, denied),
			gaps: []string{"sqs:GetQueueAttributes " + billing + " AccessDenied: User:"}, without: []string{billing}},
		{reason: "subscriptions of a topic are denied: the topic itself was read", fault: failing("ListSubscriptionsByTopic", "", denied),
			gaps: []string{"sns:ListSubscriptionsByTopic " + orders + " AccessDenied: User:"}, without: []string{orders + ":1"}},
		{reason: "a subscription's attributes are denied: that it is there is known", fault: failing("GetSubscriptionAttributes", "", denied),
			gaps: []string{"sns:GetSubscriptionAttributes " + orders + ":1 AccessDenied: User:"}},
		{reason: "a key's policy is denied: its state is known", fault: failing("GetKeyPolicy", "", denied),
			gaps: []string{"kms:GetKeyPolicy " + key + " AccessDenied: User:"}},
		{reason: "grants are denied", fault: failing("ListGrants", "", denied), gaps: []string{"kms:ListGrants " + key + " AccessDenied: User:"}},
		{reason: "aliases are denied: the key of the topic is not known, but not missing either", fault: failing("ListAliases", "", denied),
			gaps: []string{"kms:ListAliases  AccessDenied: User:"}, without: []string{"arn:aws:kms:us-east-1:111122223333:alias/shop"}},
		{reason: "queues are not listed: those that a subscription or a queue names are read", fault: failing("ListQueues", "", denied),
			gaps: []string{"sqs:ListQueues  AccessDenied: User:"}},
		{reason: "a queue that was deleted after it was listed", fault: failing("GetQueueAttributes", billing, apiError("QueueDoesNotExist", "gone")),
			without: []string{billing}, missing: []string{billing}},
		{reason: "the code of the query protocol", fault: failing("GetQueueAttributes", billing, apiError("AWS.SimpleQueueService.NonExistentQueue", "gone")),
			without: []string{billing}, missing: []string{billing}},
		{reason: "a topic that was deleted after it was listed", fault: failing("GetTopicAttributes", orders, apiError("NotFound", "gone")),
			without: []string{orders, orders + ":1"}, missing: []string{orders}},
		{reason: "a topic that was deleted before its subscriptions were listed", fault: failing("ListSubscriptionsByTopic", orders, apiError("NotFound", "gone")),
			without: []string{orders, orders + ":1"}, missing: []string{orders}},
		{reason: "a subscription that was deleted", fault: failing("GetSubscriptionAttributes", "", apiError("NotFound", "gone")), without: []string{orders + ":1"}},
		{reason: "a bucket that was deleted", fault: failing("GetBucketNotificationConfiguration", "arn:aws:s3:::in", apiError("NoSuchBucket", "gone")), without: []string{"arn:aws:s3:::in"}},
		{reason: "a key that does not exist", fault: failing("DescribeKey", "", apiError("NotFoundException", "gone")), without: []string{key}, missing: []string{key}},
		{reason: "throttled out", fault: failing("GetQueueAttributes", billing, apiError("ThrottlingException", "Rate exceeded")),
			gaps: []string{"sqs:GetQueueAttributes " + billing + " ThrottlingException: Rate exceeded"}, without: []string{billing}},
		{reason: "no answer at all", fault: failing("GetQueueAttributes", billing, fmt.Errorf("connection reset")),
			gaps: []string{"sqs:GetQueueAttributes " + billing + " no answer: connection reset"}, without: []string{billing}},
		{reason: "Pipes has no endpoint in the Region", fault: failing("ListPipes", "", &net.DNSError{Name: "pipes.us-east-1.amazonaws.com", IsNotFound: true}),
			gaps: []string{"pipes:ListPipes  no answer: lookup pipes"}, without: []string{"arn:aws:pipes:us-east-1:111122223333:pipe/drain"}},
	} {
		c := shopCloud(shop())
		c.fault = test.fault
		all := scopeAt(t, shopCloud(shop()).read(t, Options{NoEvidence: true}), home, east)
		got := scopeAt(t, c.read(t, Options{NoEvidence: true}), home, east)
		if len(got.Gaps) != len(test.gaps) {
			t.Errorf("%s: got gaps %v, want %v", test.reason, got.Gaps, test.gaps)
			continue
		}
		for i, g := range got.Gaps {
			if text := g.Operation + " " + g.Resource + " " + g.Reason; !strings.HasPrefix(text, test.gaps[i]) {
				t.Errorf("%s: got gap %q, want %q", test.reason, text, test.gaps[i])
			}
		}
		if diff := cmp.Diff(test.missing, got.Missing); diff != "" {
			t.Errorf("%s: missing (-want +got):\n%s", test.reason, diff)
		}
		read := map[string]bool{}
		for _, r := range got.Resources {
			read[r.ID] = true
		}
		for _, r := range all.Resources {
			if read[r.ID] == slices.Contains(test.without, r.ID) {
				t.Errorf("%s: %s %s: read is %v", test.reason, r.Type, r.ID, read[r.ID])
			}
		}
	}
}

// TestMalformedPolicies: what AWS would accept and answer as it stands stays readable; what is no JSON is a gap.
func TestMalformedPolicies(t *testing.T) {
	e := shop()
	e.topics[orders]["Policy"] = "not a policy"
	e.queues[billing]["Policy"] = `{"Statement":[],"Statement":{"Effect":"Perhaps"}}`
	got := scopeAt(t, shopCloud(e).read(t, Options{NoEvidence: true}), home, east)
	want := []live.Gap{{Operation: "sns:GetTopicAttributes", Resource: orders, Reason: "Policy: not JSON"}}
	if diff := cmp.Diff(want, got.Gaps); diff != "" {
		t.Errorf("gaps (-want +got):\n%s", diff)
	}
	policies := resources(got, "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy")
	if len(policies) != 1 || !strings.Contains(policies[0], `"Statement":[],"Statement":{"Effect":"Perhaps"}`) {
		t.Errorf("got policies %q, want the queue's as it stands", policies)
	}
}

// TestThrottling: AWS turns away every second request of a kind, and nothing is lost.
func TestThrottling(t *testing.T) {
	c := shopCloud(shop())
	n := 0
	c.fault = func(one call) error {
		if one.operation == "GetQueueAttributes" {
			if n++; n%2 == 1 {
				return apiError("Throttling", "Rate exceeded")
			}
		}
		return nil
	}
	var last Progress
	got := scopeAt(t, c.read(t, Options{NoEvidence: true, Progress: func(p Progress) { last = p }}), home, east)
	if len(got.Gaps) > 0 || len(resources(got, "AWS::SQS::Queue")) != 2 {
		t.Errorf("got gaps %v and queues %v", got.Gaps, resources(got, "AWS::SQS::Queue"))
	}
	want := Progress{Topics: 1, TopicsOf: 1, Queues: 2, QueuesOf: 2, Keys: 1, KeysOf: 1, Calls: len(c.calls), Throttled: 2}
	if diff := cmp.Diff(want, last); diff != "" {
		t.Errorf("progress (-want +got):\n%s", diff)
	}
}

// TestStaleToken: the token of a second page has expired, once or for ever.
func TestStaleToken(t *testing.T) {
	for _, test := range []struct {
		reason string
		times  int
		gaps   int
	}{{"once: the listing begins again", 1, 0}, {"whenever it is used: a gap, and the first page is read", 1000, 1}} {
		e := shop()
		e.topics["arn:aws:sns:us-east-1:111122223333:second"] = map[string]string{}
		e.pageSize = 1
		c := shopCloud(e)
		n := 0
		c.fault = func(one call) error {
			if in, ok := one.input.(*sns.ListTopicsInput); ok && in.NextToken != nil {
				if n++; n <= test.times {
					return apiError("InvalidParameter", "Invalid parameter: NextToken")
				}
			}
			return nil
		}
		got := scopeAt(t, c.read(t, Options{NoEvidence: true}), home, east)
		if topics := resources(got, "AWS::SNS::Topic"); len(got.Gaps) != test.gaps || len(topics) != 2-test.gaps {
			t.Errorf("%s: got gaps %v and topics %v", test.reason, got.Gaps, topics)
		}
	}
}

// TestExpiredCredentials: from some call on, AWS says that the credentials have expired. No further call is sent, and each thing
// that is not read is a gap.
func TestExpiredCredentials(t *testing.T) {
	c := shopCloud(shop())
	expired := false
	after := 0
	c.fault = func(one call) error {
		if expired {
			after++
		}
		if expired = expired || one.operation == "GetQueueAttributes"; expired {
			return apiError("ExpiredToken", "The security token included in the request is expired")
		}
		return nil
	}
	got := scopeAt(t, c.read(t, Options{}), home, east)
	if after > workers {
		t.Errorf("%d calls were sent after that", after)
	}
	for _, arn := range []string{billing, dead} {
		if !slices.ContainsFunc(got.Gaps, func(g live.Gap) bool {
			return g.Resource == arn && g.Reason == "ExpiredToken: the credentials expired during the read"
		}) {
			t.Errorf("%s: got gaps %v", arn, got.Gaps)
		}
	}
	if !slices.ContainsFunc(got.Gaps, func(g live.Gap) bool { return g.Operation == "lambda:ListFunctions" }) {
		t.Errorf("got gaps %v, want one for the functions", got.Gaps)
	}
}

// TestRegionNotEnabled: the credentials work in one Region and are not known in another.
func TestRegionNotEnabled(t *testing.T) {
	for reason, err := range map[string]error{
		"InvalidClientTokenId: the Region is not enabled":        apiError("InvalidClientTokenId", "The security token included in the request is invalid."),
		"UnrecognizedClientException: the Region is not enabled": apiError("UnrecognizedClientException", "The security token included in the request is invalid."),
		`no such host "sns.af-south-1.amazonaws.com"`:            &net.DNSError{Name: "sns.af-south-1.amazonaws.com", IsNotFound: true},
	} {
		c := shopCloud(shop())
		c.fault = func(one call) error {
			if one.region == "af-south-1" {
				return err
			}
			return nil
		}
		s := c.read(t, Options{Regions: []string{east, "af-south-1"}})
		if got := scopeAt(t, s, home, "af-south-1"); len(got.Gaps) != 1 || got.Gaps[0].Operation != "" || !strings.HasPrefix(got.Gaps[0].Reason, reason) {
			t.Errorf("%s: got gaps %v", reason, got.Gaps)
		}
		if got := scopeAt(t, s, home, east); len(got.Gaps) > 0 || len(got.Resources) == 0 {
			t.Errorf("%s: got gaps %v of the other Region", reason, got.Gaps)
		}
	}
}

// TestNothingToRead: what makes the whole reading fail says what to do.
func TestNothingToRead(t *testing.T) {
	for _, test := range []struct {
		reason string
		o      Options
		err    error
		want   string
	}{
		{"another account", Options{Account: other}, nil, "account 444455556666: the credentials are of account 111122223333, want a profile or role of the first"},
		{"expired", Options{}, apiError("ExpiredToken", "expired"), `credentials: expired, want new ones, as by "aws sso login"`},
		{"unknown", Options{}, apiError("InvalidClientTokenId", "invalid"), "credentials: AWS does not know them in this Region"},
		{"no network", Options{}, errors.New("dial tcp: no route to host"), "credentials: none that work, want a profile"},
		{"no Region", Options{Regions: []string{"Virginia"}}, nil, `region "Virginia": want a Region's code, such as eu-west-1`},
		{"a role elsewhere", Options{Roles: map[string]string{other: "arn:aws:iam::111122223333:role/r"}}, nil, `role "arn:aws:iam::111122223333:role/r": want the ARN of a role in account 444455556666`},
		{"a queue of others", Options{Queues: []string{"arn:aws:sqs:us-east-1:444455556666:q"}}, nil, `queue "arn:aws:sqs:us-east-1:444455556666:q": in account 444455556666, want one of account 111122223333`},
		{"a topic that is a queue", Options{Topics: []string{billing}}, nil, `topic "` + billing + `": want the ARN of a topic`},
		{"a role that trusts nobody", Options{Role: "arn:aws:iam::444455556666:role/r"}, apiError("AccessDenied", "not authorized to perform: sts:AssumeRole"), `role "arn:aws:iam::444455556666:role/r": `},
	} {
		c := shopCloud(shop())
		c.fault = failing("GetCallerIdentity", "", test.err)
		if test.o.Role != "" {
			c.fault = failing("AssumeRole", "", test.err)
		}
		if s, err := c.try(t, test.o); s != nil || err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", test.reason, err, test.want)
		}
	}
}

// TestInterrupted: the user ends the reading. What was read is there, and the scope says that it is not whole.
func TestInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := shop()
		for i := range 500 {
			e.queues[fmt.Sprintf("arn:aws:sqs:us-east-1:111122223333:q%03d", i)] = map[string]string{}
		}
		c := shopCloud(e)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		s, err := read(ctx, Options{}, c.config())
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got error %v", err)
		}
		got := scopeAt(t, s, home, east)
		want := []live.Gap{{Reason: "reading did not come to its end"}}
		if diff := cmp.Diff(want, got.Gaps); diff != "" {
			t.Errorf("gaps (-want +got):\n%s", diff)
		}
		if n := len(resources(got, "AWS::SQS::Queue")); n < 100 || n > 300 {
			t.Errorf("read %d queues in five seconds", n)
		}
	})
}
