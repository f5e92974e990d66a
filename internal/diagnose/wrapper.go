package diagnose

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/text"
)

// A wrapper is how an SDK names the call that failed, in its message or in the stack trace.
type wrapper struct {
	sdk  string
	find func() *regexp.Regexp // with groups named api and op, of which one may be missing
}

// wrappers are told apart in this order: names of operations say more than names of packages. Each was seen in a public thread.
//
// [boto3], [PHP], [JavaScript v3], [.NET], [Ruby], [Java v1], [Java v2]
//
// [boto3]: https://github.com/darkarnium/perimeterator/issues/4
// [PHP]: https://github.com/RaiderIO/keystone.guru/issues/3901
// [JavaScript v3]: https://github.com/island-is/island.is/issues/7812
// [.NET]: https://github.com/MassTransit/MassTransit/issues/1842
// [Ruby]: https://github.com/ManageIQ/manageiq-providers-amazon/issues/784
// [Java v1]: https://github.com/aws/aws-sdk-php/issues/188
// [Java v2]: https://github.com/ministryofjustice/cloud-platform-environments/pull/21094
var wrappers = []wrapper{
	{"boto3 and the AWS CLI", text.WhenUsed(`when\s+calling\s+the\s+(?P<op>\w+)\s+operation`)},
	{"PHP", text.WhenUsed(`Error executing "(?P<op>\w+)" on`)},
	{"Go v2", text.WhenUsed(`operation error (?P<api>SQS|SNS|KMS): (?P<op>\w+)`)},
	{"JavaScript v3", text.WhenUsed(`deserializeAws_(?:query|json1_0)(?P<op>[A-Z]\w+?)CommandError`)},
	{"JavaScript v3", text.WhenUsed(`\bde_(?P<op>[A-Z]\w+?)CommandError`)},
	{"Java v1", text.WhenUsed(`\bAmazon(?P<api>SQS|SNS)(?:Async|Buffered|Extended)*Client\.(?:execute)?(?P<op>[A-Za-z]+)\(`)},
	{"Java v2", text.WhenUsed(`\bDefault(?P<api>Sqs|Sns)(?:Async)?Client\.(?P<op>[a-z][A-Za-z]+)\(`)},
	{"JavaScript v2", text.WhenUsed(`\b(?P<api>SQS|SNS)\.(?P<op>sendMessage|sendMessageBatch|receiveMessage|deleteMessage|publish|subscribe)\b`)},
	{"Java", text.WhenUsed(`Service: (?:Amazon)?(?P<api>SQS|SNS|Sqs|Sns)\b`)},
	{"Java", text.WhenUsed(`\b(?:amazonaws|awssdk)\.services\.(?P<api>sqs|sns)\.`)},
	{".NET", text.WhenUsed(`\bAmazon\.(?P<api>SQS|SimpleNotificationService)\.`)},
	{"Ruby and PHP", text.WhenUsed(`\bAws(?:::|\\)(?P<api>SQS|SNS|Sqs|Sns)(?:::|\\)`)},
	{"SNS", text.WhenUsed(`\b(?P<api>K)MS(?:AccessDenied|Disabled|InvalidState|NotFound|Throttling|OptInRequired)`)},
	{"SQS", text.WhenUsed(`\b(?P<api>KMS\.|Kms)(?:AccessDenied|Disabled|InvalidState|NotFound|Thrott)`)},
	{"SQS", text.WhenUsed(`https://(?P<api>sqs)[.-]`)},
}

// apis are the services by the names that SDKs have for them, and by their codes for answers of KMS.
var apis = map[string]string{"sqs": "sqs", "sns": "sns", "simplenotificationservice": "sns", "k": "sns", "kms.": "sqs", "kms": "kms"}

// otherUses are what tells that a key is used for something else than messages.
//
// [environment variables]: https://github.com/cattle-ops/terraform-aws-gitlab-runner/pull/1253
var otherUses = []struct {
	find func() *regexp.Regexp
	what string
}{
	{text.WhenUsed(`decrypt\s+the\s+environment\s+variables`), "Lambda could not decrypt the environment variables of a function, which are no messages"},
	{text.WhenUsed(`decrypt(?:ing)?\s+records\s+in\s+stream`), "a stream of Kinesis could not be read, which is no queue"},
}

// wrapped adds what the text around a message tells of the call.
func (d *denial) wrapped(s string) {
	for _, u := range otherUses {
		if u.find().MatchString(s) {
			d.elsewhere = u.what
		}
	}
	for _, w := range wrappers {
		for _, m := range w.find().FindAllStringSubmatch(s, 20) {
			d.take(w.find().SubexpNames(), m)
		}
	}
	if d.kms == "" && faultIn(s) != "" && d.action == "" && d.form != accessToResource {
		d.kms = faultIn(s)
	}
	if d.api == "kms" {
		d.elsewhere = "the program called KMS itself, and not SQS or SNS for it"
	}
}

// internals are methods of SDKs that every operation goes through.
var internals = text.WhenUsed(`(?i)^(do|anonymous)?invoke$`)

// take takes what a wrapper names, where nothing before it did.
func (d *denial) take(names, groups []string) {
	for i, name := range names {
		switch name {
		case "op":
			if !internals().MatchString(groups[i]) && !d.tested {
				d.operation = cmp.Or(d.operation, groups[i])
			}
		case "api":
			api := strings.ToLower(groups[i])
			if groups[i] == "Kms" {
				api = "kms."
			}
			d.api = cmp.Or(d.api, apis[api])
		}
	}
}

// serviceOf returns the service principal that acts for a resource, such as the rule or alarm of that ARN; empty if there is none.
func serviceOf(arn string) (principal, source string) {
	if !isARN(arn) || !sourceForm().MatchString(arn) {
		return "", ""
	}
	for _, s := range service.All() {
		if s.Source.Service != "" && strings.HasPrefix(arn, sourcePrefix(arn, s.Source.Service, s.Source.Resource)) && !strings.HasPrefix(s.Source.Resource, "*") {
			return s.Principal, arn
		}
	}
	return "", ""
}
