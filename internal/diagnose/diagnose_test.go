package diagnose

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/policygen"
)

// read returns the only diagnosis of a text.
func read(t *testing.T, text string) Diagnosis {
	t.Helper()
	all, err := Read("stdin", []byte(text))
	if err != nil || len(all) != 1 {
		t.Fatalf("%d diagnoses, %v", len(all), err)
	}
	return all[0]
}

const denial1 = "User: arn:aws:iam::111122223333:user/alice is not authorized to perform: sqs:sendmessage on resource: arn:aws:sqs:us-east-1:111122223333:orders"

// TestPolicyTypes has the endings of messages as the IAM guide shows them.
//
// [Access denied error messages]: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
func TestPolicyTypes(t *testing.T) {
	for _, tt := range []struct {
		end      string
		policy   PolicyType
		explicit bool
		denier   string
		reason   string
	}{
		{" because no identity-based policy allows the sqs:sendmessage action", identity, false, "", "an implicit denial names what does not allow"},
		{" because no resource-based policy allows the sqs:sendmessage action", resource, false, "", "another type"},
		{" because no service control policy allows the sqs:sendmessage action", "service control policy", false, "", "of an organization"},
		{" because no resource control policy allows the sqs:sendmessage action", "resource control policy", false, "", "of an organization"},
		{" because no session policy allows the sqs:sendmessage action", "session policy", false, "", "of a session"},
		{" because no VPC endpoint policy allows the sqs:sendmessage action", "VPC endpoint policy", false, "", "with capitals"},
		{" because no permissions boundary allows the sqs:sendmessage action", boundary, false, "", "which has no word policy"},
		{" with an explicit deny in an identity-based policy", identity, true, "", "with the article an"},
		{" with an explicit deny in a VPC endpoint policy", "VPC endpoint policy", true, "", "with the article a"},
		{" with an explicit deny in a permissions boundary", boundary, true, "", "which has no word policy"},
		{" with an explicit\ndeny in a resource-\nbased policy", resource, true, "", "broken by a terminal"},
		{" with an explicit deny in a service control policy: arn:aws:organizations::111122223333:policy/o-abc123/service_control_policy/p-abc123",
			"service control policy", true, "arn:aws:organizations::111122223333:policy/o-abc123/service_control_policy/p-abc123", "newer messages name the policy"},
		{" with an explicit deny", "", true, "", "the oldest form names no type"},
		{"", "", false, "", "of another account AWS says nothing"},
		{" because no telepathic policy allows the sqs:sendmessage action", "", false, "", "a type that is not known is none"},
	} {
		d := read(t, denial1+tt.end)
		if d.Policy != tt.policy || d.Explicit != tt.explicit || d.Denier != tt.denier {
			t.Errorf("%q: policy %q, explicit %v, %q: %s", tt.end, d.Policy, d.Explicit, d.Denier, tt.reason)
		}
		helps := !tt.explicit && (tt.policy == "" || tt.policy == identity || tt.policy == resource)
		if got := len(d.Answers[0].Remedies) > 0; got != helps || (d.Answers[0].Unsolved == "") != helps {
			t.Errorf("%q: statements %v, unsolved %q: %s", tt.end, got, d.Answers[0].Unsolved, tt.reason)
		}
	}
}

