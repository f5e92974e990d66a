package catalog

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/value"
)

// A Holder is what a value is written in that holds targets.
type Holder string

// The holders.
const (
	Definition  Holder = "state machine definition" // in the Amazon States Language: an object or its JSON
	Integration Holder = "API Gateway integration"  // a URI
	OpenAPI     Holder = "API definition"           // OpenAPI: an object or its JSON, whose integrations hold URIs
)

// A Held is a target that a value holds; Why says what is not known of it, empty if it is known. By is the parameter of the call
// that names it, such as "QueueUrl"; empty if the target is the ARN of a queue that is named otherwise. Call is a call that is not
// followed, such as "sqs:ReceiveMessage"; empty if it is another reason.
type Held struct {
	Target        value.Value
	By, Why, Call string
	Around        value.Value // the object that names the role, where the value holds it
	Grouped       bool        // the call names a message group, or may name one for each message of a batch
}

// Held returns the targets that a value holds. around is the object that the value stands in.
func (t Target) Held(v, around value.Value) []Held {
	if t.In == Integration {
		return integration(v, around)
	}
	if t.In == OpenAPI {
		return integrations(v)
	}
	if v.Kind == value.Text {
		object, err := value.ParseJSON("", []byte(v.Text))
		if err != nil {
			if strings.Contains(v.Text, "sns:publish") || strings.Contains(v.Text, "sqs:sendMessage") {
				return []Held{{Why: "its definition cannot be read: " + value.Excerpt(v.Text)}}
			}
			return nil
		}
		v = object.MovedTo(v.At)
	}
	var all []Held
	states(v, around.Get(t.Input), func(h Held) {
		if !slices.ContainsFunc(all, func(o Held) bool {
			return o.Target.Text == h.Target.Text && o.Why == h.Why && o.Around.JSON(1<<10) == h.Around.JSON(1<<10)
		}) {
			all = append(all, h)
		}
	})
	return all
}

// states finds the tasks that publish and send, by the optimized integrations and those of the SDK.
//
// [Amazon SNS], [Amazon SQS], [SDK integrations], [Credentials]
//
// [Amazon SNS]: https://docs.aws.amazon.com/step-functions/latest/dg/connect-sns.html
// [Amazon SQS]: https://docs.aws.amazon.com/step-functions/latest/dg/connect-sqs.html
// [SDK integrations]: https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
// [Credentials]: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-access-cross-acct-resources.html
func states(v, substitutions value.Value, f func(Held)) {
	for _, item := range v.Items {
		states(item, substitutions, f)
	}
	for _, m := range v.Members {
		states(m.Value, substitutions, f)
	}
	_, call, ok := strings.Cut(v.Get("Resource").Text, ":states:::")
	if !ok {
		return
	}
	call, _, _ = strings.Cut(strings.TrimPrefix(call, "aws-sdk:"), ".")
	var names []string
	switch call {
	case "sns:publish", "sns:publishBatch":
		names = []string{"TopicArn", "TargetArn"}
	case "sqs:sendMessage", "sqs:sendMessageBatch":
		names = []string{"QueueUrl"}
	default:
		return
	}
	var around value.Value
	if role := v.Path("Credentials", "RoleArn"); role.There() { // which the state machine's role assumes
		around = value.NewObject(role.At, value.Pair("RoleArn", role), value.Pair("role_arn", role))
	} else if v.Get("Credentials").There() {
		f(Held{Why: "its definition computes the role of " + call + " when it runs"})
		return
	}
	parameters := v.Get("Parameters")
	if !parameters.There() {
		parameters = v.Get("Arguments")
	}
	for _, name := range names {
		if target := parameters.Get(name); target.Kind == value.Text && !strings.HasPrefix(target.Text, "{%") {
			for _, s := range substitutions.Members {
				if s.Value.Scalar() {
					target.Text = strings.NewReplacer("${"+s.Key+"}", s.Value.Text, "${!"+s.Key+"}", s.Value.Text).Replace(target.Text)
				}
			}
			f(Held{Target: target, By: name, Around: around, Grouped: strings.HasSuffix(call, "Batch") || parameters.Has("MessageGroupId") || parameters.Has("MessageGroupId.$")})
			return
		}
	}
	if !parameters.Has("PhoneNumber") && !parameters.Has("PhoneNumber.$") {
		f(Held{Why: "its definition computes the target of " + call + " when it runs"})
	}
}

