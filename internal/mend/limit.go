package mend

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/edit"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// withinLimits unites and divides statements of a policy until it is within AWS's limits.
func withinLimits(fs *Files, finding *check.Finding) error {
	united, err := uniteSources(fs, finding)
	if err != nil {
		return err
	}
	divided, err := divideActions(fs, finding)
	if err == nil && !united && !divided {
		err = errors.New("which statements or queues are to be divided is for a person to say")
	}
	return err
}

// mostActions is how many actions a statement of a queue's policy has at most.
//
// [Amazon SQS policy quotas]
//
// [Amazon SQS policy quotas]: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
const mostActions = 7

// divideActions makes several statements of each one of a queue's policy that has more actions than SQS takes.
func divideActions(fs *Files, finding *check.Finding) (divided bool, err error) {
	policy := finding.Elements[len(finding.Elements)-1]
	err = fs.edit(policy.At.File, func(f *edit.File) error {
		path := []string{"Resources", policy.ID, "Properties", "PolicyDocument", "Statement"}
		if f.At("Resources", policy.ID, "Type").Text != policyOf[policygen.OnQueue].name {
			return nil
		}
		for i, s := range f.At(path...).OneOrMany() {
			actions := s.Get("Action").Items
			if len(actions) <= mostActions || s.Get("Effect").Text != "Allow" {
				continue
			}
			divided = true
			at := path
			if f.At(path...).Kind == value.List {
				at = append(path, strconv.Itoa(i))
			}
			for n := len(actions) - 1; n >= mostActions; n-- {
				if err := f.RemoveItem(append(at, "Action"), n); err != nil {
					return err
				}
			}
			for more := range slices.Chunk(actions[mostActions:], mostActions) {
				rest := value.NewObject(s.At)
				for _, m := range s.Members {
					if m.Key == "Action" {
						m.Value = list(more...)
					}
					rest.Members = append(rest.Members, m)
				}
				if err := appendStatements(f, path[:len(path)-1], []value.Value{rest}); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return divided, err
}

// uniteSources makes one statement of those that differ in nothing but the sources that they are for: it allows what they allowed
// together.
func uniteSources(fs *Files, finding *check.Finding) (united bool, err error) {
	policy := finding.Elements[len(finding.Elements)-1]
	err = fs.edit(policy.At.File, func(f *edit.File) error {
		path := []string{"Resources", policy.ID, "Properties", "PolicyDocument", "Statement"}
		for i := 0; i < len(f.At(path...).Items); i++ {
			for j := i + 1; j < len(f.At(path...).Items); {
				items := f.At(path...).Items
				operator, sources := sourcesOf(items[i])
				otherOperator, more := sourcesOf(items[j])
				if operator == "" || operator != otherOperator || unsourced(items[i], operator) != unsourced(items[j], operator) {
					j++
					continue
				}
				if err := f.RemoveItem(path, j); err != nil {
					return err
				}
				if err := f.Set(append(path, strconv.Itoa(i), "Condition", operator), "aws:SourceArn", list(append(sources, more...)...)); err != nil {
					return err
				}
				united = true
			}
		}
		return nil
	})
	return united, err
}

// sourcesOf returns the sources that a statement allows something for, and the operator that compares them. The operator is empty if it
// is not one under which each further source allows more, and nothing but that.
func sourcesOf(statement value.Value) (operator string, sources []value.Value) {
	for _, op := range []string{"ArnEquals", "ArnLike", "StringEquals", "StringLike"} {
		if v := statement.Path("Condition", op, "aws:SourceArn"); v.Kind != value.Absent && statement.Get("Effect").Text == "Allow" {
			return op, v.OneOrMany()
		}
	}
	return "", nil
}

// unsourced returns what a statement says besides its Sid and the sources that it compares by an operator.
func unsourced(statement value.Value, compared string) string {
	var b strings.Builder
	for _, m := range statement.Members {
		switch m.Key {
		case "Sid":
			continue
		case "Condition":
			for _, operator := range m.Value.Members {
				b.WriteString(operator.Key)
				for _, key := range operator.Value.Members {
					b.WriteString(key.Key)
					if operator.Key != compared || key.Key != "aws:SourceArn" {
						b.WriteString(key.Value.JSON(1 << 20))
					}
				}
			}
		default:
			b.WriteString(m.Key + m.Value.JSON(1<<20))
		}
	}
	return b.String()
}
