// Package service holds the table of the AWS services that publish to topics or send to queues. Each has one row, which
// says who calls where, and which conditions AWS documents to limit the calls to one source. The package knows nothing
// of policies, so that the generator, the checker and the readers may all use it.
package service

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/region"
)

// A Service is an AWS service that publishes to topics or sends to queues. The zero Service stands for one that is not
// in the table.
//
// A condition on a key that the service does not pass loses every message. Therefore a document has a condition only
// where AWS documents that the service passes the key.
type Service struct {
	Principal string // the same in all partitions
	Name      string // as AWS writes it
	// Regional says that the principal begins with the Region, as in us-east-1.devops-guru.amazonaws.com.
	Regional bool

	// Calls are the ways in which the service reaches topics and queues. If there are none, EventBridge sends its events.
	Calls []Call

	// Topic, TopicKey, Queue and QueueKey are the source condition keys that the service passes with calls under its own
	// principal on a topic, its key, a queue and its key.
	Topic, TopicKey, Queue, QueueKey Keys
	// Source is what the service acts for. It is zero if AWS documents none.
	Source Source

	// SameAccount says that topic and source must belong to the same account.
	SameAccount bool
	// LinkedRole is the name of the service-linked role under which the service calls, and LinkedPolicy that of the role's only
	// policy, which AWS manages. Both are empty if it calls under none.
	LinkedRole, LinkedPolicy string
	// Unencrypted says that, as AWS documents, the service does not work with topics that have a key.
	Unencrypted bool
	// Tests says that the service tests its targets when it is told of them, and refuses those that do not admit it.
	Tests bool
	// StandardOnly says that, as AWS documents, the service does not work with FIFO topics and queues.
	StandardOnly bool

	Doc    string // the AWS page that documents the service's grants, or the role that it needs
	Unsure string // what AWS's pages leave open, or where they contradict each other; may be empty
}

// A Call is one way in which a service reaches topics or queues.
type Call struct {
	To To
	By By
	// Types are the resource types that make the service call, in CloudFormation ("AWS::S3::Bucket") and in Terraform
	// ("aws_s3_bucket_notification"). It is empty if neither has one.
	Types []string
	// StandardOnly says that, as the Doc says, FIFO topics and queues do not work here. Service.StandardOnly is for all calls.
	StandardOnly bool
	Doc          string // the AWS page that says who calls; empty if it is the service's Doc
}

// To is a set of destinations of calls.
type To uint8

// The destinations.
const (
	ToTopics To = 1 << iota
	ToQueues
	ToDeadLetters // the queue, or for Lambda the topic, that gets what could not be delivered or processed
)

// By is a set of callers: a service may call in more than one way.
type By uint8

// The callers.
const (
	ByPrincipal         By = 1 << iota // the service principal: the policies of the resource and its key admit it
	ByRole                             // a role that the resource names: its identity policy admits it
	ByServiceLinkedRole                // the service-linked role, whose identity policy AWS owns
)

// Keys say which source condition keys a service passes with its calls on one kind of resource.
type Keys struct {
	ARN     bool // aws:SourceArn
	Account bool // aws:SourceAccount
	Owner   bool // aws:SourceOwner, which SNS keeps for services that never moved to aws:SourceAccount
	// None says that, as AWS documents, the service passes none of them, so that a condition on one never holds. If None is not
	// set, it is not known whether the service passes the other keys.
	None bool
	// Organization is the AWS page that shows aws:SourceOrgID; empty if none does for this service and place.
	Organization string
	Doc          string // the AWS page that says so
	Unsure       string // what the page leaves open; may be empty
}

// Scopes reports whether a statement can limit the service to a source or an account.
func (k Keys) Scopes() bool { return k.ARN || k.Account || k.Owner }

// A Source is what a service acts for.
type Source struct {
	Name     string // such as "bucket"
	Service  string // the service part of its ARN
	Resource string // the beginning of the resource part of its ARN, such as "rule/"
	// HasAccount reports whether the ARN tells the account. A bucket's ARN does not: once the bucket is deleted, anyone may
	// create another of the same name, and only aws:SourceAccount tells them apart.
	HasAccount bool
}

// All returns the services, ordered by principal. Callers must not change them.
func All() []*Service {
	all := make([]*Service, len(services))
	for i := range services {
		all[i] = &services[i]
	}
	slices.SortFunc(all, func(a, b *Service) int { return strings.Compare(a.Principal, b.Principal) })
	return all
}

// LookUp returns the service of a principal, which may name a Region, as sns.af-south-1.amazonaws.com does. If the
// service is not in the table, LookUp returns the zero Service and false.
func LookUp[P ~string](principal P) (s *Service, ok bool) {
	if s = byPrincipal[string(principal)]; s == nil {
		labels := strings.Split(string(principal), ".")
		s = byPrincipal[strings.Join(slices.DeleteFunc(labels, region.Is), ".")]
	}
	if s == nil {
		return &Service{}, false
	}
	return s, true
}

var byPrincipal = func() map[string]*Service {
	all := make(map[string]*Service, len(services))
	for i := range services {
		all[services[i].Principal] = &services[i]
	}
	return all
}()

// By returns everyone who calls any of the destinations.
func (s *Service) By(to To) By {
	var by By
	for _, c := range s.Calls {
		if c.To&to != 0 {
			by |= c.By
		}
	}
	return by
}

// Publishes reports whether the service publishes to topics under its own principal.
func (s *Service) Publishes() bool { return s.By(ToTopics)&ByPrincipal != 0 }

// Sends reports whether the service sends to queues under its own principal.
func (s *Service) Sends() bool { return s.By(ToQueues|ToDeadLetters)&ByPrincipal != 0 }

// UnderRole reports whether the service makes calls, all of them under roles.
func (s *Service) UnderRole() bool {
	by := s.By(ToTopics | ToQueues | ToDeadLetters)
	return by != 0 && by&ByPrincipal == 0
}

// Via returns the value of kms:ViaService for a service ("sqs" or "sns") in a Region. Its suffix is .amazonaws.com in
// every partition, including China's.
//
// [kms:ViaService]
//
// [kms:ViaService]: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
func Via(name, region string) string { return name + "." + region + ".amazonaws.com" }

// ManagedKey reports whether key names the AWS managed key of a service, by alias (alias/aws/sqs) or alias ARN, and
// returns that service ("sqs" or "sns"). Region and account of the ARN may be unresolved.
//
// [AWS managed keys]
//
// [AWS managed keys]: https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html
func ManagedKey(key string) (name string, ok bool) {
	i := strings.LastIndex(key, "alias/aws/")
	if i < 0 || i > 0 && key[i-1] != ':' {
		return "", false
	}
	return key[i+len("alias/aws/"):], true
}
