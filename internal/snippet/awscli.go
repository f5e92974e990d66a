package snippet

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hopgrant/hopgrant/internal/snippet/heading"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// writeCommands writes one command of the AWS CLI for each policy, quoted for a POSIX shell. The commands set whole policies, and
// stop at the first one that fails, in a subshell so that the shell into which they are pasted goes on.
//
// [set-queue-attributes], [set-topic-attributes], [put-key-policy], [put-role-policy]
//
// [set-queue-attributes]: https://docs.aws.amazon.com/cli/latest/reference/sqs/set-queue-attributes.html
// [set-topic-attributes]: https://docs.aws.amazon.com/cli/latest/reference/sns/set-topic-attributes.html
// [put-key-policy]: https://docs.aws.amazon.com/cli/latest/reference/kms/put-key-policy.html
// [put-role-policy]: https://docs.aws.amazon.com/cli/latest/reference/iam/put-role-policy.html
func writeCommands(all []subject) ([]byte, error) {
	b := bytes.NewBufferString("(\nset -e\n")
	var c commands
	for _, s := range all {
		fmt.Fprintf(b, "\n# %s\n%s\n", heading.Of(s.Attachment), c.command(s))
	}
	b.WriteString(")\n")
	return b.Bytes(), c.err()
}

// Command returns the command that sets one policy, quoted for a POSIX shell. The errors are those of [Render].
func Command(a policygen.Attachment) (string, error) {
	var c commands
	command := c.command(subjects(policygen.Policies{a})[0])
	return command, c.err()
}

// SetQueueAttributes returns the command that sets attributes of a queue, quoted for a POSIX shell.
func SetQueueAttributes(queue policygen.ARN, attributes map[string]string) string {
	arn, _ := text.SplitARN(string(queue))
	return ShellWords("aws", "sqs", "set-queue-attributes", "--queue-url", QueueURL(arn), "--attributes", encoded(attributes), "--region", arn[text.Region])
}

func encoded(attributes map[string]string) string {
	text, err := json.Marshal(attributes)
	if err != nil {
		panic("snippet: encoding strings failed: " + err.Error())
	}
	return string(text)
}

// commands writes commands. They have no references: nothing resolves them when a command runs.
type commands struct{ problems }

// command returns the command that sets the policy of the subject.
func (c *commands) command(s subject) string {
	if s.Partial {
		c.errs = append(c.errs, &policygen.InputError{What: "key policy", Value: string(s.Resource), Got: "its statements are not a whole policy, and the command would replace the one that is there",
			Want: "the whole policy, or that one merged with them"})
	}
	document := c.literal(OneLine(s.Document))
	arn, _ := text.SplitARN(c.literal(string(s.Resource)))
	words := []string{"aws"}
	switch s.On {
	case policygen.OnQueue:
		words = append(words, "sqs", "set-queue-attributes", "--queue-url", QueueURL(arn), "--attributes", encoded(map[string]string{"Policy": document}))
	case policygen.OnTopic:
		words = append(words, "sns", "set-topic-attributes", "--topic-arn", string(s.Resource), "--attribute-name", "Policy", "--attribute-value", document)
	case policygen.OnKey:
		words = append(words, "kms", "put-key-policy", "--key-id", string(s.Resource), "--policy-name", "default", "--policy", document)
	default:
		kind := "role"
		if _, user := s.Principal.(policygen.UserARN); user {
			kind = "user"
		}
		return ShellWords(words...) + " iam put-" + kind + "-policy --" + kind + "-name " + c.caller(s, kind) + " " +
			ShellWords("--policy-name", "hopgrant", "--policy-document", document)
	}
	return ShellWords(append(words, "--region", arn[text.Region])...)
}

// caller returns the name of the role or user as a word of the shell. Where the policies name none, it is a variable of the shell,
// without which the command fails.
func (c *commands) caller(s subject, kind string) string {
	if s.Principal != nil {
		if arn, ok := text.SplitARN(c.literal(s.Principal.String())); ok {
			return ShellWords(resourceName(arn[text.Resource]))
		}
	}
	return `"${` + strings.ToUpper(kind) + `_NAME:?the name of the ` + kind + ` that does it}"`
}

// literal returns s, and notes its references as problems. IAM's own variables are none.
func (c *commands) literal(s string) string {
	for _, piece := range pieces(s) {
		if piece.ref && !policyVariable.MatchString(piece.text) {
			c.add(s, piece.text, "${"+heading.OneLine(piece.text)+"} is a reference, which no command resolves", "the value")
		}
	}
	return s
}

// OneLine returns a document on one line, as an argument of a command.
func OneLine(d policygen.Document) string {
	b, err := d.MarshalJSON()
	if err != nil {
		panic("snippet: encoding strings failed: " + err.Error())
	}
	return string(b)
}

// QueueURL returns the URL of the queue with the parts of an ARN.
func QueueURL(arn [6]string) string {
	suffix, known := urlSuffix[arn[text.Partition]]
	if !known {
		suffix = "amazonaws.com"
	}
	return "https://sqs." + arn[text.Region] + "." + suffix + "/" + arn[text.Account] + "/" + arn[text.Resource]
}

// ShellWords returns words for a POSIX shell, those in single quotes that have anything but letters, digits and a few more.
func ShellWords(words ...string) string {
	var list []string
	for _, w := range words {
		if w == "" || strings.Trim(w, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@+=,") != "" {
			w = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
		list = append(list, w)
	}
	return strings.Join(list, " ")
}
