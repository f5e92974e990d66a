package account

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/google/go-cmp/cmp"
	"github.com/hopgrant/hopgrant/internal/live"
)

// mall is the shop with a second topic, queue and key, a queue in another Region, and queue and topic of another account.
func mall() *estate {
	e := shop()
	e.topics["arn:aws:sns:us-east-1:111122223333:returns"] = map[string]string{"KmsMasterKeyId": "alias/returns"}
	e.queues["arn:aws:sqs:us-east-1:111122223333:stock"] = map[string]string{"KmsMasterKeyId": "alias/returns"}
	e.queues["arn:aws:sqs:us-west-2:111122223333:far"] = map[string]string{}
	e.queues["arn:aws:sqs:us-east-1:444455556666:theirs"] = map[string]string{"KmsMasterKeyId": "arn:aws:kms:us-east-1:444455556666:key/their-key"}
	e.queues["arn:aws:sqs:us-east-1:444455556666:unrelated"] = map[string]string{}
	e.topics["arn:aws:sns:us-east-1:444455556666:news"] = map[string]string{}
	e.keys["arn:aws:kms:us-east-1:111122223333:key/returns-key"] = allow
	e.keys["arn:aws:kms:us-east-1:444455556666:key/their-key"] = allow
	e.aliases["arn:aws:kms:us-east-1:111122223333:alias/returns"] = "returns-key"
	e.subscribe("arn:aws:sns:us-east-1:111122223333:returns", "arn:aws:sqs:us-east-1:111122223333:stock", nil)
	e.subscribe(orders, "arn:aws:sqs:us-west-2:111122223333:far", nil)
	e.subscribe(orders, "arn:aws:sqs:us-east-1:444455556666:theirs", nil)
	e.subscribe("arn:aws:sns:us-east-1:444455556666:news", billing, nil)
	e.subscriptions[len(e.subscriptions)-1].Owner = aws.String(home)
	return e
}

// messaging returns the names of topics, subscriptions, queues and keys that were read, by place.
func messaging(s *live.Snapshot) map[string]string {
	out := map[string]string{}
	for _, scope := range s.Scopes {
		var names []string
		for _, r := range scope.Resources {
			switch r.Type {
			case "AWS::SNS::Topic", "AWS::SQS::Queue", "AWS::SNS::Subscription", "AWS::KMS::Key":
				names = append(names, nameIn(r.ID))
			}
		}
		if scope.Region != "" {
			slices.Sort(names)
			out[scope.Account+" "+scope.Region] = strings.Join(names, " ")
		}
	}
	return out
}

