package diagnose

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/snippet"
	"github.com/hopgrant/hopgrant/internal/text"
)

// questions returns what the text leaves open, with the commands of the AWS CLI that tell.
func (d *denial) questions(answers []Answer) []Question {
	var all []Question
	ask := func(what string, words ...string) {
		if q := (Question{what, snippet.ShellWords(words...)}); !slices.Contains(all, q) {
			all = append(all, q)
		}
	}
	if d.callerARN() == "" && !d.bySNS && d.byService == "" && !d.lambda && !d.anonymous {
		ask("who called; run this where the program runs", "aws", "sts", "get-caller-identity")
	}
	if d.bySNS && d.topic == "" && d.queue != "" {
		ask("which topics deliver to the queue", "aws", "sns", "list-subscriptions", "--query", "Subscriptions[?Endpoint=='"+d.queue+"'].TopicArn")
	}
	for i := range answers {
		h := &answers[i].Hop
		switch kind.Of(h.Kind).Resource() {
		case kind.Topic:
			ask("what the topic's policy says, and which key it has", "aws", "sns", "get-topic-attributes", "--topic-arn", named(string(h.Topic.ARN), "TOPIC_ARN"))
		case kind.Queue:
			ask("what the queue's policy says, and which key it has", "aws", "sqs", "get-queue-attributes", "--queue-url", queueURL(string(h.Queue.ARN)),
				"--attribute-names", "Policy", "KmsMasterKeyId", "SqsManagedSseEnabled")
		}
	}
	if d.kms != "" {
		key := named(d.key, "KEY_ID")
		ask("whether the key is enabled, and whose it is", "aws", "kms", "describe-key", "--key-id", key)
		ask("whom the key's policy admits", "aws", "kms", "get-key-policy", "--key-id", key, "--policy-name", "default", "--output", "text")
		ask("whether a grant allows what no policy does", "aws", "kms", "list-grants", "--key-id", key)
	}
	d.askIdentity(ask)
	if tells := d.policy.row().tells; tells != "" {
		ask("which "+string(d.policy)+" it is", strings.Fields(tells)...)
	}
	return all
}

// askIdentity asks for the policies of the role or user, if there is one and they may be the reason.
func (d *denial) askIdentity(ask func(what string, words ...string)) {
	p, ok := text.SplitARN(d.callerARN())
	if !ok || d.bySNS || d.byService != "" {
		return
	}
	what, name, _ := strings.Cut(p[text.Resource], "/")
	name = name[strings.LastIndexByte(name, '/')+1:]
	if d.policy == boundary {
		ask("which permissions boundary the "+what+" has", "aws", "iam", "get-"+what, "--"+what+"-name", name)
		return
	}
	if d.policy != "" && d.policy != identity {
		return
	}
	ask("which policies the "+what+" has", "aws", "iam", "list-attached-"+what+"-policies", "--"+what+"-name", name)
	ask("which inline policies the "+what+" has", "aws", "iam", "list-"+what+"-policies", "--"+what+"-name", name)
}

// named returns an ARN as a word of a command, or what stands for one that is not known.
func named(arn, unknown string) string {
	if arn == "" || text.Unresolved(arn) {
		return unknown
	}
	return arn
}

// queueURL returns the URL of a queue as a word of a command, or what stands for one that is not known.
func queueURL(arn string) string {
	p, ok := text.SplitARN(arn)
	if !ok || text.Unresolved(arn) {
		return "QUEUE_URL"
	}
	return snippet.QueueURL(p)
}