// TestWrappers has the words of SDKs around a message that names no call itself.
func TestWrappers(t *testing.T) {
	const old = "Access to the resource https://sqs.eu-west-1.amazonaws.com/111122223333/orders is denied."
	for _, tt := range []struct {
		sdk, text string
		kinds     []policygen.HopKind
	}{
		{"boto3", "botocore.exceptions.ClientError: An error occurred (AccessDenied) when calling the SendMessage operation: " + old, []policygen.HopKind{kind.Send}},
		{"Go v1", "AccessDenied: " + old + "\n\tstatus code: 403, request id: 0", []policygen.HopKind{kind.Send, kind.Receive}},
		{"Go v2", "operation error SQS: ReceiveMessage, https response error StatusCode: 403, RequestID: 0, api error AccessDenied: " + old, []policygen.HopKind{kind.Receive}},
		{"JavaScript v2", "AccessDenied: " + old + "\n    at Request.extractError (/app/node_modules/aws-sdk/lib/protocol/query.js:50:29)", []policygen.HopKind{kind.Send, kind.Receive}},
		{"JavaScript v3", "AccessDenied: " + old + "\n    at de_SendMessageBatchCommandError (/app/dist-cjs/index.js:1)", []policygen.HopKind{kind.Send}},
		{"Java v1", "com.amazonaws.services.sqs.model.AmazonSQSException: " + old + " (Service: AmazonSQS; Status Code: 403)\n\tat com.amazonaws.services.sqs.AmazonSQSClient.doInvoke(AmazonSQSClient.java:1)\n" +
			"\tat com.amazonaws.services.sqs.AmazonSQSClient.executeReceiveMessage(AmazonSQSClient.java:2)", []policygen.HopKind{kind.Receive}},
		{"Java v2", "software.amazon.awssdk.services.sqs.model.SqsException: " + old + "\n\tat software.amazon.awssdk.services.sqs.DefaultSqsClient.deleteMessage(DefaultSqsClient.java:1)",
			[]policygen.HopKind{kind.Receive}},
		{".NET", "Amazon.SQS.AmazonSQSException: " + old, []policygen.HopKind{kind.Send, kind.Receive}},
		{"PHP", `Error executing "SendMessage" on "https://sqs.eu-west-1.amazonaws.com/"; AWS HTTP error: ` + old, []policygen.HopKind{kind.Send}},
		{"Ruby", "Aws::SQS::Errors::AccessDenied: " + old, []policygen.HopKind{kind.Send, kind.Receive}},
	} {
		d := read(t, tt.text)
		var kinds []policygen.HopKind
		for _, a := range d.Answers {
			kinds = append(kinds, a.Hop.Kind)
			if a.Hop.Queue.ARN != "arn:aws:sqs:eu-west-1:111122223333:orders" {
				t.Errorf("%s: queue %s", tt.sdk, a.Hop.Queue.ARN)
			}
		}
		if !slices.Equal(kinds, tt.kinds) {
			t.Errorf("%s: %q, want %q", tt.sdk, kinds, tt.kinds)
		}
	}
}

// TestFaults has the errors of KMS that are no matter of policies, as SQS and SNS name them.
func TestFaults(t *testing.T) {
	for _, tt := range []struct{ text, mend string }{
		{"An error occurred (KMS.DisabledException) when calling the SendMessage operation: arn:aws:kms:… is disabled", "enable the key, or use another one"},
		{"KMSDisabledException: null (Service: AWSKMS; Status Code: 400; Error Code: DisabledException)", "enable the key, or use another one"},
		{"operation error SQS: ReceiveMessage, https response error StatusCode: 400, KMS.InvalidStateException: pending deletion", "cancel its deletion and enable it, or use another key"},
		{"KmsNotFound: The request was rejected because the specified entity or resource can't be found when calling the SendMessage operation", "set a key that is there"},
		{"KMSOptInRequired when calling the Publish operation", "enable KMS for the account"},
	} {
		for _, a := range read(t, tt.text).Answers {
			if a.Unsolved != tt.mend || len(a.Remedies) > 0 {
				t.Errorf("%q: %q and %d remedies, want %q", tt.text, a.Unsolved, len(a.Remedies), tt.mend)
			}
		}
	}
}

// TestTrail reads an event as an object, a list, a file, a file in gzip, and as the AWS CLI prints it.
func TestTrail(t *testing.T) {
	const event = `{"userIdentity": {"type": "AssumedRole", "arn": "arn:aws:sts::111122223333:assumed-role/worker/i-1",
		"sessionContext": {"sessionIssuer": {"arn": "arn:aws:iam::111122223333:role/team/worker"}}, "invokedBy": "sqs.amazonaws.com"},
		"eventSource": "kms.amazonaws.com", "eventName": "Decrypt", "errorCode": "AccessDenied", "sessionCredentialFromConsole": "AKIAIOSFODNN7EXAMPLE",
		"requestParameters": {"encryptionContext": {"aws:sqs:arn": "arn:aws:sqs:us-east-1:111122223333:orders"}},
		"resources": [{"ARN": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}]}`
	var compressed bytes.Buffer
	w := gzip.NewWriter(&compressed)
	fmt.Fprintf(w, `{"Records": [%s]}`, event)
	w.Close()
	quoted, _ := json.Marshal(event)
	for name, text := range map[string]string{
		"an event": event, "a list": "[" + event + "]", "a file": `{"Records": [` + event + `]}`, "gzip": compressed.String(),
		"lookup-events": `{"Events": [{"EventId": "1", "CloudTrailEvent": ` + string(quoted) + `}]}`,
		"CloudWatch":    `{"events": [{"timestamp": 1, "message": ` + string(quoted) + `}]}`,
		"lines":         strings.ReplaceAll(event, "\n", " ") + "\n",
	} {
		d := read(t, text)
		if len(d.Answers) != 2 || d.Answers[0].Hop.Kind != kind.Send || d.Answers[1].Hop.Kind != kind.Receive {
			t.Errorf("%s: %+v, want a send or a receive, which both decrypt", name, d.Answers)
		}
		if got := d.Answers[0].Hop.Caller; got != policygen.RoleARN("arn:aws:iam::111122223333:role/team/worker") {
			t.Errorf("%s: the caller is %v, want the role with its path, from the session's issuer", name, got)
		}
	}
	d := read(t, "["+event+","+event+"]")
	if d.Times != 2 {
		t.Errorf("the same denial twice counts %d times", d.Times)
	}
}

