package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

// A simulated is one request of the input.
type simulated struct {
	id       json.RawMessage // as given; nil if there is none
	request  eval.Request
	policies []jsonField
	// policiesText is the JSON of all policies: equal texts are equal policies.
	policiesText string
}

// A jsonField is one member of an object.
type jsonField struct {
	name  string
	value json.RawMessage
}

// jsonFields returns the members of an object in their order. A name that occurs twice, or that is not among names, is an
// error; jsonFields returns the other members with it. If raw is not an object, it returns nil and an error.
func jsonFields(raw []byte, what string, names ...string) ([]jsonField, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	noJSON := func(err error) error {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return fmt.Errorf("%s: the JSON is not complete", what)
		}
		return fmt.Errorf("%s: it is not JSON: %w", what, err)
	}
	if t, err := d.Token(); err != nil {
		return nil, noJSON(err)
	} else if t != json.Delim('{') {
		return nil, fmt.Errorf("%s: it is %s, want an object", what, jsonKind(raw))
	}
	fields := []jsonField{}
	var errs []error
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, noJSON(err)
		}
		f := jsonField{name: t.(string)}
		if err := d.Decode(&f.value); err != nil {
			return nil, noJSON(err)
		}
		switch {
		case slices.ContainsFunc(fields, func(have jsonField) bool { return have.name == f.name }):
			errs = append(errs, fmt.Errorf("field %q: %s has it twice, want it once", f.name, what))
		case names != nil && !slices.Contains(names, f.name):
			errs = append(errs, fmt.Errorf("field %q: unknown in %s, want %s", f.name, what, inWords(names)))
		default:
			fields = append(fields, f)
		}
	}
	if _, err := d.Token(); err != nil {
		return nil, noJSON(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: there is something after it, want one JSON object on each line", what)
	}
	return fields, errors.Join(errs...)
}

