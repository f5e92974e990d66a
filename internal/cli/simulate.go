package cli

import (
	"bufio"
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/hopgrant/hopgrant/internal/report"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

const simulateLong = `simulate decides authorization requests against the policies that come with them, by AWS's documented
policy evaluation logic. It needs no account and no network.

Requests are read from stdin, or from the file of -f, as one JSON object on each line or as one JSON array:

  {"id":"1",
   "request":{"principal":"sns.amazonaws.com","action":"kms:Decrypt","resource":"arn:aws:kms:…",
              "resourceAccount":"111122223333","context":{"aws:SourceArn":"arn:aws:sns:…"}},
   "identityPolicies":[…],"resourcePolicy":{…},"permissionsBoundary":{…},"sessionPolicies":[…],
   "serviceControlPolicies":[[…],[…]],"resourceControlPolicies":[[…],[…]]}

The principal is the ARN of a role, user or session, an account id (its root user), an AWS service, or * for an unsigned
request. Values of the context are strings, booleans, numbers or lists of them; an empty list says that the key is not in
the request. What follows from the rest (aws:PrincipalArn, kms:CallerAccount, aws:SourceAccount from an aws:SourceArn…) is
filled in if it is not given, and aws:SecureTransport as true; every other key that is not given is unknown, and a decision
that depends on one is undecided. "contextComplete":true in a request, or --whole-context for all of them, says that such a
key is not in the request. Service and resource control policies are lists of policies, one list for each level of the
organization.

Each request is answered by one line of JSON on stdout, in order:

  {"id":"1","decision":"allowed|explicitly-denied|implicitly-denied|undecided","explanation":"…","reasons":[…],"notes":[…]}

The notes, if there are any, say what should be known beside the decision: an action that does not exist or is no action
(…Batch), a resource of another service, a service of which only the rules that all share are known, a denial that may be
explicit. A star or an alias in place of a key, queue or role is never allowed.

Out of scope: grants of KMS, policies of VPC endpoints, access control lists and block public access of S3, permissions of
Lake Formation and other services beside policies, whether a principal or resource exists, service quotas, and the actions
and resources of services other than SQS, SNS, KMS and STS.

A line that is no valid request, or whose policies AWS would refuse for what they are attached to, is reported on stderr, with its number, and has no answer; the others are answered.`

// newSimulate returns the command that decides requests.
func (c *Command) newSimulate() *cobra.Command {
	var file, expect string
	var whole bool
	cmd := &cobra.Command{
		Use:   "simulate [-f FILE] [--whole-context] [--expect DECISION]",
		Short: "Decide requests against policies, as AWS would",
		Long:  simulateLong,
		Example: `  hopgrant simulate -f requests.ndjson
  jq -c . request.json | hopgrant simulate --expect allowed`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			return c.simulate(file, expect, whole)
		},
	}
	cmd.Flags().StringVarP(&file, "file", "f", "-", "`file` with the requests, - for stdin")
	cmd.Flags().BoolVar(&whole, "whole-context", false, "what a context does not state is not in the request")
	choiceFlag(cmd, &expect, "expect", "DECISION", "exit with status 1 if any decision is another one", "",
		eval.Allowed.String(), eval.ExplicitDeny.String(), eval.ImplicitDeny.String(), eval.Undecided.String())
	return cmd
}

func (c *Command) simulate(file, expect string, whole bool) error {
	in, err := c.openInput(file)
	if err != nil {
		return err
	}
	defer in.Close()
	s := simulation{command: c, name: "stdin", requests: newRequestReader(inputName(file), in),
		whole: whole, out: bufio.NewWriterSize(c.out, 1<<16)}
	if file != "-" {
		s.name = fmt.Sprintf("file %q", file)
	}
	if err := s.run(); err != nil {
		return err
	}
	if expect != "" && s.otherThan(expect) {
		return errFindings
	}
	return nil
}

// A simulation is one run of the command.
type simulation struct {
	command  *Command
	name     string // of the input as a whole
	requests *requestReader
	whole    bool // contexts are complete
	out      *bufio.Writer
	quick    quickReader

	line    []byte                // of the last answer
	answers [eval.Allowed + 1]int // how many of each outcome
	broken  int
}

// maxReported is how many broken requests are reported one by one; the others are counted.
const maxReported = 100

// run answers every request. Its error is about the input as a whole.
func (s *simulation) run() error {
	defer debug.SetGCPercent(debug.SetGCPercent(gcPercent))
	err := s.requests.each(s.answerQuickly, func(v value.Value, problems value.Problems) bool {
		s.answer(v, problems)
		return s.command.out.err == nil // which Main reports
	})
	s.out.Flush()
	if s.command.out.err != nil {
		return nil
	}
	var broken *value.Error
	if err != nil && !errors.As(err, &broken) {
		return err
	}
	if err != nil {
		s.report(err)
	}
	return s.finish()
}

func (s *simulation) finish() error {
	if more := s.broken - maxReported; more > 0 {
		fmt.Fprintf(s.command.Stderr, "hopgrant: error: %s: %d more requests cannot be read\n", s.name, more)
	}
	total := s.broken
	for _, n := range s.answers {
		total += n
	}
	switch {
	case total == 0:
		return fmt.Errorf("%s: it has no requests, want one JSON object on each line or a JSON array", s.name)
	case s.broken > 0:
		return withHint(fmt.Errorf("%s: %d of %d requests cannot be read", s.name, s.broken, total), "see hopgrant simulate --help for what a request looks like")
	}
	return nil
}

// report prints what is wrong with a request, and counts it.
func (s *simulation) report(err error) {
	s.broken++
	if s.broken > maxReported {
		return
	}
	for _, leaf := range leaves(err) {
		fmt.Fprintf(s.command.Stderr, "hopgrant: error: %s\n", report.Line(leaf.Error()))
	}
}

// answer decides one request and writes the answer.
func (s *simulation) answer(v value.Value, problems value.Problems) {
	defer s.flush()
	p := requestParser{file: s.requests.name, problems: problems}
	var r *simulated
	var policies eval.Policies
	if v.Kind != value.Absent {
		r = p.simulated(v)
		policies = p.policies(r.policies, r.request.Action)
	}
	if err := p.problems.Err(); err != nil {
		s.report(err)
		return
	}
	s.decide(r, eval.Compile(policies))
}

// answerQuickly answers the request that a text is, if nothing is wrong with it.
func (s *simulation) answerQuickly(text []byte) bool {
	r, compiled := s.quick.read(s.requests.name, text)
	if compiled == nil {
		return false
	}
	s.decide(r, compiled)
	s.flush()
	return true
}

func (s *simulation) decide(r *simulated, compiled *eval.Compiled) {
	r.request.ContextComplete = r.request.ContextComplete || s.whole
	d := compiled.Evaluate(r.request)
	s.answers[d.Outcome]++
	s.line = appendAnswer(s.line[:0], r.id, d)
	_, _ = s.out.Write(report.JSONLine(s.line)) // the command's output remembers errors
}

// flush writes the answers out if the next request is not there yet: a program may wait for the answer before it sends it.
func (s *simulation) flush() {
	if s.requests.idle() {
		s.out.Flush()
	}
}

// gcPercent lets the heap grow to five times what is kept: nearly all that a request needs is garbage after its answer.
const gcPercent = 400

func (s *simulation) otherThan(expect string) bool {
	for o, n := range s.answers {
		if n > 0 && eval.Outcome(o).String() != expect {
			return true
		}
	}
	return false
}
