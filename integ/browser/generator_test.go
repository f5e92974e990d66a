//go:build integ

package browser

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

const (
	ordersQueue = "arn:aws:sqs:us-east-2:123456789012:orders"
	ordersKey   = "arn:aws:kms:us-east-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	salesTopic  = "arn:aws:sns:us-east-2:123456789012:sales"
)

// answered waits until the page shows the answer to what the form says now.
func (s *site) answered() {
	s.t.Helper()
	s.wait(`document.body.dataset.answered === JSON.stringify(question())`)
}

// same compares the documents on the page with those that the command on the page writes.
func (s *site) same() {
	s.t.Helper()
	s.answered()
	line := s.texts("#command code")[0]
	args := words(s.t, line)
	if len(args) < 3 || args[0] != "hopgrant" {
		s.t.Fatalf("the page shows the command %q", line)
	}
	dir := s.t.TempDir()
	names, stderr := run(s.t, dir, append(args[1:], "--output-dir", "out")...)
	if stderr != "" {
		s.t.Fatalf("%s: %s", line, stderr)
	}
	shown := s.texts("#policies pre")
	files := strings.Split(strings.TrimSpace(names), "\n")
	if len(shown) != len(files) {
		s.t.Fatalf("the page shows %d documents, %s writes %q", len(shown), line, files)
	}
	for i, name := range files {
		want, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			s.t.Fatal(err)
		}
		if shown[i] != string(want) {
			s.t.Errorf("the page shows\n%s\n%s writes\n%s", shown[i], line, want)
		}
	}
}

func TestGeneratorPrintsWhatTheCommandPrints(t *testing.T) {
	s := openSite(t, "generate/")
	s.same() // the form as it is at first

	s.write("account", "210987654321")
	s.write("region", "eu-central-1")
	s.write("queue", "orders\rreturns")
	s.same()
	if shown := strings.Join(s.texts("#policies pre"), ""); !strings.Contains(shown, "arn:aws:sqs:eu-central-1:210987654321:returns") {
		t.Errorf("the names are not ARNs of the account and Region: %s", shown)
	}

	// Another account, a customer managed key: four policies.
	s.click(`input[name=encryption][value=key]`)
	s.answered()
	s.write("key", "arn:aws:kms:eu-central-1:210987654321:key/1234abcd-12ab-34cd-56ef-1234567890ab")
	s.write("principal", "arn:aws:iam::111122223333:role/checkout")
	s.same()
	if n := len(s.texts("#policies pre")); n != 4 {
		t.Errorf("%d policies, want those of the role, two queues and the key", n)
	}

	for _, role := range []struct{ option, queue, source string }{
		{option: "Producer"}, {option: "Publisher"}, {option: "SNS"}, {option: "Redriver"}, {option: "Subscriber"}, {option: "Everybody"},
	} {
		s.choose("role", role.option)
		if role.option == "Redriver" { // AWS lets nobody of another account start a move
			s.write("principal", "arn:aws:iam::210987654321:role/redriver")
		}
		s.same()
	}
	s.choose("role", "Publisher")
	s.write("principal", "s3.amazonaws.com")
	s.write("source", "arn:aws:s3:::invoices")
	s.write("source-account", "210987654321")
	s.same()
	s.quiet()
}

func TestGeneratorWritesEveryLanguage(t *testing.T) {
	s := openSite(t, "generate/")
	s.answered()
	s.choose("role", "SNS")
	s.write("topic", salesTopic)
	s.write("queue-sns", ordersQueue)
	s.click(`input[name=encryption][value=key]`)
	s.answered()
	s.write("key", ordersKey)
	for _, language := range []string{"CloudFormation", "Terraform, jsonencode", "CDK in Go", "AWS CLI", "JSON"} {
		s.choose("format", language)
		s.same()
	}
	s.choose("format", "Terraform")
	s.write("topic", "aws_sns_topic.sales.arn")
	s.write("queue-sns", "aws_sqs_queue.orders.arn")
	s.write("key", "${aws_kms_key.orders.arn}")
	must(t, chromedp.Do(s.ctx, chromedp.Click(chromedp.CSS("#form details > summary"))))
	s.write("key-account", "123456789012")
	s.same()
	s.quiet()
}