// TestSeveral reads a paste with records and other text, which are different denials, and a function's dead letter.
func TestSeveral(t *testing.T) {
	const log = `{"notification": {"topicArn": "arn:aws:sns:us-east-1:111122223333:sales"}, "delivery": {"destination": "arn:aws:sqs:us-east-1:111122223333:q",
		"providerResponse": "{\"ErrorCode\":\"KMS.AccessDeniedException\"}"}, "status": "FAILURE"}`
	all, err := Read("stdin", []byte("the log:\n"+log+"\nand the consumer:\n"+denial1+"\n"))
	if err != nil || len(all) != 2 || all[0].Form != deliveryLog || all[1].Form != notAuthorized {
		t.Errorf("%d diagnoses, %v: want those of the log and of the message", len(all), err)
	}
	d := read(t, `{"messageAttributes": {"RequestID": {"stringValue": "1"}, "ErrorCode": {"stringValue": "200"}, "ErrorMessage": {"stringValue": "`+denial1+`"}}}`)
	if d.Form != notAuthorized || d.Answers[0].Hop.Kind != kind.Send {
		t.Errorf("the dead letter of a function: %s, %+v, want the function's own error", d.Form.Name, d.Answers)
	}
}

// TestCutLog reads a delivery status log whose end is missing.
func TestCutLog(t *testing.T) {
	const log = `{"notification": {"topicArn": "arn:aws:sns:us-east-1:111122223333:sales"}, "delivery": {"destination": "arn:aws:sqs:us-east-1:111122223333:orders",
		"providerResponse": "{\"ErrorCode\":\"KMS.AccessDeniedException\",\"ErrorMessage\":\"null (Service: AWSK`
	d := read(t, log)
	if a := d.Answers; d.Form != deliveryLog || len(a) != 1 || a[0].Hop.Kind != kind.Deliver || a[0].Hop.Topic.ARN != "arn:aws:sns:us-east-1:111122223333:sales" ||
		a[0].Hop.Queue.ARN != "arn:aws:sqs:us-east-1:111122223333:orders" || a[0].Hop.Queue.Key == "" {
		t.Errorf("%s: %+v", d.Form.Name, a)
	}
}

// TestCutNames says that a name which may not be whole is none.
func TestCutNames(t *testing.T) {
	for _, tt := range []struct{ text, queue, reason string }{
		{denial1 + "...", anyQueue, "three dots leave something out"},
		{denial1 + "…", anyQueue, "so does an ellipsis"},
		{strings.TrimSuffix(denial1, ":orders"), anyQueue, "the name is missing"},
		{strings.Replace(denial1, "orders", "ord-\n  ers", 1), "arn:aws:sqs:us-east-1:111122223333:ord-ers", "a hyphen at the end of a line goes on"},
		{denial1 + "\n    at com.example.Main", "arn:aws:sqs:us-east-1:111122223333:orders", "the next line is another text"},
		{denial1 + ".", "arn:aws:sqs:us-east-1:111122223333:orders", "a period ends a sentence"},
		{strings.Replace(denial1, "111122223333:orders", "************:orders", 1), "arn:aws:sqs:us-east-1:${QueueAccount}:orders", "the account is hidden"},
	} {
		if got := read(t, tt.text).Answers[0].Hop.Queue.ARN; string(got) != tt.queue {
			t.Errorf("%q: %s, want %s: %s", tt.text, got, tt.queue, tt.reason)
		}
	}
}

