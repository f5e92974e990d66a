package cfn

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// A builder makes a topology of the stacks of one world.
type builder struct {
	w *world
	t *topology.Topology

	names     *names
	topics    map[string]*topology.Topic // by ARN
	queues    map[string]*topology.Queue // by ARN
	queueURLs map[string]*topology.Queue
	keys      map[string]*topology.Key // by ARN, and by environment and id
	aliases   map[string]*topology.Key // by environment and alias name
	callers   map[string]*topology.Caller
	roles     map[string]*topology.Caller // by environment and name
	users     map[string]*topology.Caller // by environment and name
	groups    map[string]*group           // by environment and name
	managed   map[string]*topology.Policy // by ARN
	functions map[string]*function        // by name and ARN
}

func newBuilder(w *world) *builder {
	return &builder{
		w: w, t: &topology.Topology{}, names: &names{}, topics: map[string]*topology.Topic{}, queues: map[string]*topology.Queue{},
		queueURLs: map[string]*topology.Queue{}, keys: map[string]*topology.Key{}, aliases: map[string]*topology.Key{},
		callers: map[string]*topology.Caller{}, roles: map[string]*topology.Caller{}, users: map[string]*topology.Caller{},
		groups: map[string]*group{}, managed: map[string]*topology.Policy{}, functions: map[string]*function{},
	}
}

// A step reads the resources of one type.
type step func(b *builder, s *stack, r *resource)

// The resources that a topology holds come first, then what refers to them. Within a pass, the order is the file's.
var passes = []map[string]step{
	{
		"AWS::SNS::Topic":         (*builder).topic,
		"AWS::SQS::Queue":         (*builder).queue,
		"AWS::KMS::Key":           (*builder).key,
		"AWS::KMS::ReplicaKey":    (*builder).key,
		"AWS::IAM::Role":          (*builder).role,
		"AWS::IAM::User":          (*builder).user,
		"AWS::IAM::Group":         (*builder).group,
		"AWS::IAM::ManagedPolicy": (*builder).managedPolicy,
	},
	{
		"AWS::KMS::Alias":       (*builder).alias,
		"AWS::Lambda::Function": (*builder).function,
		"AWS::IAM::Role":        (*builder).rolePolicies,
		"AWS::IAM::User":        (*builder).userPolicies,
		"AWS::IAM::Group":       (*builder).groupPolicies,
	},
	{
		"AWS::SNS::Topic":                 (*builder).topicProperties,
		"AWS::SQS::Queue":                 (*builder).queueProperties,
		"AWS::KMS::Key":                   (*builder).keyPolicy,
		"AWS::KMS::ReplicaKey":            (*builder).keyPolicy,
		"AWS::SNS::TopicPolicy":           (*builder).topicPolicy,
		"AWS::SNS::TopicInlinePolicy":     (*builder).topicInlinePolicy,
		"AWS::SQS::QueuePolicy":           (*builder).queuePolicy,
		"AWS::SQS::QueueInlinePolicy":     (*builder).queueInlinePolicy,
		"AWS::IAM::Policy":                (*builder).policy,
		"AWS::IAM::ManagedPolicy":         (*builder).attachManagedPolicy,
		"AWS::IAM::RolePolicy":            (*builder).rolePolicy,
		"AWS::IAM::UserPolicy":            (*builder).userPolicy,
		"AWS::IAM::GroupPolicy":           (*builder).groupPolicy,
		"AWS::IAM::UserToGroupAddition":   (*builder).userToGroup,
		"AWS::SNS::Subscription":          (*builder).subscription,
		"AWS::Lambda::EventSourceMapping": (*builder).eventSourceMapping,
	},
	{
		"AWS::Lambda::Function":                        (*builder).functionDeadLetter,
		"AWS::Lambda::EventInvokeConfig":               (*builder).functionDestinations,
		"AWS::Pipes::Pipe":                             (*builder).pipe,
		"AWS::Events::Rule":                            (*builder).rule,
		"AWS::Scheduler::Schedule":                     (*builder).schedule,
		"AWS::S3::Bucket":                              (*builder).bucket,
		"Custom::S3BucketNotifications":                (*builder).bucketNotifications,
		"AWS::CloudWatch::Alarm":                       (*builder).alarm,
		"AWS::CloudWatch::CompositeAlarm":              (*builder).alarm,
		"AWS::IoT::TopicRule":                          (*builder).iotRule,
		"AWS::Budgets::Budget":                         (*builder).budget,
		"AWS::RDS::EventSubscription":                  (*builder).namedTopic,
		"AWS::DMS::EventSubscription":                  (*builder).namedTopic,
		"AWS::Config::DeliveryChannel":                 (*builder).namedTopic,
		"AWS::CloudTrail::Trail":                       (*builder).namedTopic,
		"AWS::Backup::BackupVault":                     (*builder).namedTopic,
		"AWS::SES::ReceiptRule":                        (*builder).receiptRule,
		"AWS::SES::ConfigurationSetEventDestination":   (*builder).namedTopic,
		"AWS::CodeStarNotifications::NotificationRule": (*builder).notificationRule,
	},
}

// relevant reports whether a resource of the type can have a part in a topology.
func relevant(typ string) bool {
	for _, p := range passes {
		if p[typ] != nil {
			return true
		}
	}
	return strings.HasPrefix(typ, "AWS::Serverless::") || typ == "AWS::CloudFormation::Stack" || typ == "AWS::Lambda::Alias"
}

