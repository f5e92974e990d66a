package cli

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

// documents holds the documents read so far by their JSON, because requests often share documents.
type documents map[string]*policygen.Document

// maxDocuments is how many documents are kept.
const maxDocuments = 1024

// policies reads the policies of a request. Its error joins everything that is wrong, each with the name of its field.
func (m documents) policies(s *simulated) (eval.Policies, error) {
	var p eval.Policies
	var errs []error
	for _, f := range s.policies {
		if isNull(f.value) {
			continue
		}
		var err error
		switch f.name {
		case "identityPolicies":
			p.Identity, err = m.list(f.name, f.value)
		case "resourcePolicy":
			p.Resource, err = m.one(f.name, f.value)
		case "permissionsBoundary":
			p.Boundary, err = m.one(f.name, f.value)
		case "sessionPolicies":
			p.Session, err = m.list(f.name, f.value)
		case "serviceControlPolicies":
			p.ServiceControl, err = m.levels(f.name, f.value)
		case "resourceControlPolicies":
			p.ResourceControl, err = m.levels(f.name, f.value)
		}
		errs = append(errs, err)
	}
	return p, errors.Join(errs...)
}

func (m documents) one(name string, raw json.RawMessage) (*policygen.Document, error) {
	if d, ok := m[string(raw)]; ok {
		return d, nil
	}
	d, err := policygen.Parse(raw)
	if err != nil {
		errs := leaves(err)
		for i := range errs {
			errs[i] = fmt.Errorf("%s: %w", name, errs[i])
		}
		return nil, errors.Join(errs...)
	}
	if len(m) >= maxDocuments {
		clear(m)
	}
	m[string(raw)] = &d
	return &d, nil
}

func (m documents) list(name string, raw json.RawMessage) ([]policygen.Document, error) {
	items, err := policyItems(name, raw, "a list of policies")
	var docs []policygen.Document
	errs := []error{err}
	for i, item := range items {
		d, err := m.one(fmt.Sprintf("%s[%d]", name, i), item)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		docs = append(docs, *d)
	}
	return docs, errors.Join(errs...)
}

func (m documents) levels(name string, raw json.RawMessage) ([][]policygen.Document, error) {
	items, err := policyItems(name, raw, "a list with a list of policies for each level of the organization")
	var levels [][]policygen.Document
	errs := []error{err}
	for i, item := range items {
		docs, err := m.list(fmt.Sprintf("%s[%d]", name, i), item)
		errs = append(errs, err)
		levels = append(levels, docs)
	}
	return levels, errors.Join(errs...)
}

func policyItems(name string, raw json.RawMessage, want string) ([]json.RawMessage, error) {
	var items []json.RawMessage
	if kind := jsonKind(raw); kind != "a list" {
		return nil, fmt.Errorf("%s: it is %s, want %s", name, kind, want)
	}
	if err := json.Unmarshal(raw, &items); err != nil {
		return nil, fmt.Errorf("%s: it is not JSON: %w", name, err)
	}
	return items, nil
}
