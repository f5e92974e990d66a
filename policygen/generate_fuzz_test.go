package policygen

import (
	"errors"
	"reflect"
	"testing"

	"github.com/hopgrant/hopgrant/internal/kind"
)

// FuzzGenerate generates documents for hops of arbitrary text. Unusable text must be refused with an InputError or a
// LimitError. Generated documents must survive writing and reading, and must not admit everybody.
func FuzzGenerate(f *testing.F) {
	add := func(h Hop) {
		caller := ""
		if h.Caller != nil {
			caller = h.Caller.String()
		}
		f.Add(string(h.Kind), caller, string(h.Topic.ARN), string(h.Topic.Key), string(h.Queue.ARN), string(h.Queue.Key), string(h.Source), h.SourceAccount,
			string(h.Destination.ARN), "", false)
	}
	for _, r := range tableRows() {
		add(r.hop)
	}
	add(Hop{Kind: kind.Send, Caller: RoleARN("${aws_iam_role.a.arn}"), Queue: Queue{ARN: "${Token[TOKEN.12]}", Key: "arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/${Key}"}})
	add(Hop{Kind: kind.Publish, Caller: ServicePrincipal("s3.amazonaws.com"), Topic: Topic{ARN: "arn:aws:sns:us-east-1:111122223333:t"}, Source: "arn:aws:s3:::b", SourceAccount: "444455556666"})
	add(Hop{Kind: kind.Receive, Caller: AccountID("111122223333"), Queue: Queue{ARN: "arn:aws:sqs:*:111122223333:*", Key: "alias/aws/sqs"}})
	f.Fuzz(func(t *testing.T, kind, caller, topic, topicKey, queue, queueKey, source, account, destination, access string, tls bool) {
		h := Hop{Kind: HopKind(kind), Topic: Topic{ARN: TopicARN(topic), Key: KeyARN(topicKey)}, Queue: Queue{ARN: QueueARN(queue), Key: KeyARN(queueKey)},
			Source: ARN(source), SourceAccount: account, Destination: Queue{ARN: QueueARN(destination), Key: KeyARN(queueKey)}, SourceKeys: []KeyARN{KeyARN(topicKey)}}
		if caller != "" {
			p, err := ParsePrincipal(caller)
			if err != nil {
				p = ServicePrincipal(caller)
			}
			h.Caller = p
		}
		policies, err := Generate(Options{KeyAccess: KeyAccess(access), TLSOnly: tls}, Hops{h})
		if err != nil {
			var input *InputError
			var limit *LimitError
			if !errors.As(err, &input) && !errors.As(err, &limit) {
				t.Errorf("error is %T", err)
			}
			return
		}
		for _, a := range policies {
			d, err := Parse([]byte(a.Document.String()))
			if err != nil {
				t.Fatalf("%v in\n%s", err, a.Document)
			}
			if !reflect.DeepEqual(d, a.Document) {
				t.Errorf("read again: %#v\nwas: %#v", d, a.Document)
			}
			for _, s := range a.Document.Statements {
				if len(s.Action) == 0 || len(s.Resource) == 0 || s.Resource[0] == "" || (s.Principal == nil) != (a.On == OnIdentity) {
					t.Errorf("statement %s of\n%s", s.Sid, a.Document)
				}
				if s.Effect == Allow && s.Condition == nil && s.Principal != nil && (s.Principal.Anyone || len(s.Principal.AWS) == 1 && s.Principal.AWS[0] == "*") {
					t.Errorf("open to everybody:\n%s", a.Document)
				}
			}
		}
	})
}