func (b *builder) build() {
	for _, s := range b.w.stacks {
		for _, o := range s.strange {
			b.unknown(s, o.id, o.what, o.why, o.at)
		}
		for _, r := range s.resources {
			if r.condition != "" && relevant(r.typ) && s.holds(r.at, r.condition) == undecided {
				b.unknown(s, r.id, "condition "+r.condition, s.whyUndecided(r.condition), r.at)
			}
			b.mayHide(s, r)
		}
	}
	for _, pass := range passes {
		for _, s := range b.w.stacks {
			for _, r := range s.resources {
				if f := pass[r.typ]; f != nil && (r.condition == "" || s.holds(r.at, r.condition) != no) {
					f(b, s, r)
				}
			}
		}
	}
	b.distributeGroups()
}

// whyUndecided says what is missing to decide a condition.
func (s *stack) whyUndecided(name string) string {
	if !s.conditions.Has(name) {
		return "the template has no condition " + quote(name)
	}
	return "it is not known whether it holds, and too many conditions are not known to try all combinations; pass more with --parameter"
}

// mayHide notes what may have a part in a fan-out and is not in the files: resources of a module, properties of an include.
func (b *builder) mayHide(s *stack, r *resource) {
	if relevant(r.typ) {
		for _, m := range r.properties.Members {
			if strings.HasPrefix(m.Key, "Fn::") {
				b.unknown(s, r.id, "properties", "what "+m.Key+" brings is not known", m.At)
			}
		}
	}
	if r.typ == "AWS::CloudFormation::Stack" && s.children[r.id] == nil {
		b.unknown(s, r.id, "nested stack", "its template is not among the files: "+value.Excerpt(s.resolveText(r.properties.Get("TemplateURL"))), r.at)
	}
	if strings.HasSuffix(r.typ, "::MODULE") {
		b.unknown(s, r.id, "module", "the resources of module "+r.typ+" are not in the template", r.at)
	}
}

func (b *builder) unknown(s *stack, id, what, why string, at value.Place) {
	b.t.Unknowns = append(b.t.Unknowns, topology.Unknown{ID: id, What: what, Why: why, At: s.position(at)})
}

// property returns a property as written. Where an include may bring more properties, one that is not there is not known.
func (s *stack) property(r *resource, name string) value.Value {
	v := r.properties.Get(name)
	if v.Kind != value.Absent {
		return v
	}
	for _, m := range r.properties.Members {
		if strings.HasPrefix(m.Key, "Fn::") {
			return call("Fn::GetAtt", value.NewList(m.At, value.NewText(m.At, r.id), value.NewText(m.At, name)))
		}
	}
	return v
}

// position returns a place of the stack's template.
func (s *stack) position(at value.Place) topology.Position {
	return topology.Position{File: s.file, Line: int(at.Line), Column: int(at.Column)}
}

// element returns what every element has.
func (s *stack) element(r *resource) topology.Element {
	e := topology.Element{ID: r.id, Stack: s.shown, At: s.position(r.at), Suppressions: s.suppressions(r)}
	if n := len(r.properties.Members); n > 0 {
		e.Properties = make(map[string]topology.Position, n)
		for _, m := range r.properties.Members {
			e.Properties[m.Key] = s.position(m.At)
		}
	}
	return e
}

// suppressions returns what the resource's Metadata say about accepted findings.
func (s *stack) suppressions(r *resource) []topology.Suppression {
	var all []topology.Suppression
	for _, i := range r.body.Path("Metadata", "hopgrant", "ignore").OneOrMany() {
		i = s.resolve(i)
		if i.Kind == value.Text {
			all = append(all, topology.Suppression{Rule: i.Text, At: s.position(i.At)})
			continue
		}
		all = append(all, topology.Suppression{Rule: i.Get("rule").Text, Reason: i.Get("reason").Text, At: s.position(i.At)})
	}
	return all
}

// objects returns the objects of a resolved list; anything else in it is not known, and said to be.
func (b *builder) objects(s *stack, r *resource, what string, n value.Value) []value.Value {
	var all []value.Value
	for _, v := range n.OneOrMany() {
		switch {
		case v.Kind == value.Object:
			all = append(all, v)
		case v.Kind == value.List:
			all = append(all, b.objects(s, r, what, v)...)
		case v.There():
			b.unknown(s, r.id, what, "it is not known: "+value.Excerpt(v.Text), v.At)
		}
	}
	return all
}

// tri returns what is known of a boolean property, with its default.
func (s *stack) tri(n value.Value, otherwise topology.Tri) topology.Tri {
	return triOf(s.resolve(n), otherwise)
}

// triOf returns what is known of a resolved boolean, with its default.
func triOf(v value.Value, otherwise topology.Tri) topology.Tri {
	switch {
	case !v.There():
		return otherwise
	case v.Scalar() && policygen.Unresolved(v.Text):
		return topology.NotKnown
	case v.Scalar() && strings.EqualFold(v.Text, "true"):
		return topology.Yes
	case v.Scalar() && strings.EqualFold(v.Text, "false"):
		return topology.No
	}
	return topology.NotKnown
}

// resolveText returns a property as text; what is neither there nor text is "".
func (s *stack) resolveText(n value.Value) string {
	if v := s.resolve(n); v.Scalar() {
		return v.Text
	}
	return ""
}
