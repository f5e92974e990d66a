package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/hopgrant/hopgrant/internal/existing"
	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/snippet"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// byIdentity is what --key-access calls [policygen.ByIdentityPolicy], which is empty.
const byIdentity policygen.KeyAccess = "identity"

// policyOutput holds the flags that all policy commands share: how to grant, what to print, and how.
type policyOutput struct {
	keyAccess      policygen.KeyAccess
	tlsOnly        bool
	statementsOnly bool
	keyAccount     string

	on     policygen.Target
	of     string
	format snippet.Format
	dir    string
	force  bool

	mergeWith string
	diff      bool
}

// grantFlags defines the flags that say how to grant. iam says whether IAM principals may be callers.
func (o *policyOutput) grantFlags(cmd *cobra.Command, iam bool) {
	if iam {
		choiceFlag(cmd, &o.keyAccess, "key-access", "HOW", "who grants the key to IAM principals of its account: their identity policies, the key policy to each, or the key policy to the whole account through SQS and SNS",
			byIdentity, policygen.ByKeyPolicy, policygen.AccountWide)
	}
	cmd.Flags().BoolVar(&o.tlsOnly, "tls-only", false, "deny requests without TLS in the policies of queues and topics")
	cmd.Flags().BoolVar(&o.statementsOnly, "statements-only", false, "of key policies only the statements to add to a policy that is there already")
	onceFlag(cmd.Flags(), &o.keyAccount, "key-account", "ID", "the account of keys whose ARN does not tell, such as references")
}

// outputFlags defines the flags that say what to print, and how.
func (o *policyOutput) outputFlags(cmd *cobra.Command) {
	choiceFlag(cmd, &o.on, "on", "KIND", "print only the policy of this kind",
		"", policygen.OnIdentity, policygen.OnQueue, policygen.OnTopic, policygen.OnKey)
	onceFlag(cmd.Flags(), &o.of, "of", "ARN", "print only the policy of this queue, topic, key or principal")
	onceFlag(cmd.Flags(), &o.mergeWith, "merge", "FILE", "the policy that is there, as a document or as the aws command prints it (- is stdin): print it whole, with what is missing")
	cmd.Flags().BoolVar(&o.diff, "diff", false, "with --merge: print only what changes, as a unified diff")
	_ = cmd.MarkFlagFilename("merge", "json")
	o.formatFlags(cmd)
}

// formatFlags defines the flags that say how to print.
func (o *policyOutput) formatFlags(cmd *cobra.Command) {
	choiceFlag(cmd, &o.format, "format", "FORMAT", "the language of the output", snippet.Formats()...)
	onceFlag(cmd.Flags(), &o.dir, "output-dir", "DIR", "write one file for each policy into this directory, and print their names")
	cmd.Flags().BoolVar(&o.force, "force", false, "with --output-dir: overwrite files")
	_ = cmd.MarkFlagDirname("output-dir")
}

// check returns an error if the flags contradict each other.
func (o *policyOutput) check() error {
	if o.force && o.dir == "" {
		return usageErrorf("--force: there is nothing to overwrite, want --output-dir too")
	}
	switch {
	case o.diff && o.mergeWith == "":
		return usageErrorf("--diff: there is nothing to compare with, want --merge too")
	case o.mergeWith != "" && o.dir != "":
		return usageErrorf("--merge: it is about one policy, want no --output-dir")
	case o.statementsOnly && o.isTerraform() && o.dir != "":
		return usageErrorf("--statements-only: statements are no file of Terraform, want no --output-dir")
	case o.diff && o.format != snippet.JSON:
		return usageErrorf("--diff: it compares documents, want no --format")
	}
	return nil
}

func (o *policyOutput) isTerraform() bool {
	return o.format == snippet.Terraform || o.format == snippet.TerraformJSON
}

// options returns policygen's options.
func (o *policyOutput) options() policygen.Options {
	p := policygen.Options{KeyAccess: o.keyAccess, TLSOnly: o.tlsOnly, KeyStatementsOnly: o.statementsOnly || o.mergeWith != "", Account: o.account()}
	if o.keyAccess == byIdentity {
		p.KeyAccess = policygen.ByIdentityPolicy
	}
	return p
}

