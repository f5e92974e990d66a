package generator

import (
	"errors"
	"fmt"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/region"
	"github.com/hopgrant/hopgrant/policygen"
)

// accountWide is the role of everybody in an account.
const accountWide = "account-wide"

// A role is a command below hopgrant policy.
type role struct {
	fields   []string // its flags, in the order of the help
	required []string
	role     func(v *values) (policygen.Role, error)
}

var grants = []string{"key-access", "tls-only", "statements-only", "key-account"}

// roles are the commands by name.
var roles = map[string]role{
	"producer": {
		fields: append([]string{"queue", "key", "principal", "org", "source", "source-account", "source-org", "read-attributes", "look-up-url"}, grants...), required: []string{"queue"},
		role: func(v *values) (policygen.Role, error) {
			queues, err := v.queues()
			who, err2 := v.caller()
			return policygen.Producer{Principal: who, Queues: queues, Source: policygen.ARN(v.one("source")), SourceAccount: v.one("source-account"), SourceOrganization: policygen.OrganizationID(v.one("source-org")),
				ReadAttributes: v.is("read-attributes"), LookUpURL: v.is("look-up-url")}, errors.Join(err, err2)
		},
	},
	"publisher": {
		fields: append([]string{"topic", "key", "principal", "org", "source", "source-account", "source-org"}, grants...), required: []string{"topic"},
		role: func(v *values) (policygen.Role, error) {
			topics, err := v.topics(true)
			who, err2 := v.caller()
			return policygen.Publisher{Principal: who, Topics: topics, Source: policygen.ARN(v.one("source")), SourceAccount: v.one("source-account"),
				SourceOrganization: policygen.OrganizationID(v.one("source-org"))}, errors.Join(err, err2)
		},
	},
	"consumer": {
		fields: append([]string{"queue", "key", "source-key", "principal", "org", "client", "extend-visibility", "read-attributes", "look-up-url"}, grants...), required: []string{"queue"},
		role: func(v *values) (policygen.Role, error) {
			queues, err := v.queues()
			who, err2 := v.caller()
			return policygen.Consumer{Principal: who, Queues: queues, SourceKeys: v.keys("source-key"), Client: policygen.Client(v.one("client")),
				ExtendVisibility: v.is("extend-visibility"), ReadAttributes: v.is("read-attributes"), LookUpURL: v.is("look-up-url")}, errors.Join(err, err2)
		},
	},
	"sns": {
		fields: append([]string{"topic", "queue", "key", "dead-letter"}, grants[1:]...), required: []string{"topic", "queue"},
		role: func(v *values) (policygen.Role, error) {
			topics, err := v.topics(false)
			return policygen.Delivery{Topics: topics, Queue: v.queue("queue", "key"), DeadLetter: v.is("dead-letter")}, err
		},
	},
	"redrive": {
		fields: append([]string{"dead-letter-queue", "key", "destination", "destination-key", "source-key", "principal"}, grants...), required: []string{"dead-letter-queue", "destination"},
		role: func(v *values) (policygen.Role, error) {
			who, err := v.caller()
			return policygen.Redriver{Principal: who, DeadLetterQueue: v.queue("dead-letter-queue", "key"), SourceKeys: v.keys("source-key"),
				Destination: v.queue("destination", "destination-key")}, err
		},
	},
	"subscriber": {
		fields: append([]string{"topic", "principal"}, grants[1:]...), required: []string{"topic"},
		role: func(v *values) (policygen.Role, error) {
			topics, err := v.topics(false)
			who, err2 := v.caller()
			return policygen.Subscriber{Principal: who, Topics: topics}, errors.Join(err, err2)
		},
	},
	accountWide: {
		fields: []string{"account", "region", "topic", "key", "statements-only"}, required: []string{"account", "region"},
		role: func(v *values) (policygen.Role, error) {
			topics, err := v.topics(false)
			if len(topics) == 0 {
				every := "arn:" + region.Partition(v.one("region")) + ":sns:*:" + v.one("account") + ":*"
				topics = []policygen.Topic{{ARN: "${Topic}", Scope: policygen.TopicARN(every)}}
			}
			return policygen.Delivery{Topics: topics, Queue: policygen.Queue{ARN: "${Queue}", Key: "${Key}"}}, err
		},
	},
}

// Fields returns the names of the fields of each role.
func Fields() map[string][]string {
	all := map[string][]string{}
	for name, r := range roles {
		all[name] = r.fields
	}
	return all
}

// hops returns the role's hops, and how to grant them.
func (r *role) hops(v *values) ([]policygen.Hop, policygen.Options, error) {
	o := policygen.Options{KeyAccess: policygen.KeyAccess(v.one("key-access")), TLSOnly: v.is("tls-only"), KeyStatementsOnly: v.is("statements-only"), Account: v.keyAccount()}
	if o.KeyAccess == "identity" {
		o.KeyAccess = policygen.ByIdentityPolicy
	}
	if v.role == accountWide {
		o.KeyAccess, o.Account, o.Region = policygen.AccountWide, v.one("account"), v.one("region")
	}
	made, err := r.role(v)
	errs := []error{err}
	for _, name := range r.required {
		if v.one(name) == "" {
			errs = append(errs, &fieldError{name, fmt.Sprintf("%s: it is missing", name)})
		}
	}
	return made.Hops(), o, errors.Join(errs...)
}

// OtherProblems returns what else is wrong with the values of hops, apart from their caller, which may be unreadable, and from what is missing.
func OtherProblems(hops []policygen.Hop) []error {
	var errs []error
	for _, h := range hops {
		if kind.Of(h.Kind).By == kind.IAMOrService {
			h.Caller, h.Source, h.SourceAccount, h.SourceOrganization = nil, "", "", ""
		}
		for _, err := range leaves(h.Check()) {
			var e *policygen.InputError
			if errors.As(err, &e) && e.Value != "" {
				errs = append(errs, err)
			}
		}
	}
	return errs
}
