package live

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/cfn"
	"github.com/hopgrant/hopgrant/internal/cfn/template"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
)

// Read reads the snapshot in a file into a topology.
func Read(path string) (*topology.Topology, error) {
	s, err := ReadFile(path)
	if err != nil {
		return nil, err
	}
	return s.Topology(path)
}

// Topology returns what the accounts have as one topology. path is its name.
func (s *Snapshot) Topology(path string) (*topology.Topology, error) {
	names := s.names()
	all := make([]template.Deployment, 0, len(s.Scopes))
	for i := range s.Scopes {
		d, err := s.Scopes[i].deployment(path)
		if err != nil {
			return nil, err
		}
		d.Names = names
		all = append(all, d)
	}
	t, err := cfn.ReadDeployed(path, all)
	if err != nil {
		return nil, err
	}
	w := newWorld(s, t, names)
	t.Subscribed, t.Place = w.subscribed, s.place()
	w.states()
	w.unread()
	w.gaps()
	w.grants()
	w.controls()
	w.evidence()
	w.notes()
	return t, nil
}

// name returns how positions name the scope.
func (s *Scope) name() string {
	if s.Region == "" {
		return s.Account
	}
	return s.Account + "/" + s.Region
}

// place names the accounts and Regions.
func (s *Snapshot) place() string {
	regions := map[string][]string{}
	for i := range s.Scopes {
		scope := &s.Scopes[i]
		in := regions[scope.Account]
		if scope.Region != "" {
			in = append(in, scope.Region)
		}
		regions[scope.Account] = in
	}
	var all []string
	for _, account := range slices.Sorted(maps.Keys(regions)) {
		name := "account " + account
		if in := regions[account]; len(in) > 0 {
			name += " (" + strings.Join(in, ", ") + ")"
		}
		all = append(all, name)
	}
	return strings.Join(all, " and ")
}

// whole reports whether everything of the scope was asked for.
func (s *Scope) whole() bool { return len(s.Only) == 0 }

func (s *Scope) deployment(path string) (template.Deployment, error) {
	d := template.Deployment{Name: s.name(), Account: s.Account, Partition: s.Partition, Region: s.Region, Resources: make([]*template.Resource, 0, len(s.Resources))}
	for i := range s.Resources {
		r := &s.Resources[i]
		properties, err := value.ParseJSON("", r.Properties)
		if err != nil {
			return d, &value.Error{File: path, What: "properties of", Value: r.ID, Got: err.Error(), Cause: err}
		}
		properties = properties.MovedTo(value.Place{})
		if r.Type == "AWS::SQS::QueuePolicy" && text.Known(r.ID, text.Service) == "sqs" {
			properties = properties.With("Queues", value.NewList(value.Place{}, value.NewText(value.Place{}, s.queueURL(r.ID))))
		}
		deployed := &template.Resource{ID: r.ID, Type: r.Type, Body: value.NewObject(value.Place{}), Properties: properties}
		if _, ok := text.SplitARN(r.ID); ok {
			deployed.ARN = r.ID
		}
		d.Resources = append(d.Resources, deployed)
	}
	return d, nil
}

// queueURL returns the URL by which a queue is known, whatever endpoint AWS answered with.
func (s *Scope) queueURL(arn string) string {
	suffix := "amazonaws.com"
	if s.Partition == "aws-cn" {
		suffix = "amazonaws.com.cn"
	}
	return fmt.Sprintf("https://sqs.%s.%s/%s/%s", s.Region, suffix, s.Account, text.Known(arn, text.Resource))
}

// A world is the topology of a snapshot, to which is added what no resource says.
type world struct {
	*Snapshot
	*topology.Topology
	called  map[string]string // names by ID
	topics  map[string]*topology.Topic
	queues  map[string]*topology.Queue
	keys    map[string]*topology.Key
	callers map[string]*topology.Caller
	scopes  map[string]*Scope // by account and Region
	granted map[string]*granted
}

func newWorld(s *Snapshot, t *topology.Topology, names map[string]string) *world {
	w := &world{s, t, names, map[string]*topology.Topic{}, map[string]*topology.Queue{}, map[string]*topology.Key{}, map[string]*topology.Caller{},
		map[string]*Scope{}, map[string]*granted{}}
	for _, x := range t.Topics {
		w.topics[string(x.ARN)] = x
	}
	for _, q := range t.Queues {
		w.queues[string(q.ARN)] = q
	}
	for _, k := range t.Keys {
		w.keys[string(k.ARN)] = k
	}
	for _, c := range t.Callers {
		w.callers[c.Principal.String()] = c
	}
	for i := range s.Scopes {
		w.scopes[s.Scopes[i].name()] = &s.Scopes[i]
	}
	return w
}

// at returns the scope of an ARN; nil if it was not read.
func (w *world) at(arn string) *Scope {
	account, region := text.Known(arn, text.Account), text.Known(arn, text.Region)
	if region == "" {
		return w.scopes[account]
	}
	return w.scopes[account+"/"+region]
}

// managedFor returns the service for which AWS manages a key: that of whatever has the key, since every service has its own.
func (w *world) managedFor(k *topology.Key) string {
	if slices.ContainsFunc(w.Queues, func(q *topology.Queue) bool { return q.Key != nil && q.Key.Key == k }) {
		return "sqs"
	}
	if slices.ContainsFunc(w.Topics, func(t *topology.Topic) bool { return t.Key != nil && t.Key.Key == k }) {
		return "sns"
	}
	return ""
}

// states reads what AWS answered beside the properties.
func (w *world) states() {
	pending := map[string]string{}
	for i := range w.Scopes {
		for j := range w.Scopes[i].Resources {
			r := &w.Scopes[i].Resources[j]
			switch state := r.Attributes["KeyState"]; {
			case w.keys[r.ID] != nil && state != "" && state != "Enabled":
				w.keys[r.ID].Enabled = text.No
				if state != "Disabled" {
					w.keys[r.ID].State = state
				}
			case w.keys[r.ID] != nil && r.Attributes["KeyManager"] == "AWS":
				w.keys[r.ID].AWSManaged = w.managedFor(w.keys[r.ID])
			case r.Attributes["PendingConfirmation"] == "true":
				pending[r.ID] = "PendingConfirmation"
			case r.Type == "AWS::SNS::Subscription" && r.Attributes["SubscriptionArn"] != "":
				pending[r.ID] = r.Attributes["SubscriptionArn"] // in place of an ARN, such as "Deleted"
			}
		}
	}
	for _, s := range w.Subscriptions {
		s.State = pending[s.ID]
	}
	for _, t := range w.Topics {
		if !t.Foreign && len(t.Policies) == 0 {
			t.Policies = []*topology.Policy{{Element: topology.Element{ID: t.ID, Path: t.Path, Stack: t.Stack, At: t.At}, Unknown: "it was not read"}}
		}
	}
}