func TestUnknown(t *testing.T) {
	for _, tt := range []struct{ text, want, reason string }{
		{"the queue is empty", "I looked for delivery status logs of SNS, ", "nothing is known, and what was looked for is said"},
		{`{"notification": {"topicArn": "arn:aws:sns:us-east-1:111122223333:sales"}, "delivery": {"destination": "arn:aws:sqs:us-east-1:111122223333:q"}, "status": "SUCCESS"}`,
			"a delivery that succeeded", "no denial"},
		{`{"notification": {"topicArn": "arn:aws:sns:us-east-1:111122223333:sales"}, "delivery": {"destination": "arn:aws:lambda:us-east-1:111122223333:function:f",
			"providerResponse": "denied"}, "status": "FAILURE"}`, "no queue", "another protocol"},
		{`{"eventSource": "sqs.amazonaws.com", "eventName": "ListQueues", "userIdentity": {}}`, "none was denied", "an event that went well"},
		{"An error occurred (AccessDeniedException) when calling the Decrypt operation: " + strings.Replace(denial1, "sqs:sendmessage", "kms:Decrypt", 1),
			"the program called KMS itself", "SQS and SNS are not asked"},
		{"operation error KMS: Decrypt, https response error StatusCode: 400, AccessDeniedException: " + strings.Replace(denial1, "sqs:sendmessage", "kms:Decrypt", 1),
			"the program called KMS itself", "the SDK for Go names the service"},
		{strings.Replace(denial1, "sqs:sendmessage", "s3:GetObject", 1), "s3:GetObject was denied, which is no call of a message", "another service"},
		{strings.Replace(denial1, "sqs:sendmessage", "sqs:\x1b[31m", 1), "a call was denied", "what has not the form of an action is not repeated"},
	} {
		_, err := Read("stdin", []byte(tt.text))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: %v, want %q: %s", tt.text, err, tt.want, tt.reason)
		}
	}
}

func TestBadInput(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"nothing", " \n", "it is empty"},
		{"broken gzip", "\x1f\x8b\x08garbage", "cannot be decompressed"},
	} {
		if _, err := Read("stdin", []byte(tt.text)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
	var bomb bytes.Buffer
	w := gzip.NewWriter(&bomb)
	w.Write(make([]byte, maxText+1))
	w.Close()
	if _, err := Read("stdin", bomb.Bytes()); err == nil || !strings.Contains(err.Error(), "larger than") {
		t.Errorf("a bomb: %v", err)
	}
}

// TestFormsAreComplete checks that each form has a name, a page, and a text in the corpus that is read by it.
func TestFormsAreComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range corpus(t) {
		seen[part(p.want, "form")] = true
	}
	for _, f := range Forms() {
		if f.What == "" || !strings.HasPrefix(f.Doc, "https://") {
			t.Errorf("form %s: want what it is and a page", f.Name)
		}
		if !seen[f.Name] && f != stackEvent {
			t.Errorf("form %s: the corpus has no text of it", f.Name)
		}
	}
}

// FuzzRead reads arbitrary texts. What is shown has the form of names, holds no secret, and statements are documents.
func FuzzRead(f *testing.F) {
	for _, p := range corpus(f) {
		f.Add([]byte(p.text))
	}
	f.Add([]byte(denial1 + " with an explicit deny in a session policy AKIAIOSFODNN7EXAMPLE"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 20_000 {
			return
		}
		all, err := Read("stdin", data)
		if err != nil {
			return
		}
		for _, d := range all {
			shown := []string{d.Denied, d.Why, d.Call, string(d.On), d.Denier}
			for _, q := range d.Open {
				shown = append(shown, q.Command)
			}
			for _, a := range d.Answers {
				shown = append(shown, string(a.Hop.Topic.ARN), string(a.Hop.Queue.ARN), string(a.Hop.Source))
				if (len(a.Remedies) == 0) == (a.Unsolved == "") {
					t.Errorf("%s: %d remedies, unsolved %q", a.Hop.Kind, len(a.Remedies), a.Unsolved)
				}
				for _, r := range a.Remedies {
					b, err := r.Document.MarshalJSON()
					if err == nil {
						_, err = policygen.Parse(b)
					}
					if err != nil {
						t.Errorf("statements of the %s policy: %v", r.On, err)
					}
				}
			}
			for _, s := range shown {
				if secrets().MatchString(s) || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) {
					t.Errorf("shown: %q", s)
				}
			}
		}
	})
}