func TestNarrow(t *testing.T) {
	const first = "key/1234abcd-12ab-34cd-56ef-1234567890ab"
	role := map[string]string{other: "arn:aws:iam::444455556666:role/reader"}
	for _, test := range []struct {
		reason string
		o      Options
		want   map[string]string
	}{
		{"a whole Region, and what it names in another Region of the account; there is no role for the other account, so that only the own subscription to its topic is read",
			Options{}, map[string]string{
				home + " " + east: "billing dead key/1234abcd-12ab-34cd-56ef-1234567890ab key/returns-key news:5 orders orders:1 orders:3 orders:4 returns returns:2 stock",
				home + " " + west: "far",
			}},
		{"with a role, what is named in the other account is read too, and nothing else there",
			Options{Roles: role}, map[string]string{
				home + " " + east:  "billing dead key/1234abcd-12ab-34cd-56ef-1234567890ab key/returns-key news:5 orders orders:1 orders:3 orders:4 returns returns:2 stock",
				home + " " + west:  "far",
				other + " " + east: "key/their-key news theirs",
			}},
		{"a topic, its subscriptions, their queues, dead-letter queues and keys", Options{Topics: []string{"returns"}}, map[string]string{home + " " + east: "key/returns-key returns returns:2 stock"}},
		{"a topic by its ARN, in a Region that is not the one of the profile", Options{Topics: []string{"arn:aws:sns:us-east-1:111122223333:returns"}, Regions: []string{west}}, map[string]string{home + " " + east: "key/returns-key returns returns:2 stock"}},
		{"a queue, the topics that it is subscribed to and its dead-letter queue, but not the topics' other queues", Options{Queues: []string{"billing"}}, map[string]string{home + " " + east: "billing dead " + first + " news:5 orders orders:1"}},
		{"a queue by its URL", Options{Queues: []string{queueURL(billing)}}, map[string]string{home + " " + east: "billing dead " + first + " news:5 orders orders:1"}},
		{"a dead-letter queue and its sources", Options{Queues: []string{"dead"}}, map[string]string{home + " " + east: "billing dead " + first}},
		{"a key, and the topics and queues that have it", Options{Keys: []string{"alias/returns"}}, map[string]string{home + " " + east: "key/returns-key returns returns:2 stock"}},
		{"a key by its id, though topics and queues have its alias", Options{Keys: []string{"returns-key"}}, map[string]string{home + " " + east: "key/returns-key returns returns:2 stock"}},
		{"two Regions", Options{Regions: []string{east, west}, Keys: []string{"alias/returns"}}, map[string]string{home + " " + east: "key/returns-key returns returns:2 stock", home + " " + west: ""}},
	} {
		test.o.NoEvidence = true
		c := shopCloud(mall())
		answerNothing(c)
		s := c.read(t, test.o)
		if diff := cmp.Diff(test.want, messaging(s)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.reason, diff)
		}
		for _, scope := range s.Scopes {
			for _, g := range scope.Gaps {
				t.Errorf("%s: gap %v", test.reason, g)
			}
		}
		for _, one := range c.calls {
			if at, _, ok := placeOf(resourceOf(one)); ok && at.account != one.account {
				t.Errorf("%s: %s on %s was asked as account %s", test.reason, one.operation, resourceOf(one), one.account)
			}
		}
	}
}

