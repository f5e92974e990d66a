package cli

import (
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hopgrant/hopgrant/internal/snippet"
	"github.com/hopgrant/hopgrant/policygen"
)

// A requiredFlag must be given.
type requiredFlag struct{ name, want string }

// missingFlags returns an error for each required flag that is not given.
func missingFlags(cmd *cobra.Command, required []requiredFlag) []error {
	var errs []error
	for _, f := range required {
		if !cmd.Flags().Changed(f.name) {
			errs = append(errs, usageErrorf("--%s: it is missing, want %s", f.name, f.want))
		}
	}
	return errs
}

// nameFlags names the flag in errors about a flag's value: what policygen calls "queue arn", the user knows as --queue.
func nameFlags(cmd *cobra.Command, err error) error {
	switch e := err.(type) {
	case nil:
		return nil
	case *policygen.InputError:
		name := flagOf(cmd, e.What, e.Value)
		if name == "" {
			return err
		}
		named := *e
		named.What = "--" + name
		if named.Want == "that account" {
			named.Want = "--key-account"
		}
		return &named
	case interface{ Unwrap() []error }:
		var errs []error
		for _, err := range e.Unwrap() {
			errs = append(errs, nameFlags(cmd, err))
		}
		return errors.Join(errs...)
	}
	return err
}

// flagOf returns the name of the flag that was given the value, or "". Among several it returns the one whose name fits what
// the value is for best. If nothing was given, it returns the flag that is named after what is missing.
func flagOf(cmd *cobra.Command, what, value string) string {
	best, bestFit := "", -1
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		words := strings.ReplaceAll(f.Name, "-", " ")
		fit := 0
		if strings.HasPrefix(what, words) || strings.Contains(what, " "+words) {
			fit = len(words)
		}
		given := f.Changed && holds(f.Value, value)
		if !given && !(value == "" && what == words) {
			return
		}
		if fit > bestFit {
			best, bestFit = f.Name, fit
		}
	})
	return best
}

// holds reports whether the flag's value is value, or a list that has it.
func holds(v pflag.Value, value string) bool {
	if list, ok := v.(pflag.SliceValue); ok {
		return slices.Contains(list.GetSlice(), value)
	}
	return v.String() == value
}

// arnList defines a flag that is given once for each ARN. It does not split its value at commas, which references may contain.
func arnList(fs *pflag.FlagSet, list *[]string, name, usage string) {
	fs.VarP(&repeated{list}, name, "", usage+"; may be repeated")
}

var errEmpty = errors.New("the value is empty, want a value, or no flag")

// repeated is the value of a flag that may be given several times.
type repeated struct{ list *[]string }

func (r *repeated) String() string {
	if r.list == nil {
		return ""
	}
	return strings.Join(*r.list, " ")
}

// Set refuses the empty string, which is the value of an unset shell variable: a queue without its key, for example, would
// count as one with SSE-SQS.
func (r *repeated) Set(s string) error {
	if s == "" {
		return errEmpty
	}
	*r.list = append(*r.list, s)
	return nil
}
func (r *repeated) Append(s string) error       { return r.Set(s) }
func (r *repeated) Replace(list []string) error { *r.list = list; return nil }
func (r *repeated) GetSlice() []string          { return *r.list }
func (r *repeated) Type() string                { return "ARN" }

// once is the value of a flag that is given once. A second value is an error, because it would silently replace the first.
type once struct {
	value *string
	kind  string
	set   bool
}

// onceFlag defines a flag that is given once. The help text calls its value kind.
func onceFlag(fs *pflag.FlagSet, value *string, name, kind, usage string) {
	fs.Var(&once{value: value, kind: kind}, name, usage)
}

func (o *once) String() string {
	if o.value == nil {
		return ""
	}
	return *o.value
}

func (o *once) Set(s string) error {
	switch {
	case o.set:
		return errors.New("the flag is given twice, want it once")
	case s == "":
		return errEmpty
	}
	*o.value, o.set = s, true
	return nil
}

func (o *once) Type() string { return o.kind }

// organizationFlag defines the flag that names an organization as the caller.
func organizationFlag(fs *pflag.FlagSet, organization *string, does string) {
	onceFlag(fs, organization, "org", "ID", "who "+does+": every role and user of an organization, such as o-exampleorgid, instead of a --principal")
}

// callerOf returns the principal or organization that the flags name, or nil if neither is given.
func callerOf(principal, organization string) (policygen.Principal, error) {
	switch {
	case organization == "":
		return principalOf(principal)
	case principal != "":
		return nil, usageErrorf("--org: --principal says who it is, want one of them")
	}
	return policygen.OrganizationID(organization), nil
}

// principalOf returns the principal that a flag names, or nil if the flag is not given.
func principalOf(s string) (policygen.Principal, error) {
	if s == "" {
		return nil, nil
	}
	return policygen.ParsePrincipal(s)
}

// keyOf returns the key of the i-th of n queues or topics: the only key, or the i-th.
func keyOf(keys []string, i int) policygen.KeyARN {
	switch {
	case len(keys) == 1:
		return policygen.KeyARN(keys[0])
	case i < len(keys):
		return policygen.KeyARN(keys[i])
	}
	return ""
}

// checkKeys returns an error if there is more than one key, but not one for each queue or topic.
func checkKeys(keys []string, n int, what string) error {
	if len(keys) <= 1 || len(keys) == n {
		return nil
	}
	return usageErrorf("--key: there are %d for %d %ss, want one for all, or one for each in the same order", len(keys), n, what)
}

func queuesOf(arns, keys []string) ([]policygen.Queue, error) {
	list := make([]policygen.Queue, len(arns))
	for i, arn := range arns {
		list[i] = policygen.Queue{ARN: policygen.QueueARN(arn), Key: keyOf(keys, i)}
	}
	return list, checkKeys(keys, len(arns), "queue")
}

func topicsOf(arns, keys []string) ([]policygen.Topic, error) {
	list := make([]policygen.Topic, len(arns))
	for i, arn := range arns {
		list[i] = policygen.Topic{ARN: policygen.TopicARN(arn), Key: keyOf(keys, i)}
	}
	return list, checkKeys(keys, len(arns), "topic")
}

func keysOf(arns []string) []policygen.KeyARN {
	list := make([]policygen.KeyARN, len(arns))
	for i, arn := range arns {
		list[i] = policygen.KeyARN(arn)
	}
	return list
}

// bareReferences puts the references of Terraform that are given for ARNs without ${ and } between them.
func bareReferences(cmd *cobra.Command) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		switch v := f.Value.(type) {
		case *repeated:
			for i, s := range *v.list {
				(*v.list)[i] = snippet.BareReference(s)
			}
		case *once:
			if v.kind == "ARN" {
				*v.value = snippet.BareReference(*v.value)
			}
		}
	})
}
