package mend

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/edit/source"
)

// bySourceRule is byRule for the sources of Terraform.
var bySourceRule = map[string]func(*Files, *check.Finding) error{
	"no-dead-letter-queue": addSourceDeadLetterQueue,
	"batch-action":         nameSourceAction,
	"policy-limit": func(*Files, *check.Finding) error {
		return errors.New("which statements or queues are to be divided is for a person to say")
	},
	"key-statement-resource": func(*Files, *check.Finding) error {
		return errors.New(`statements of Terraform are not changed, want resources = ["*"], or Resource = "*", by hand`)
	},
}

// addSourceDeadLetterQueue is addDeadLetterQueue for Terraform, where a queue with several instances has a dead-letter queue for each.
//
// [aws_sqs_queue]
//
// [aws_sqs_queue]: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/sqs_queue
func addSourceDeadLetterQueue(fs *Files, finding *check.Finding) error {
	queue := finding.Elements[0]
	a, ok := addressOf(queue.ID)
	if !ok {
		return notDeclared(queue)
	}
	if err := fs.onlySources(queue); err != nil {
		return err
	}
	what := queue.At.File + " " + a.local("") + " dead letters"
	if _, done := fs.done[what]; done {
		return nil // another instance
	}
	fs.done[what] = ""
	if _, err := fs.source(queue.At.File); err != nil {
		return err
	}
	label := fs.moduleOf(queue.At.File).free(a.label+"_dead_letters", [2]string{"resource", "aws_sqs_queue"})
	return fs.editSource(queue.At.File, func(f *source.File) error {
		own := f.Block("resource", a.kind, a.label)
		if own == nil {
			return notDeclared(queue)
		}
		if own.Body.Attributes["redrive_policy"] != nil {
			return fmt.Errorf("%s: it has a redrive_policy, which is not known, want a change by hand", a.local(""))
		}
		index, arguments := "", ""
		if by := repetition(own); by != "" {
			index = "[" + by + "]"
		}
		for _, name := range []string{"provider", "fifo_queue", "kms_master_key_id"} {
			if same := own.Body.Attributes[name]; same != nil {
				arguments += name + " = " + f.Text(same.Expr.Range()) + "\n"
			}
		}
		err := f.AddAfter(own, "resource \"aws_sqs_queue\" \""+label+"\" {\n"+repeats(f, own, false)+arguments+"message_retention_seconds = "+strconv.Itoa(check.MostRetention)+"\n}\n")
		if err != nil {
			return err
		}
		return f.SetArgument(f.Block("resource", a.kind, a.label), "redrive_policy",
			"jsonencode({ deadLetterTargetArn = aws_sqs_queue."+label+index+".arn, maxReceiveCount = "+strconv.Itoa(receives)+" })")
	})
}

// batchAction matches the name of a batch operation where an action belongs.
var batchAction = regexp.MustCompile(`(?i)"((?:sqs|sns):[a-z]+)batch"`)

// nameSourceAction is nameAction for Terraform: it changes the document that the policy is made of.
func nameSourceAction(fs *Files, finding *check.Finding) error {
	policy := finding.Elements[len(finding.Elements)-1]
	if err := fs.onlySources(policy); err != nil {
		return err
	}
	if _, err := fs.source(policy.At.File); err != nil {
		return err
	}
	a, ok := addressOf(policy.ID)
	m := fs.moduleOf(policy.At.File)
	in, found := m.find("resource", a.kind, a.label)
	if !ok || !found {
		return notDeclared(policy)
	}
	for _, argument := range policiesIn(in.block) {
		d, err := m.documentOf(in, argument.Expr)
		if err != nil {
			return fmt.Errorf("%s: %w", policy.ID, err)
		}
		err = fs.editSource(d.path, func(f *source.File) error {
			r := d.within()
			text := f.Text(r)
			return f.ReplaceText(d.block, r.Start.Byte, r.End.Byte, batchAction.ReplaceAllString(text, `"$1"`))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// within returns where the document is written.
func (d sourceDocument) within() hcl.Range {
	switch {
	case d.json != nil:
		return d.json.Range()
	case d.statements != nil:
		return d.statements.Range()
	}
	return d.block.Body.Range()
}

// jsonObject returns the expression of an object of strings.
func jsonObject(members map[string]string) string {
	var all []string
	for _, m := range tree(members).Members {
		all = append(all, m.Key+" = "+strconv.Quote(m.Value.Text))
	}
	return "jsonencode({ " + strings.Join(all, ", ") + " })"
}
