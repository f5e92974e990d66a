package eval

import (
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/policygen"
)

// The stories of a fan-out, hop by hop.
const (
	topicARN = policygen.TopicARN("arn:aws:sns:us-east-2:111122223333:orders")
	queueARN = policygen.QueueARN("arn:aws:sqs:us-east-2:111122223333:billing")
	keyARN   = policygen.KeyARN("arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab")
	consumer = policygen.RoleARN("arn:aws:iam::111122223333:role/consumer")
)

func delivery(key policygen.KeyARN) policygen.Hop {
	return policygen.Hop{Kind: kind.Deliver, Topic: policygen.Topic{ARN: topicARN}, Queue: policygen.Queue{ARN: queueARN, Key: key}}
}

func receiving(key policygen.KeyARN) policygen.Hop {
	return policygen.Hop{Kind: kind.Receive, Caller: consumer, Queue: policygen.Queue{ARN: queueARN, Key: key}}
}

// generated returns the documents that hops need.
func generated(t *testing.T, hops ...policygen.Hop) policygen.Policies {
	t.Helper()
	p, err := policygen.Generate(policygen.Options{}, policygen.Hops(hops))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func decideHop(h policygen.Hop, p policygen.Policies) HopDecision { return Hop(h.Calls(), Attached(p)) }

func wantHop(t *testing.T, d HopDecision, want Outcome, says ...string) {
	t.Helper()
	var text strings.Builder
	for _, c := range d.Calls {
		text.WriteString(c.Reasons().Explain() + "\n")
	}
	if d.Outcome != want {
		t.Errorf("the hop is %v, want %v\n%s", d.Outcome, want, text.String())
	}
	for _, s := range says {
		if !strings.Contains(text.String(), s) {
			t.Errorf("the explanation does not say %q:\n%s", s, text.String())
		}
	}
}

// https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic-sqs-queue-subscriptions.html
func TestStoryAWSManagedKeyAndSNS(t *testing.T) {
	docs := generated(t, delivery(""), receiving(""))
	for _, alias := range []policygen.KeyARN{"alias/aws/sqs", "arn:aws:kms:us-east-2:111122223333:alias/aws/sqs",
		"arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:alias/aws/sqs"} {
		wantHop(t, decideHop(delivery(alias), docs), ImplicitDeny, "the key policy does not allow sns.amazonaws.com", "kms:CallerAccount")
		wantHop(t, decideHop(receiving(alias), docs), Allowed)
	}
}

// https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
func TestStoryAccountPrincipalIsDelegationOnly(t *testing.T) {
	docs := generated(t, receiving(""))
	docs = append(docs, policygen.Attachment{On: policygen.OnKey, Resource: policygen.ARN(keyARN), Document: policygen.DefaultKeyPolicy("111122223333", "aws")})
	wantHop(t, decideHop(receiving(keyARN), docs), ImplicitDeny,
		"the key policy delegates to account 111122223333, but role consumer has no identity policy that allows kms:Decrypt")
	docs = append(docs, policygen.Attachment{On: policygen.OnIdentity, Principal: consumer, Document: policygen.Document{Version: policygen.Version,
		Statements: []policygen.Statement{{Effect: policygen.Allow, Action: []string{"kms:Decrypt"}, Resource: []string{string(keyARN)}}}}})
	wantHop(t, decideHop(receiving(keyARN), docs), Allowed)
}

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
func TestStoryCustomerManagedKeyBreaksConsumers(t *testing.T) {
	docs := generated(t, delivery(keyARN), receiving("alias/aws/sqs"))
	wantHop(t, decideHop(receiving("alias/aws/sqs"), docs), Allowed)
	wantHop(t, decideHop(delivery(keyARN), docs), Allowed)
	wantHop(t, decideHop(receiving(keyARN), docs), ImplicitDeny, "no identity policy that allows kms:Decrypt")
	docs = generated(t, delivery(keyARN), receiving(keyARN))
	wantHop(t, decideHop(receiving(keyARN), docs), Allowed)
}

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-sqs-sse-queue.html
func TestStorySSESQSNeedsNoGrant(t *testing.T) {
	docs := generated(t, delivery(""), receiving(""))
	for _, h := range []policygen.Hop{delivery(""), receiving("")} {
		d := decideHop(h, docs)
		wantHop(t, d, Allowed)
		for _, c := range d.Calls {
			if c.On == policygen.OnKey {
				t.Errorf("%s makes a call on a key: %s", h.Kind, c.Action)
			}
		}
	}
}

func TestHopOutcome(t *testing.T) {
	call := func(o Outcome, unsure string) CallDecision {
		return CallDecision{Call: policygen.Call{Unsure: unsure}, Outcome: o}
	}
	tests := []struct {
		name   string
		calls  []CallDecision
		want   Outcome
		reason string
	}{
		{"no calls", nil, Undecided, "a hop of which nothing is known is not allowed"},
		{"all allowed", []CallDecision{call(Allowed, ""), call(Allowed, "x")}, Allowed, "every call goes through"},
		{"one undecided", []CallDecision{call(Allowed, ""), call(Undecided, "")}, Undecided, "it may fail"},
		{"one denied", []CallDecision{call(Undecided, ""), call(ImplicitDeny, ""), call(Allowed, "")}, ImplicitDeny, "one denied call breaks the hop"},
		{"denied in both ways", []CallDecision{call(ExplicitDeny, ""), call(ImplicitDeny, "")}, ExplicitDeny, "the explicit denial is the stronger one"},
		{"only an unsure one denied", []CallDecision{call(Allowed, ""), call(ImplicitDeny, "pages disagree")}, Undecided, "AWS may not make that call"},
		{"the zero decision", []CallDecision{{}}, ImplicitDeny, "the zero value is a denial"},
	}
	for _, tt := range tests {
		if got := outcomeOf(tt.calls); got != tt.want {
			t.Errorf("%s: %v, want %v: %s", tt.name, got, tt.want, tt.reason)
		}
	}
}

// alternatives are Documents that overwrite each other.
type alternatives []*Compiled

func (a alternatives) Policies(policygen.Call) []*Compiled { return a }

// A queue for which several policies are set has one of them; which one is not known.
func TestPoliciesThatOverwriteEachOther(t *testing.T) {
	of := func(effect policygen.Effect, action string) *Compiled {
		return Compile(Policies{Resource: &policygen.Document{Version: policygen.Version, Statements: []policygen.Statement{{Effect: effect,
			Principal: &policygen.Principals{Service: []string{"sns.amazonaws.com"}}, Action: []string{action}, Resource: []string{"*"}}}}})
	}
	allows, ignores, denies := of(policygen.Allow, "sqs:SendMessage"), of(policygen.Allow, "sqs:ReceiveMessage"), of(policygen.Deny, "sqs:*")
	tests := []struct {
		name     string
		docs     alternatives
		want     Outcome
		conflict int
		reason   string
	}{
		{"one", alternatives{allows}, Allowed, 0, "it is the one that counts"},
		{"none", nil, ImplicitDeny, 0, "no policy allows nothing to a service"},
		{"alike", alternatives{allows, allows}, Allowed, 0, "whichever counts, it allows"},
		{"both deny", alternatives{ignores, denies}, ImplicitDeny, 0, "whichever counts, the call fails"},
		{"they differ", alternatives{allows, allows, denies}, Undecided, 2, "the last may be the one that counts"},
		{"they differ, the first denies", alternatives{ignores, allows}, Undecided, 1, "the last may be the one that counts"},
	}
	for _, tt := range tests {
		d := Hop(delivery("").Calls(), tt.docs)
		if d.Outcome != tt.want || d.Calls[0].Conflict != tt.conflict {
			t.Errorf("%s: %v, conflict %d, want %v, %d: %s", tt.name, d.Outcome, d.Calls[0].Conflict, tt.want, tt.conflict, tt.reason)
		}
	}
}

// Accounts and Regions that are not resolved are the same if their text is.
func TestHopUnresolved(t *testing.T) {
	const prefix = "arn:${AWS::Partition}:"
	queue := policygen.Queue{
		ARN: prefix + "sqs:${AWS::Region}:${AWS::AccountId}:${Orders.QueueName}",
		Key: prefix + "kms:${AWS::Region}:${AWS::AccountId}:key/${Key}",
	}
	role := policygen.RoleARN(prefix + "iam::${AWS::AccountId}:role/${ConsumerRole}")
	topic := policygen.Topic{ARN: prefix + "sns:${AWS::Region}:${AWS::AccountId}:${Topic.TopicName}"}
	hops := []policygen.Hop{
		{Kind: kind.Receive, Caller: role, Queue: queue},
		{Kind: kind.Send, Caller: role, Queue: queue},
		{Kind: kind.Deliver, Topic: topic, Queue: queue},
	}
	docs := generated(t, hops...)
	for _, h := range hops {
		wantHop(t, decideHop(h, docs), Allowed)
	}
	other := hops[0]
	other.Caller = policygen.RoleARN(prefix + "iam::${AWS::AccountId}:role/other")
	wantHop(t, decideHop(other, docs), ImplicitDeny)
	elsewhere := hops[2]
	elsewhere.Topic.ARN = prefix + "sns:${AWS::Region}:${AWS::AccountId}:${Other.TopicName}"
	wantHop(t, decideHop(elsewhere, docs), Undecided, "may allow it")
}

func TestUnknownPolicies(t *testing.T) {
	all := policygen.Document{Version: policygen.Version, Statements: []policygen.Statement{{Effect: policygen.Allow, Action: []string{"sqs:*"}, Resource: []string{"*"}}}}
	nothing := policygen.Document{Version: policygen.Version, Statements: []policygen.Statement{{Effect: policygen.Deny, Action: []string{"sqs:*"}, Resource: []string{"*"}}}}
	req := Request{Principal: consumer, Action: "sqs:ReceiveMessage", Resource: policygen.ARN(queueARN)}
	imported, managed := &Unknown{Why: "the role is imported"}, &Unknown{Why: "AWS manages the policy", OnlyAllows: true}
	tests := []struct {
		name     string
		policies Policies
		want     Outcome
		reason   string
	}{
		{"nothing known", Policies{UnknownIdentity: imported}, Undecided, "what is not known may allow"},
		{"allowed otherwise", Policies{Identity: []policygen.Document{all}, UnknownIdentity: imported}, Undecided, "what is not known may deny"},
		{"allowed otherwise, nothing can deny", Policies{Identity: []policygen.Document{all}, UnknownIdentity: managed}, Allowed, "it only allows"},
		{"denied otherwise", Policies{Identity: []policygen.Document{nothing}, UnknownIdentity: imported}, ExplicitDeny, "nothing can undo a deny"},
		{"out of bounds", Policies{UnknownIdentity: imported, Boundary: &nothing}, ExplicitDeny, "whatever the policies say, the boundary denies"},
		{"unknown queue policy", Policies{UnknownResource: managed}, Undecided, "it may allow"},
	}
	for _, tt := range tests {
		d := Evaluate(req, tt.policies)
		if d.Outcome != tt.want {
			t.Errorf("%s: %v, want %v: %s\n%s", tt.name, d.Outcome, tt.want, tt.reason, d.Explain())
		}
		if u := tt.policies.UnknownIdentity; u != nil && tt.want == Undecided && !strings.Contains(d.Explain(), u.Why) {
			t.Errorf("%s: the explanation does not say %q: %s", tt.name, u.Why, d.Explain())
		}
	}
}

// TestRedriveBetweenRegions checks that alias/aws/sqs is another key in each Region: a move between two Regions uses both.
// https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html
func TestRedriveBetweenRegions(t *testing.T) {
	const destination = policygen.QueueARN("arn:aws:sqs:eu-west-1:111122223333:billing")
	h := policygen.Hop{Kind: kind.Redrive, Caller: consumer, Queue: policygen.Queue{ARN: queueARN, Key: "alias/aws/sqs"},
		Destination: policygen.Queue{ARN: destination, Key: "alias/aws/sqs"}}
	wantHop(t, decideHop(h, generated(t, h)), Allowed)
}
