package cfn

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// publish adds a publisher, if the target is or may be a topic or queue. caller is who publishes; nil if not known. source is
// what the service passes as aws:SourceArn.
func (b *builder) publish(s *stack, r *resource, what string, caller *topology.Caller, target value.Value, source string, deadLetter bool) {
	if !target.Scalar() {
		if target.There() {
			b.unknown(s, r.id, what, "its target is not known", r.at)
		}
		return
	}
	p := &topology.Publisher{Element: s.element(r), What: what, Caller: caller, Source: policygen.ARN(source), DeadLetter: deadLetter}
	arn := b.names.canonical(target.Text)
	_, known := arnParts(arn)
	switch {
	case known:
		if s.mayBe(arn, "sns") {
			p.Topic = b.topicRef(s, arn, target.At)
		} else if s.mayBe(arn, "sqs") {
			p.Queue = b.queueRef(s, arn, target.At)
		}
	case b.topics[arn] != nil:
		p.Topic = b.topics[arn]
	case b.queues[arn] != nil:
		p.Queue = b.queues[arn]
	case strings.HasPrefix(arn, "https://sqs."):
		p.Queue = b.queueByURL(s, arn, target.At)
	case onlyPublishes(caller):
		p.Topic = b.topicRef(s, arn, target.At)
	}
	if p.Topic == nil && p.Queue == nil {
		// Text that does not tell what it names: a topic, a queue or something else altogether.
		if !known && (s.mayBe(arn, "sns") || s.mayBe(arn, "sqs")) {
			b.unknown(s, r.id, what, "it is not known whether its target is a topic or queue: "+value.Excerpt(target.Text), target.At)
		}
		return
	}
	if caller == nil {
		b.unknown(s, r.id, what, "its role is not known", r.at)
	}
	b.t.Publishers = append(b.t.Publishers, p)
}

// onlyPublishes reports whether the caller is a service that has no other targets than topics.
func onlyPublishes(c *topology.Caller) bool {
	if c == nil {
		return false
	}
	principal, _ := c.Principal.(policygen.ServicePrincipal)
	known, _ := service.LookUp(principal)
	return known.Publishes() && !known.Sends()
}

// service publishes under a service principal.
func (b *builder) service(s *stack, r *resource, what string, principal policygen.ServicePrincipal, target value.Value, source string) {
	n := len(b.t.Publishers)
	b.publish(s, r, what, topology.Service(principal), target, source, false)
	if len(b.t.Publishers) > n {
		b.t.Publishers[n].SourceAccount, _ = s.pseudo("AWS::AccountId")
	}
}

const (
	eventBridge = policygen.ServicePrincipal("events.amazonaws.com")
	s3          = policygen.ServicePrincipal("s3.amazonaws.com")
	cloudWatch  = policygen.ServicePrincipal("cloudwatch.amazonaws.com")
	ses         = policygen.ServicePrincipal("ses.amazonaws.com")
	budgets     = policygen.ServicePrincipal("budgets.amazonaws.com")
	codestar    = policygen.ServicePrincipal("codestar-notifications.amazonaws.com")
)

// rule reads the targets of an EventBridge rule, and their dead-letter queues. A target with a role of its own is called
// under that role.
//
// [AWS::Events::Rule]
//
// [AWS::Events::Rule]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html
func (b *builder) rule(s *stack, r *resource) {
	for _, t := range b.objects(s, r, "EventBridge rule target", s.resolve(r.properties.Get("Targets"))) {
		if role := t.Get("RoleArn"); role.There() {
			b.publish(s, r, "EventBridge rule", b.callerRef(s, role.Text, role.At), t.Get("Arn"), s.resourceARN(r), false)
		} else {
			b.service(s, r, "EventBridge rule", eventBridge, t.Get("Arn"), s.resourceARN(r))
		}
		if dlq := t.Path("DeadLetterConfig", "Arn"); dlq.There() {
			n := len(b.t.Publishers)
			b.service(s, r, "EventBridge rule's dead-letter queue", eventBridge, dlq, s.resourceARN(r))
			if len(b.t.Publishers) > n {
				b.t.Publishers[n].DeadLetter = true
			}
		}
	}
}

// bucket reads the notifications of a bucket.
//
// [AWS::S3::Bucket NotificationConfiguration]
//
// [AWS::S3::Bucket NotificationConfiguration]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-notificationconfiguration.html
func (b *builder) bucket(s *stack, r *resource) {
	b.notifications(s, r, s.resourceARN(r), r.properties.Get("NotificationConfiguration"), "Queue", "Topic")
}