// integrations returns what the integrations of an OpenAPI document call.
//
// [x-amazon-apigateway-integration]
//
// [x-amazon-apigateway-integration]: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html
func integrations(v value.Value) []Held {
	if v.Kind == value.Text {
		object, err := value.ParseJSON("", []byte(v.Text))
		if err != nil {
			if strings.Contains(v.Text, "x-amazon-apigateway-integration") && (strings.Contains(v.Text, ":sqs:") || strings.Contains(v.Text, ":sns:") || strings.Contains(v.Text, "SQS-")) {
				return []Held{{Why: "it is no JSON, and has an integration of SQS or SNS: " + value.Excerpt(v.Text)}}
			}
			return nil
		}
		v = object.MovedTo(v.At)
	}
	var all []Held
	for _, item := range v.Items {
		all = append(all, integrations(item)...)
	}
	for _, m := range v.Members {
		if m.Key != "x-amazon-apigateway-integration" {
			all = append(all, integrations(m.Value)...)
			continue
		}
		var held []Held
		if strings.HasPrefix(m.Value.Get("integrationSubtype").Text, "SQS-Send") {
			parameters := m.Value.Get("requestParameters")
			held = []Held{{Target: parameters.Get("QueueUrl"), By: "QueueUrl", Grouped: parameters.Has("MessageGroupId")}}
		} else {
			held = integration(m.Value.Get("uri"), m.Value)
		}
		for _, h := range held {
			h.Around = m.Value
			all = append(all, h)
		}
	}
	return all
}

// The texts of an integration's request that name what it calls.
var (
	inParameter = regexp.MustCompile(`\.(TopicArn|TargetArn|QueueUrl)$`)
	inTemplate  = regexp.MustCompile(`\b(?:TopicArn|TargetArn|QueueUrl)=(?:\$util\.urlEncode\(['"])?((?:arn:|https://)[^'"&)\s]+)`)
	action      = regexp.MustCompile(`\bAction=([A-Za-z]+)`)
)

// integration finds what an API Gateway integration calls, by its URI (arn:aws:apigateway:REGION:sqs:path/ACCOUNT/QUEUE or
// …:sns:action/Publish) and its request.
//
// [Integration]
//
// [Integration]: https://docs.aws.amazon.com/apigateway/latest/api/API_Integration.html
func integration(uri, around value.Value) []Held {
	p, ok := text.SplitARN(uri.Text)
	if !ok || p[2] != "apigateway" || p[4] != "sns" && p[4] != "sqs" {
		return nil
	}
	form, rest, _ := strings.Cut(p[5], "/")
	does := ""
	if form == "action" {
		does = rest
	}
	by, grouped := "QueueUrl", false
	var found []value.Value
	leaves("", around, func(key, s string) {
		grouped = grouped || strings.Contains(key, "MessageGroupId") || strings.Contains(s, "MessageGroupId")
		if m := action.FindStringSubmatch(s); m != nil {
			does = m[1]
		}
		if strings.HasSuffix(key, ".Action") {
			does = strings.Trim(s, "'")
		}
		if inParameter.MatchString(key) && len(s) > 2 && s[0] == '\'' {
			found = append(found, value.NewText(uri.At, strings.Trim(s, "'")))
		}
		for _, m := range inTemplate.FindAllStringSubmatch(s, -1) {
			found = append(found, value.NewText(uri.At, m[1]))
		}
	})
	if does != "" && does != "Publish" && does != "PublishBatch" && does != "SendMessage" && does != "SendMessageBatch" {
		call := p[4] + ":" + does
		return []Held{{Why: "it calls " + call + ", which is not followed", Call: call}}
	}
	if account, name, ok := strings.Cut(rest, "/"); ok && form == "path" && p[4] == "sqs" && account != "" && name != "" {
		by = ""
		found = []value.Value{value.NewText(uri.At, "arn:"+p[1]+":sqs:"+p[3]+":"+account+":"+name)}
	}
	call := p[4] + ":" + cmp.Or(does, "*")
	if len(found) == 0 {
		return []Held{{Why: "its request names what it calls, and does not tell it: " + value.Excerpt(uri.Text), Call: call}}
	}
	var all []Held
	for _, target := range found {
		all = append(all, Held{Target: target, By: by, Grouped: grouped, Call: call})
	}
	return all
}

// leaves calls f for every text in a value, with the key under which it stands.
func leaves(key string, v value.Value, f func(key, s string)) {
	if v.Scalar() {
		f(key, v.Text)
	}
	for _, item := range v.Items {
		leaves(key, item, f)
	}
	for _, m := range v.Members {
		leaves(m.Key, m.Value, f)
	}
}

// APICall reports whether a target of EventBridge Scheduler is the name of an API call, and which parameter of the call then
// names the topic or queue: "" for calls of other services.
//
// [Universal targets]
//
// [Universal targets]: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
func APICall(target string) (parameter string, is bool) {
	_, api, is := strings.Cut(target, ":scheduler:::aws-sdk:")
	switch api {
	case "sqs:sendMessage":
		return "QueueUrl", true
	case "sns:publish":
		return "TopicArn", true
	}
	return "", is
}
