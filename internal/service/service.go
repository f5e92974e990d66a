// Package service holds the table of the AWS services that publish to topics or send to queues: one row for each, with who
// calls where and what AWS documents about the conditions that limit it to one source. It imports no package that knows
// policies, so that the generator, the checker and the readers may all use it.
package service

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/region"
)

// A Service is an AWS service that publishes to topics or sends to queues. The zero Service stands for one that is not in the
// table.
//
// A condition on a key that the service does not pass loses every message, so a condition stands in a document only where AWS
// documents that the service passes the key there.
type Service struct {
	Principal string // the same in all partitions
	Name      string // as AWS writes it
	// Regional reports that the principal begins with the Region, as in us-east-1.devops-guru.amazonaws.com.
	Regional bool

	// Calls are the ways in which the service reaches topics and queues. Without any, EventBridge sends its events.
	Calls []Call

	// Where the service calls under its own principal: the source conditions in the policies of topic, topic's key, queue
	// and queue's key.
	Topic, TopicKey, Queue, QueueKey Keys
	// Source is what the service acts for; the zero Source where AWS documents none.
	Source Source

	// SameAccount reports that topic and source must belong to one account.
	SameAccount bool
	// LinkedRole is the name of the service-linked role under which the service calls, and LinkedPolicy that of the only policy
	// of the role, which AWS manages; empty where it calls under none.
	LinkedRole, LinkedPolicy string
	// Unencrypted reports that AWS documents the service not to work with topics that have a key.
	Unencrypted bool
	// Tests reports that the service tests its targets when it is told of them, and refuses those that do not admit it.
	Tests bool
	// StandardOnly reports that AWS documents the service not to work with FIFO topics and queues.
	StandardOnly bool

	Doc    string // the AWS page that documents the service's grants, or the role that it needs
	Unsure string // what AWS's pages leave open or contradict each other on; empty where they don't
}

// A Call is one way in which a service reaches topics or queues.
type Call struct {
	To To
	By By
	// Types are the resource types that make the service call, of CloudFormation ("AWS::S3::Bucket") and of Terraform
	// ("aws_s3_bucket_notification"). It is empty where neither has one.
	Types []string
	Doc   string // the AWS page that says who calls; empty if it is the service's
}

// To is where a call goes: a set.
type To uint8

// Where calls go.
const (
	ToTopics To = 1 << iota
	ToQueues
	ToDeadLetters // to the queue, or for Lambda the topic, for what could not be delivered or processed
)

// By is who calls: a set, for services that do it in more than one way.
type By uint8

// Who calls.
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
	// None says that AWS documents the service to pass none of them, so that a condition on one never holds. Without it,
	// what is not set is not known.
	None   bool
	Doc    string // the AWS page that says so, or that says that there are none
	Unsure string // what the page leaves open; empty if nothing
}

// Scopes reports whether a statement about the service can be limited to a source or an account.
func (k Keys) Scopes() bool { return k.ARN || k.Account || k.Owner }

// A Source is what a service acts for.
type Source struct {
	Name     string // in one word, such as "bucket"
	Service  string // the service segment of its ARN
	Resource string // how the resource part of its ARN begins, such as "rule/"
	// HasAccount reports whether the ARN tells the account. A bucket's does not, and after the bucket is deleted anyone may
	// create one of its name, so that only aws:SourceAccount tells them apart.
	HasAccount bool
}

// All returns the services, ordered by principal. They are not to be changed.
func All() []*Service {
	all := make([]*Service, len(services))
	for i := range services {
		all[i] = &services[i]
	}
	slices.SortFunc(all, func(a, b *Service) int { return strings.Compare(a.Principal, b.Principal) })
	return all
}

// LookUp returns the service that a principal names; if the table does not have it, the zero Service and false. A Region in
// the principal, as in sns.af-south-1.amazonaws.com, does not matter.
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

// By returns who calls for the targets, in all ways.
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

// UnderRole reports whether the service calls, and only under roles.
func (s *Service) UnderRole() bool {
	by := s.By(ToTopics | ToQueues | ToDeadLetters)
	return by != 0 && by&ByPrincipal == 0
}