func jsonKind(raw json.RawMessage) string {
	switch bytes.TrimSpace(raw)[0] {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a string"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	}
	return "a number"
}

func isNull(raw json.RawMessage) bool { return string(raw) == "null" }

// policyFields are the fields that hold policies.
var policyFields = []string{"identityPolicies", "resourcePolicy", "permissionsBoundary", "sessionPolicies",
	"serviceControlPolicies", "resourceControlPolicies"}

func parseSimulated(raw []byte) (*simulated, error) {
	fields, err := jsonFields(raw, "the request", append([]string{"id", "request"}, policyFields...)...)
	if fields == nil {
		return nil, err
	}
	s := &simulated{}
	errs := []error{err}
	found := false
	for _, f := range fields {
		switch f.name {
		case "id":
			if kind := jsonKind(f.value); kind != "a string" && kind != "a number" {
				errs = append(errs, fmt.Errorf("id: it is %s, want a string", kind))
			}
			s.id = bytes.Clone(f.value)
		case "request":
			found = true
			s.request, err = parseRequest(f.value)
			errs = append(errs, err)
		default:
			s.policies = append(s.policies, f)
		}
	}
	if !found {
		errs = append(errs, errors.New(`field "request": it is missing, want an object with principal, action and resource`))
	}
	var text strings.Builder
	for _, f := range s.policies {
		text.WriteString(f.name)
		text.Write(f.value)
	}
	s.policiesText = text.String()
	return s, errors.Join(errs...)
}

func parseRequest(raw json.RawMessage) (eval.Request, error) {
	var r eval.Request
	fields, err := jsonFields(raw, "request", "principal", "action", "resource", "resourceAccount", "context")
	if fields == nil {
		return r, err
	}
	errs := []error{err}
	given := map[string]bool{}
	for _, f := range fields {
		given[f.name] = true
		if isNull(f.value) && (f.name == "context" || f.name == "resourceAccount") {
			continue
		}
		if f.name == "context" {
			r.Context, err = parseContext(f.value)
			errs = append(errs, err)
			continue
		}
		var text string
		if json.Unmarshal(f.value, &text) != nil || isNull(f.value) {
			errs = append(errs, fmt.Errorf("%s: it is %s, want a string", f.name, jsonKind(f.value)))
			continue
		}
		errs = append(errs, setRequest(&r, f.name, text))
	}
	for _, name := range []string{"principal", "action", "resource"} {
		if !given[name] {
			errs = append(errs, fmt.Errorf("field %q: it is missing in request, want a string", name))
		}
	}
	assumeTLS(&r)
	if owner := r.Resource.Account(); owner != "" && r.ResourceAccount != "" && owner != r.ResourceAccount && !policygen.Unresolved(r.ResourceAccount) {
		errs = append(errs, fmt.Errorf("resourceAccount %q: the resource's ARN says %s, want the same or nothing", r.ResourceAccount, owner))
	}
	return r, errors.Join(errs...)
}

// assumeTLS sets aws:SecureTransport to true if the request does not say: AWS's SDKs and command line use TLS unless they are
// told not to.
func assumeTLS(r *eval.Request) {
	for key := range r.Context {
		if strings.EqualFold(key, "aws:SecureTransport") {
			return
		}
	}
	if r.Context == nil {
		r.Context = policygen.Context{}
	}
	r.Context["aws:SecureTransport"] = []string{"true"}
}

// setRequest sets one field of a request.
func setRequest(r *eval.Request, name, text string) (err error) {
	switch name {
	case "principal":
		r.Principal, err = eval.ParsePrincipal(text)
		return err
	case "action":
		r.Action = text
		service, action, ok := strings.Cut(text, ":")
		switch {
		case !ok || service == "" || action == "":
			return fmt.Errorf("action %q: not an action, want a service and an action such as service:Action", text)
		case strings.ContainsAny(text, "*?"):
			return fmt.Errorf("action %q: it has a wildcard, want one action", text)
		}
	case "resource":
		r.Resource = policygen.ARN(text)
		_, managed := policygen.AWSManagedKey(text)
		if text != "*" && !strings.HasPrefix(text, "arn:") && !managed && !policygen.Unresolved(text) {
			return fmt.Errorf(`resource %q: not an ARN, want one, or "*" for an action without a resource`, text)
		}
	case "resourceAccount":
		r.ResourceAccount = text
		if !isAccount(text) && !policygen.Unresolved(text) {
			return fmt.Errorf("resourceAccount %q: not an account id, want 12 digits", text)
		}
	}
	return nil
}

// parseContext reads a context. An empty list means that the request does not have the key.
func parseContext(raw json.RawMessage) (policygen.Context, error) {
	fields, err := jsonFields(raw, "context")
	if fields == nil {
		return nil, err
	}
	ctx := make(policygen.Context, len(fields))
	spelling := make(map[string]string, len(fields))
	errs := []error{err}
	for _, f := range fields {
		if first, ok := spelling[strings.ToLower(f.name)]; ok {
			errs = append(errs, fmt.Errorf("context key %q: %q is the same key, want each once", f.name, first))
		}
		spelling[strings.ToLower(f.name)] = f.name
		values, err := contextValues(f.value)
		if err != nil {
			errs = append(errs, fmt.Errorf("context key %q: %w", f.name, err))
		}
		ctx[f.name] = values
	}
	return ctx, errors.Join(errs...)
}

func contextValues(raw json.RawMessage) ([]string, error) {
	if jsonKind(raw) != "a list" {
		v, err := contextValue(raw)
		return []string{v}, err
	}
	var list []json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, err
	}
	values := make([]string, len(list))
	for i, item := range list {
		var err error
		if values[i], err = contextValue(item); err != nil {
			return nil, err
		}
	}
	return values, nil
}

func contextValue(raw json.RawMessage) (string, error) {
	switch kind := jsonKind(raw); kind {
	case "a string":
		var s string
		err := json.Unmarshal(raw, &s)
		return s, err
	case "a boolean", "a number":
		return string(raw), nil
	default:
		return "", fmt.Errorf("it is %s, want a string, a boolean, a number or a list of them", kind)
	}
}