// account returns the account of keys whose ARN does not tell. In a template that is the account that it is deployed to.
func (o *policyOutput) account() string {
	if o.keyAccount == "" && (o.format == snippet.CloudFormation || o.format == snippet.CDKGo) {
		return "${AWS::AccountId}"
	}
	return o.keyAccount
}

// printPolicies prints the policies of hops that --on and --of select, or writes them to files.
func (c *Command) printPolicies(o *policyOutput, all policygen.Policies, hops []policygen.Hop) error {
	selected, err := o.selected(all, hops)
	if err != nil {
		return err
	}
	if o.mergeWith != "" {
		return c.merge(o, selected, all, hops)
	}
	if o.dir != "" {
		files, err := snippet.Files(selected, o.format)
		if err != nil {
			return err
		}
		return c.writeFiles(o.dir, files, o.force)
	}
	b, err := snippet.Render(selected, o.format)
	if err != nil {
		return err
	}
	if err := c.write(b); err != nil {
		return err
	}
	if len(selected) == 1 && selected[0].On != policygen.OnIdentity && !o.statementsOnly && o.format == snippet.JSON && isTerminal(c.Stdout) {
		on := selected[0].On
		c.hint("a %s has one policy, which this one replaces: if that allows anything else, use --merge", on)
	}
	return nil
}

// hint prints a hint about a result that is not an error.
func (c *Command) hint(format string, args ...any) {
	fmt.Fprintf(c.Stderr, "hopgrant: hint: "+format+"\n", args...)
}

// selected returns the policies that --on and --of ask for.
func (o *policyOutput) selected(all policygen.Policies, hops []policygen.Hop) (policygen.Policies, error) {
	if len(all) == 0 {
		return nil, errors.New("there is nothing to grant: no queue or topic")
	}
	selected := all
	if o.on != "" {
		selected = all.On(o.on)
		if len(selected) == 0 && o.on == policygen.OnKey && !o.statementsOnly {
			// Identity policies grant the keys, and count if the key policy delegates to the account. Its own statement does, and
			// whether the policy of --merge does is looked at there.
			with := o.options()
			with.KeyPolicies = true
			all, err := policygen.Generate(with, policygen.Hops(hops))
			if err != nil {
				return nil, err
			}
			selected = all.On(policygen.OnKey)
		}
		if len(selected) == 0 {
			return nil, fmt.Errorf("--on %q: %s, want %s", o.on, whyNot(o.on, hops), value.Or(existing.Kinds(all)))
		}
	}
	if o.of != "" {
		var of policygen.Policies
		for _, a := range selected {
			if string(a.Resource) == o.of || a.Principal != nil && a.Principal.String() == o.of {
				of = append(of, a)
			}
		}
		if len(of) == 0 {
			return nil, fmt.Errorf("--of %q: it needs no policy, want %s", o.of, value.Or(existing.Owners(selected)))
		}
		selected = of
	}
	if o.on != "" && len(selected) > 1 && o.dir == "" && o.mergeWith == "" && o.format == snippet.JSON {
		return nil, fmt.Errorf("--on %q: there are %d, and together they are not one JSON document, want --output-dir, or --of %s", o.on, len(selected), value.Or(existing.Owners(selected)))
	}
	return selected, nil
}

// whyNot says why the hops need no policy of the kind.
func whyNot(on policygen.Target, hops []policygen.Hop) string {
	var touches bool
	var managed, key string
	for _, h := range hops {
		for _, call := range h.Calls() {
			touches = touches || call.On == on
			if call.On != policygen.OnKey {
				continue
			}
			if _, ok := service.ManagedKey(string(call.Resource)); ok {
				managed = string(call.Resource)
			} else {
				key = string(call.Resource)
			}
		}
	}
	switch {
	case on == policygen.OnIdentity:
		return "AWS services have no identity policies"
	case on == policygen.OnKey && key == "" && managed != "":
		return "the policy of " + managed + " cannot be edited"
	case on == policygen.OnKey && key == "":
		return "no key is given, and without a customer managed key there is no key policy"
	case !touches:
		return "nothing is called on a " + string(on)
	case on == policygen.OnKey:
		return "the identity policy grants the key, and there is no statement to add to the key's own (see --key-access)"
	}
	return fmt.Sprintf("the identity policy suffices, since caller and %s are not known to be of different accounts", on)
}