// bucketNotifications reads the custom resource with which the CDK sets notifications.
func (b *builder) bucketNotifications(s *stack, r *resource) {
	partition, _ := s.pseudo("AWS::Partition")
	bucket := "arn:" + partition + ":s3:::" + s.resolveText(r.properties.Get("BucketName"))
	b.notifications(s, r, bucket, r.properties.Get("NotificationConfiguration"), "QueueArn", "TopicArn")
}

func (b *builder) notifications(s *stack, r *resource, bucket string, n value.Value, queue, topic string) {
	const what = "S3 notification"
	for _, config := range b.objects(s, r, what, s.resolve(n)) {
		for _, q := range b.objects(s, r, what, config.Get("QueueConfigurations")) {
			b.service(s, r, what, s3, q.Get(queue), bucket)
		}
		for _, t := range b.objects(s, r, what, config.Get("TopicConfigurations")) {
			b.service(s, r, what, s3, t.Get(topic), bucket)
		}
	}
}

// alarm reads an alarm's actions for all three states.
//
// [AWS::CloudWatch::Alarm]
//
// [AWS::CloudWatch::Alarm]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html
func (b *builder) alarm(s *stack, r *resource) {
	seen := map[string]bool{}
	for _, state := range []string{"AlarmActions", "OKActions", "InsufficientDataActions"} {
		for _, v := range s.resolveList(r.properties.Get(state)) {
			if !seen[v.Text] {
				b.service(s, r, "CloudWatch alarm", cloudWatch, v, s.resourceARN(r))
			}
			seen[v.Text] = true
		}
	}
}

// budget reads the topics that a budget notifies.
func (b *builder) budget(s *stack, r *resource) {
	for _, n := range b.objects(s, r, "budget notification", s.resolve(r.properties.Get("NotificationsWithSubscribers"))) {
		for _, sub := range b.objects(s, r, "budget subscriber", n.Get("Subscribers")) {
			if sub.Get("SubscriptionType").Text == "SNS" {
				b.service(s, r, "budget", budgets, sub.Get("Address"), "")
			}
		}
	}
}

// receiptRule reads the topics that SES notifies of received mail.
func (b *builder) receiptRule(s *stack, r *resource) {
	for _, a := range b.objects(s, r, "SES receipt action", s.resolve(r.properties.Path("Rule", "Actions"))) {
		for _, m := range a.Members {
			b.service(s, r, "SES receipt rule", ses, m.Value.Get("TopicArn"), "")
		}
	}
}

// notificationRule reads the targets of a notification rule of the developer tools.
func (b *builder) notificationRule(s *stack, r *resource) {
	for _, t := range b.objects(s, r, "notification rule target", s.resolve(r.properties.Get("Targets"))) {
		if t.Get("TargetType").Text == "SNS" {
			b.service(s, r, "notification rule", codestar, t.Get("TargetAddress"), "")
		}
	}
}

// notifiers are resources that name one topic, which the service publishes to.
var notifiers = map[string]struct {
	what      string
	principal policygen.ServicePrincipal
	property  []string
}{
	"AWS::RDS::EventSubscription":                {"RDS event subscription", "events.rds.amazonaws.com", []string{"SnsTopicArn"}},
	"AWS::DMS::EventSubscription":                {"DMS event subscription", "dms.amazonaws.com", []string{"SnsTopicArn"}},
	"AWS::Config::DeliveryChannel":               {"AWS Config delivery channel", "config.amazonaws.com", []string{"SnsTopicARN"}},
	"AWS::CloudTrail::Trail":                     {"CloudTrail trail", "cloudtrail.amazonaws.com", []string{"SnsTopicName"}},
	"AWS::Backup::BackupVault":                   {"backup vault", "backup.amazonaws.com", []string{"Notifications", "SNSTopicArn"}},
	"AWS::SES::ConfigurationSetEventDestination": {"SES event destination", "ses.amazonaws.com", []string{"EventDestination", "SnsDestination", "TopicARN"}},
}

func (b *builder) namedTopic(s *stack, r *resource) {
	n := notifiers[r.typ]
	v := s.resolve(r.properties).Path(n.property...)
	if v.Scalar() && !strings.Contains(v.Text, ":") && !policygen.Unresolved(v.Text) && v.Text != "" {
		v.Text = s.arn("sns", v.Text) // CloudTrail takes a name too
	}
	b.service(s, r, n.what, n.principal, v, "")
}
