package service

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A column is a column of the table. wrong returns what is wrong with it in a row, or "".
type column struct {
	name  string
	wrong func(*Service) string
}

var principal = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com$`)

func isPage(doc string) bool {
	return strings.HasPrefix(doc, "https://docs.aws.amazon.com/") || strings.HasPrefix(doc, "https://aws.github.io/") || strings.HasPrefix(doc, "https://github.com/aws-samples/")
}

var columns = []column{
	{"Principal", func(s *Service) string { return unless(principal.MatchString(s.Principal), "want a service principal") }},
	{"Name", func(s *Service) string { return unless(s.Name != "", "want the name as AWS writes it") }},
	{"Doc", func(s *Service) string { return unless(isPage(s.Doc), "want the AWS page that says who calls") }},
	{"Calls", wrongCalls},
	{"Topic", func(s *Service) string { return wrongKeys(s, s.Topic, s.Publishes()) }},
	{"TopicKey", func(s *Service) string { return wrongKeys(s, s.TopicKey, s.Publishes() && !s.Unencrypted) }},
	{"Queue", func(s *Service) string { return wrongKeys(s, s.Queue, s.Sends()) }},
	{"QueueKey", func(s *Service) string { return wrongKeys(s, s.QueueKey, s.Sends()) }},
	{"Source", func(s *Service) string {
		return unless(s.Source == (Source{}) || s.Source.Name != "" && s.Source.Service != "", "want what it is and the service of its ARN")
	}},
}

func unless(ok bool, wrong string) string {
	if ok {
		return ""
	}
	return wrong
}

var resourceType = regexp.MustCompile(`^(AWS::[A-Za-z0-9]+::[A-Za-z0-9]+|Custom::[A-Za-z0-9]+|aws_[a-z0-9_]+)$`)

func wrongCalls(s *Service) string {
	// The references list no resource type for these services, in either language.
	typeless := []string{"ds.amazonaws.com", "ssm-contacts.amazonaws.com", "inspector.amazonaws.com", "importexport.amazonaws.com"}
	for _, c := range s.Calls {
		switch {
		case c.To == 0 || c.To >= ToDeadLetters<<1:
			return "want where the call goes"
		case c.By == 0 || c.By >= ByServiceLinkedRole<<1:
			return "want who calls"
		case c.Doc != "" && !isPage(c.Doc):
			return c.Doc + " is no page of AWS's"
		case len(c.Types) == 0 && !slices.Contains(typeless, s.Principal):
			return "want the resource types that make it call"
		}
		for _, t := range c.Types {
			if !resourceType.MatchString(t) {
				return t + " is no resource type"
			}
		}
	}
	return ""
}

func wrongKeys(s *Service, k Keys, used bool) string {
	switch {
	case used != isPage(k.Doc):
		return "want a page where the service calls under its principal, and only there"
	case k.None && k.Scopes():
		return "it passes no key, and one of them"
	case k.Organization != "" && (!k.Account || !isPage(k.Organization)):
		return "it passes aws:SourceOrgID, and no page shows that, or that it passes the account"
	case k.ARN && s.Source.Service == "":
		return "it passes aws:SourceArn, and no source is documented"
	}
	return ""
}

// TestRowsAreComplete checks every column of every service.
func TestRowsAreComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range All() {
		for _, c := range columns {
			if wrong := c.wrong(s); wrong != "" {
				t.Errorf("service %s, column %s: %s", s.Principal, c.name, wrong)
			}
		}
		if seen[s.Principal] {
			t.Errorf("service %s: twice", s.Principal)
		}
		seen[s.Principal] = true
	}
	if len(seen) < 30 {
		t.Errorf("%d services", len(seen))
	}
}

// TestEveryColumnIsMissed checks that a row that lacks a column does not pass.
func TestEveryColumnIsMissed(t *testing.T) {
	complete, _ := LookUp("s3.amazonaws.com")
	for _, tt := range []struct {
		column string
		clear  func(*Service)
	}{
		{"Principal", func(s *Service) { s.Principal = "" }}, {"Name", func(s *Service) { s.Name = "" }}, {"Doc", func(s *Service) { s.Doc = "" }},
		{"Calls", func(s *Service) { s.Calls = []Call{{To: ToTopics, Types: s.Calls[0].Types}} }},
		{"Calls", func(s *Service) { s.Calls = []Call{{By: ByRole, Types: s.Calls[0].Types}} }},
		{"Calls", func(s *Service) { s.Calls = []Call{{To: ToTopics, By: ByPrincipal}} }},
		{"Topic", func(s *Service) { s.Topic = Keys{} }}, {"TopicKey", func(s *Service) { s.TopicKey = Keys{} }},
		{"Queue", func(s *Service) { s.Queue = Keys{} }}, {"QueueKey", func(s *Service) { s.QueueKey = Keys{} }},
		{"Source", func(s *Service) { s.Source.Service = "" }},
	} {
		s := *complete
		tt.clear(&s)
		i := slices.IndexFunc(columns, func(c column) bool { return c.name == tt.column })
		if columns[i].wrong(&s) == "" {
			t.Errorf("a row whose %s is missing passes", tt.column)
		}
	}
}

// TestWhoCalls compares rows with AWS's pages: demanding a service principal where a role calls would be a false error.
func TestWhoCalls(t *testing.T) {
	for _, tt := range []struct {
		principal string
		to        To
		want      By
		reason    string
	}{
		{"events.amazonaws.com", ToDeadLetters, ByPrincipal, "a rule's dead-letter queue has a policy for events.amazonaws.com (EventBridge, eb-rule-dlq)"},
		{"sns.amazonaws.com", ToDeadLetters, ByPrincipal, "SNS puts dead letters into the queue itself (SNS guide)"},
		{"scheduler.amazonaws.com", ToDeadLetters, ByRole, "the schedule's execution role gets the permission (Scheduler, configuring-schedule-dlq)"},
		{"pipes.amazonaws.com", ToDeadLetters, ByRole, "the pipe's execution role gets it (eb-pipes-permissions)"},
		{"lambda.amazonaws.com", ToDeadLetters, ByRole, "the function's execution role gets it (Lambda, dlq and kinesis-on-failure-destination)"},
		{"lambda.amazonaws.com", ToQueues, ByRole, "destinations of asynchronous invocations too (invocation-async-retain-records)"},
		{"autoscaling.amazonaws.com", ToTopics, ByRole | ByServiceLinkedRole, "hooks under RoleARN, notifications under the service-linked role"},
		{"autoscaling.amazonaws.com", ToQueues, ByRole, "only hooks go to queues (API_PutLifecycleHook)"},
		{"imagebuilder.amazonaws.com", ToTopics, ByServiceLinkedRole, "the key policy names the service-linked role (integ-sns)"},
		{"config.amazonaws.com", ToTopics, ByPrincipal | ByRole, "AWS Config tries its role first and then its principal (sns-topic-policy)"},
		{"events.amazonaws.com", ToTopics, ByPrincipal | ByRole, "a target may name a role (eb-use-resource-based)"},
		{"cloudwatch.amazonaws.com", ToTopics, ByPrincipal, "alarms publish themselves (SNS guide)"},
		{"cloudwatch.amazonaws.com", ToQueues, 0, "alarms have no queue action"},
		{"states.amazonaws.com", ToQueues, ByRole, "a state machine acts under its role"},
		{"iot.amazonaws.com", ToTopics, ByRole, "a rule's action names its role"},
		{"apigateway.amazonaws.com", ToQueues, ByRole, "an integration's credentials are a role"},
		{"guardduty.amazonaws.com", ToTopics | ToQueues | ToDeadLetters, 0, "EventBridge sends its findings"},
	} {
		s, ok := LookUp(tt.principal)
		if !ok || s.By(tt.to) != tt.want {
			t.Errorf("%s to %b: by %b, want %b: %s", tt.principal, tt.to, s.By(tt.to), tt.want, tt.reason)
		}
	}
}

func TestLookUp(t *testing.T) {
	for _, tt := range []struct{ principal, want, reason string }{
		{"sns.amazonaws.com", "sns.amazonaws.com", "the principal itself"},
		{"sns.af-south-1.amazonaws.com", "sns.amazonaws.com", "a Region in it does not matter"},
		{"eu-west-1.devops-guru.amazonaws.com", "devops-guru.amazonaws.com", "nor one in front of it"},
		{"events.rds.amazonaws.com", "events.rds.amazonaws.com", "rds is no Region"},
		{"my-sns.amazonaws.com", "", "another service"},
	} {
		s, ok := LookUp(tt.principal)
		if s.Principal != tt.want || ok != (tt.want != "") {
			t.Errorf("%s: got %q, want %q: %s", tt.principal, s.Principal, tt.want, tt.reason)
		}
	}
}

func TestNearest(t *testing.T) {
	for _, tt := range []struct{ principal, want, reason string }{
		{"event.amazonaws.com", "events.amazonaws.com", "a letter is missing"},
		{"s3.amazonaws.co", "s3.amazonaws.com", "the same at the end"},
		{"clodwatch.amazonaws.com", "cloudwatch.amazonaws.com", "a letter in the middle"},
		{"ec2.amazonaws.com", "", "another service"},
	} {
		if got := Nearest(tt.principal); got != tt.want {
			t.Errorf("%s: got %q, want %q: %s", tt.principal, got, tt.want, tt.reason)
		}
	}
}

// TestVia checks that the suffix is .amazonaws.com in every partition:
//
// https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
func TestVia(t *testing.T) {
	for _, c := range [][3]string{
		{"sqs", "us-east-1", "sqs.us-east-1.amazonaws.com"},
		{"sns", "cn-north-1", "sns.cn-north-1.amazonaws.com"},
		{"sqs", "us-gov-west-1", "sqs.us-gov-west-1.amazonaws.com"},
		{"sqs", "${AWS::Region}", "sqs.${AWS::Region}.amazonaws.com"},
	} {
		if got := Via(c[0], c[1]); got != c[2] {
			t.Errorf("%s in %s: got %s, want %s", c[0], c[1], got, c[2])
		}
	}
}