// TestOnly: a scope that was not read whole says what it was narrowed to.
func TestOnly(t *testing.T) {
	s := shopCloud(mall()).read(t, Options{NoEvidence: true, Queues: []string{"billing"}, Roles: map[string]string{other: "arn:aws:iam::444455556666:role/reader"}})
	want := []string{billing, dead, orders}
	slices.Sort(want)
	if diff := cmp.Diff(want, scopeAt(t, s, home, east).Only); diff != "" {
		t.Errorf("the account's (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"arn:aws:sns:us-east-1:444455556666:news"}, scopeAt(t, s, other, east).Only); diff != "" {
		t.Errorf("the other account's (-want +got):\n%s", diff)
	}
	if scopeAt(t, shopCloud(mall()).read(t, Options{NoEvidence: true}), home, east).Only != nil {
		t.Error("a whole Region says that it is not")
	}
}

// TestRoleDenied: the other account's role cannot be assumed. That is a gap of that account, and the home account is read.
func TestRoleDenied(t *testing.T) {
	c := shopCloud(mall())
	c.fault = failing("AssumeRole", "", apiError("AccessDenied", "no"))
	role := "arn:aws:iam::444455556666:role/reader"
	s := c.read(t, Options{NoEvidence: true, Roles: map[string]string{other: role}})
	want := []live.Gap{{Operation: "sts:AssumeRole", Resource: role, Reason: "no credentials: AccessDenied: no"}}
	if diff := cmp.Diff(want, scopeAt(t, s, other, "").Gaps); diff != "" {
		t.Errorf("gaps (-want +got):\n%s", diff)
	}
	if n := c.count("AssumeRole"); n != 1 {
		t.Errorf("asked %d times", n)
	}
}

// TestStates: a subscription that nobody confirmed has no ARN, an address stays out, a queue that is not there is said to be missing, and an AWS
// alias without a key is never described, because that would make the key.
func TestStates(t *testing.T) {
	e := shop()
	pending := func(protocol, endpoint, arn string) {
		e.subscriptions = append(e.subscriptions, owned{Subscription: snstypes.Subscription{TopicArn: aws.String(orders), Protocol: &protocol, Endpoint: &endpoint, SubscriptionArn: &arn, Owner: aws.String(home)}})
	}
	pending("sqs", "arn:aws:sqs:us-east-1:444455556666:theirs", "PendingConfirmation")
	pending("email", "ann@example.com", "Deleted")
	e.subscribe(orders, "arn:aws:sqs:us-east-1:111122223333:gone", nil)
	e.topics[orders]["KmsMasterKeyId"] = "alias/aws/sns"
	e.queues[dead]["KmsMasterKeyId"] = "alias/nobodys"
	c := shopCloud(e)
	got := scopeAt(t, c.read(t, Options{NoEvidence: true}), home, east)
	want := []string{
		`AWS::SNS::Subscription ` + orders + `#email-35e9b66a5a6b {"Protocol":"email","TopicArn":"` + orders + `"} map[Owner:111122223333 SubscriptionArn:Deleted]`,
		`AWS::SNS::Subscription ` + orders + `#sqs-23a6bb6f2a3a {"Endpoint":"arn:aws:sqs:us-east-1:444455556666:theirs","Protocol":"sqs","TopicArn":"` + orders + `"} map[Owner:111122223333 SubscriptionArn:PendingConfirmation]`,
	}
	var unconfirmed []string
	for _, line := range resources(got, "AWS::SNS::Subscription") {
		if strings.Contains(line, "#") {
			unconfirmed = append(unconfirmed, line)
		}
	}
	if diff := cmp.Diff(want, unconfirmed, cmp.Transformer("withoutSum", withoutSum)); diff != "" {
		t.Errorf("subscriptions (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"alias/aws/sns", "alias/nobodys", "arn:aws:sqs:us-east-1:111122223333:gone"}, got.Missing); diff != "" {
		t.Errorf("missing (-want +got):\n%s", diff)
	}
	for _, one := range c.calls {
		if one.service == "KMS" && strings.Contains(resourceOf(one), "alias/") {
			t.Errorf("%s was asked about %s", one.operation, resourceOf(one))
		}
	}
}

// withoutSum leaves out what tells subscriptions without an ARN apart.
func withoutSum(line string) string {
	before, after, ok := strings.Cut(line, "-")
	if i := strings.Index(line, "#"); !ok || i < 0 {
		return line
	} else if j := strings.IndexByte(line[i:], '-'); j > 0 {
		before, after = line[:i+j], line[i+j+13:]
	}
	return before + after
}

// TestOrganization: the account's policies, and those of what is above it.
func TestOrganization(t *testing.T) {
	c := shopCloud(shop())
	answerOrganization(c)
	once := scopeAt(t, c.read(t, Options{NoEvidence: true, Organization: true}), home, "")
	want := []string{
		`AWS::Organizations::Account 111122223333 {"ParentIds":["ou-1"]}`,
		`AWS::Organizations::OrganizationalUnit ou-1 {"ParentId":"r-1"}`,
		`AWS::Organizations::Policy arn:aws:organizations::111122223333:policy/o-1/resource_control_policy/p-own {"Content":` + allow + `,"Name":"own","TargetIds":["ou-1"],"Type":"RESOURCE_CONTROL_POLICY"} map[Id:p-own]`,
		`AWS::Organizations::Policy arn:aws:organizations::aws:policy/service_control_policy/p-full {"Content":` + allow + `,"Name":"FullAWSAccess","TargetIds":["111122223333","ou-1","r-1"],"Type":"SERVICE_CONTROL_POLICY"} map[Id:p-full]`,
	}
	got := resources(once, "AWS::Organizations::Account", "AWS::Organizations::OrganizationalUnit", "AWS::Organizations::Policy")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	c.fault = failing("DescribeOrganization", "", apiError("AWSOrganizationsNotInUseException", "Your account is not a member of an organization."))
	if once := scopeAt(t, c.read(t, Options{NoEvidence: true, Organization: true}), home, ""); len(once.Gaps) != 1 { // the group's broken policy
		t.Errorf("an account without an organization has gaps %v", once.Gaps)
	}
}
