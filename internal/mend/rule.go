package mend

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/hopgrant/hopgrant/internal/cfn"
	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/edit"
	"github.com/hopgrant/hopgrant/internal/snippet"
	"github.com/hopgrant/hopgrant/internal/value"
)

// byRule has the rules whose findings are mended neither by statements nor by properties alone.
var byRule = map[string]func(*Files, *check.Finding) error{
	"no-dead-letter-queue": addDeadLetterQueue,
	"policy-limit":         withinLimits,
	"batch-action":         nameAction,
	"role-trust":           trustService,
	"key-statement-resource": func(fs *Files, finding *check.Finding) error {
		return atStatement(fs, finding, func(f *edit.File, path []string) error {
			return f.Add(path, "Resource", word("*")) // this key
		})
	},
}

// receives is how often a message is received before it is moved, as AWS recommends it at least for the queues of Lambda functions.
//
// [Using Lambda with Amazon SQS]
//
// [Using Lambda with Amazon SQS]: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
const receives = 5

// addDeadLetterQueue gives a queue a dead-letter queue of its own type and with its own key, which keeps messages as long as SQS can.
//
// [Dead-letter queues]
//
// [Dead-letter queues]: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
func addDeadLetterQueue(fs *Files, finding *check.Finding) error {
	queue := finding.Elements[0]
	return fs.edit(queue.At.File, func(f *edit.File) error {
		resources := f.Root().Get("Resources")
		properties := []value.Member{value.Pair("MessageRetentionPeriod", value.Value{Kind: value.Number, Text: strconv.Itoa(check.MostRetention)})}
		for _, name := range []string{"FifoQueue", "KmsMasterKeyId"} {
			if v := resources.Path(queue.ID, "Properties", name); v.Kind != value.Absent {
				properties = append(properties, value.Pair(name, v))
			}
		}
		id, err := addResource(f, queue.ID, "DeadLetters", object(value.Pair("Type", word("AWS::SQS::Queue")), value.Pair("Properties", object(properties...))))
		if err != nil {
			return err
		}
		arn, err := snippet.TemplateValue(word("${"+id+".Arn}"), f.Full())
		if err != nil {
			return err
		}
		redrive := object(value.Pair("deadLetterTargetArn", arn), value.Pair("maxReceiveCount", value.Value{Kind: value.Number, Text: strconv.Itoa(receives)}))
		return setProperty(f, queue.ID, "RedrivePolicy", redrive)
	})
}

// nameAction writes the action that permits a batch operation in place of the operation's name.
func nameAction(fs *Files, finding *check.Finding) error {
	return atStatement(fs, finding, func(f *edit.File, path []string) error {
		path = append(path, "Action")
		actions := f.At(path...)
		for i, a := range slices.Backward(actions.OneOrMany()) {
			name := a.Text[:max(0, len(a.Text)-len("Batch"))]
			if !strings.EqualFold(a.Text, name+"Batch") {
				continue
			}
			if slices.ContainsFunc(actions.Items, func(other value.Value) bool { return strings.EqualFold(other.Text, name) }) {
				if err := f.RemoveItem(path, i); err != nil {
					return err
				}
				continue
			}
			at := path
			if actions.Kind == value.List {
				at = append(slices.Clone(path), strconv.Itoa(i))
			}
			if err := f.Replace(at, word(name)); err != nil {
				return err
			}
		}
		return nil
	})
}

// trustService lets the services that have to assume the hop's role do so.
//
// [Creating a role for an AWS service]
//
// [Creating a role for an AWS service]: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-service.html
func trustService(fs *Files, finding *check.Finding) error {
	var services []value.Value
	for _, s := range finding.Hop.AssumedBy() {
		services = append(services, word(string(s)))
	}
	return atPlace(fs, finding, func(f, _ *edit.File, path []string) error {
		statement := object(value.Pair("Effect", word("Allow")), value.Pair("Principal", object(value.Pair("Service", oneOrMany(services)))), value.Pair("Action", word("sts:AssumeRole")))
		return appendStatements(f, path, []value.Value{statement})
	})
}

// oneOrMany returns values as a list, unless there is one.
func oneOrMany(values []value.Value) value.Value {
	if len(values) == 1 {
		return values[0]
	}
	return list(values...)
}

// atStatement changes the statement that a finding is about.
func atStatement(fs *Files, finding *check.Finding, change func(f *edit.File, path []string) error) error {
	return atPlace(fs, finding, func(f, original *edit.File, path []string) error {
		if f.At(path...).JSON(math.MaxInt) != original.At(path...).JSON(math.MaxInt) {
			return errors.New("another mend has changed its statement, want another try")
		}
		return change(f, path)
	})
}

// atPlace changes the statement or document that a finding is about, whose place is that in the text before all changes.
func atPlace(fs *Files, finding *check.Finding, change func(f, original *edit.File, path []string) error) error {
	return fs.edit(finding.At.File, func(f *edit.File) error {
		original, err := edit.Open(finding.At.File, fs.original[finding.At.File], cfn.Tag)
		if err != nil {
			return err
		}
		path, ok := original.PathOf(value.Place{Line: int32(finding.At.Line), Column: int32(finding.At.Column)})
		if !ok {
			return errors.New("its statement is not found in the text, want a change by hand")
		}
		return change(f, original, slices.Clip(path))
	})
}