func TestGeneratorNamesTheFieldThatIsWrong(t *testing.T) {
	s := openSite(t, "generate/")
	s.answered()
	tests := []struct{ reason, role, id, text, want string }{
		{"a topic is no queue", "Consumer", "queue", salesTopic, `service is "sns", want "sqs"`},
		{"a name needs an account", "Consumer", "account", " ", "a name alone does not tell it"},
		{"an account has 12 digits", "Consumer", "account", "123", "123"},
		{"there is no such service", "Producer", "principal", "evnts.amazonaws.com", "evnts.amazonaws.com"},
		{"SNS cannot use the AWS managed key", "SNS", "managed", "", "alias/aws/sqs"},
	}
	for _, tt := range tests {
		must(t, chromedp.Do(s.ctx, chromedp.Reload()))
		s.answered()
		s.choose("role", tt.role)
		if tt.id == "managed" {
			s.click(`input[name=encryption][value=managed]`)
		} else {
			s.write(tt.id, tt.text)
		}
		s.answered()
		problems := strings.Join(s.texts(".problem"), "\n")
		if !strings.Contains(problems, tt.want) {
			t.Errorf("%s: the page says %q, want %q", tt.reason, problems, tt.want)
		}
		if n := len(s.texts("#policies pre")); n != 0 {
			t.Errorf("%s: the page still shows %d documents", tt.reason, n)
		}
		if tt.id != "managed" && !evaluate[bool](t, s.ctx, `[...document.querySelectorAll("[aria-invalid]")].some(e => document.getElementById(e.getAttribute("aria-describedby")))`) {
			t.Errorf("%s: no field is marked", tt.reason)
		}
	}
}

func TestGeneratorMergesIntoAPolicy(t *testing.T) {
	const there = `{"Version": "2012-10-17", "Statement": [{"Sid": "Mine", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "sqs:SendMessage", "Resource": "` + ordersQueue + `"}]}`
	s := openSite(t, "generate/")
	s.answered()
	s.choose("role", "SNS")
	s.write("topic", salesTopic)
	s.write("queue-sns", ordersQueue)
	s.write("merge", there)
	s.answered()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "there.json"), []byte(there), 0o666); err != nil {
		t.Fatal(err)
	}
	want, stderr := run(t, dir, "policy", "sns", "--topic", salesTopic, "--queue", ordersQueue, "--merge", "there.json")
	if got := strings.Join(s.texts("#merged pre"), ""); got != want || want == "" {
		t.Errorf("the page shows\n%s\nthe command prints\n%s%s", got, want, stderr)
	}
	s.write("merge", `{"Version": "2012-10-17", "Statement": [`)
	s.answered()
	if !evaluate[bool](t, s.ctx, `document.getElementById("merge").hasAttribute("aria-invalid")`) {
		t.Error("a broken policy is not said at its field")
	}
}

// Each statement is explained with the AWS page of each call, and each document says where it belongs.
func TestGeneratorExplains(t *testing.T) {
	s := openSite(t, "generate/")
	s.answered()
	s.click(`input[name=encryption][value=key]`)
	s.answered()
	s.write("key", "1234abcd-12ab-34cd-56ef-1234567890ab")
	s.answered()
	actions := s.texts("ul.why ul code")
	if got, want := strings.Join(actions, " "), "sqs:ReceiveMessage sqs:DeleteMessage kms:Decrypt"; got != want {
		t.Errorf("actions %q are explained, want %q", got, want)
	}
	links := evaluate[[]string](t, s.ctx, `[...document.querySelectorAll("ul.why a")].map(a => a.href)`)
	for _, l := range links {
		if !strings.HasPrefix(l, "https://docs.aws.amazon.com/") {
			t.Errorf("a statement is explained by %s", l)
		}
	}
	if len(links) != len(actions) {
		t.Errorf("%d pages for %d actions", len(links), len(actions))
	}
	if h := s.texts("#policies h3"); len(h) != 1 || !strings.HasPrefix(h[0], "identity policy of the caller") {
		t.Errorf("headings %q, want where the policy belongs", h)
	}
}
