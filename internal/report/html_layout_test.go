package report_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/internal/cfn"
	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/report"
)

// sixty returns the hops of a template with two topics and sixty queues, of which every other one has messages of both, every fifth one
// has a dead-letter queue that they share, and one role reads them all. Every seventh has a key that does not admit SNS.
func sixty(t *testing.T) check.Report {
	t.Helper()
	var b strings.Builder
	b.WriteString(`Resources:
  Orders: {Type: AWS::SNS::Topic}
  Returns: {Type: AWS::SNS::Topic}
  Dead: {Type: AWS::SQS::Queue}
  Key:
    Type: AWS::KMS::Key
    Properties: {KeyPolicy: {Statement: [{Effect: Allow, Principal: {AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root'}, Action: 'kms:*', Resource: '*'}]}}
`)
	for i := range 60 {
		properties := "VisibilityTimeout: 30"
		if i%7 == 0 {
			properties += ", KmsMasterKeyId: !Ref Key"
		}
		if i%5 == 0 {
			properties += ", RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3}"
		}
		fmt.Fprintf(&b, `  Queue%[1]d: {Type: AWS::SQS::Queue, Properties: {%[2]s}}
  Policy%[1]d:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Queue%[1]d]
      PolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: sns.amazonaws.com}, Action: sqs:SendMessage, Resource: !GetAtt Queue%[1]d.Arn,
          Condition: {ArnEquals: {'aws:SourceArn': [!Ref Orders, !Ref Returns]}}}]
  Mapping%[1]d: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: reader, EventSourceArn: !GetAtt Queue%[1]d.Arn}}
  Subscription%[1]d: {Type: AWS::SNS::Subscription, Properties: {Protocol: sqs, TopicArn: !Ref Orders, Endpoint: !GetAtt Queue%[1]d.Arn}}
`, i, properties)
		if i%2 == 0 {
			fmt.Fprintf(&b, "  Other%[1]d: {Type: AWS::SNS::Subscription, Properties: {Protocol: sqs, TopicArn: !Ref Returns, Endpoint: !GetAtt Queue%[1]d.Arn}}\n", i)
		}
	}
	topologies, err := cfn.ReadBytes("sixty.yaml", []byte(b.String()), cfn.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return check.Run(topologies, check.Options{})
}

var (
	tag  = regexp.MustCompile(`<g class="edge (\w+)" data-hop="\d+" aria-hidden="true"><g class="tag" transform="translate\((-?\d+) (-?\d+)\)"><rect x="-(\d+)" y="-(\d+)"`)
	node = regexp.MustCompile(`<rect x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)" rx="\d+"/><svg`)
)

// TestLabelsDoNotOverlap reads the labels of a picture with sixty queues: none covers another one or a node, and every broken hop has one.
func TestLabelsDoNotOverlap(t *testing.T) {
	r := sixty(t)
	out, err := report.HopsHTML(r, []string{"sixty.yaml"}, report.Style{})
	if err != nil {
		t.Fatal(err)
	}
	type box struct{ left, top, right, bottom int }
	number := func(s string) int {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	var boxes []box
	broken := 0
	for _, m := range tag.FindAllStringSubmatch(string(out), -1) {
		x, y, w, h := number(m[2]), number(m[3]), number(m[4]), number(m[5])
		boxes = append(boxes, box{x - w, y - h, x + w, y + h})
		if m[1] == "broken" {
			broken++
		}
	}
	labels := len(boxes)
	for _, m := range node.FindAllStringSubmatch(string(out), -1) {
		boxes = append(boxes, box{number(m[1]), number(m[2]), number(m[1]) + number(m[3]), number(m[2]) + number(m[4])})
	}
	if len(boxes)-labels < 60 || labels < len(r.Hops)*3/4 {
		t.Errorf("%d labels and %d nodes are found of %d hops", labels, len(boxes)-labels, len(r.Hops))
	}
	if broken != r.Broken || broken == 0 {
		t.Errorf("%d broken hops have a label, want all %d", broken, r.Broken)
	}
	for i, a := range boxes[:labels] {
		for _, b := range boxes[i+1:] {
			if a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom {
				t.Errorf("label %v covers %v", a, b)
			}
		}
	}
}

// TestHTMLShowsMends checks that a finding is on the page with its statements, in the list of findings and with its hop. Where it has several
// hops, which may be thousands, each refers to the list.
func TestHTMLShowsMends(t *testing.T) {
	const mend, statement = "add to the key policy of ", "&#34;kms:GenerateDataKey&#34;"
	for _, tt := range []struct {
		reason string
		report check.Report
		inHop  []string
	}{
		{"one hop", explained(t, "testdata/shop.yaml"), []string{mend, statement}},
		{"many hops of one cause", sixty(t), []string{`<a href="#finding-0">what mends it, and 14 hops with it</a>`}},
	} {
		out, err := report.HopsHTML(tt.report, []string{"a.yaml"}, report.Style{})
		if err != nil {
			t.Fatal(err)
		}
		_, findings, _ := strings.Cut(string(out), `<h2 id="findings">`)
		findings, hops, found := strings.Cut(findings, `<h2 id="hops">`)
		if !found || !strings.Contains(findings, `id="finding-0"`) || !strings.Contains(findings, mend) || !strings.Contains(findings, statement) {
			t.Errorf("%s: the page has no findings in front of its hops, or not what mends them", tt.reason)
		}
		for _, want := range tt.inHop {
			if !strings.Contains(hops, want) {
				t.Errorf("%s: the hops do not have %s", tt.reason, want)
			}
		}
		for details := range strings.SplitSeq(hops, "<details") {
			if mended := strings.Contains(details, `class="finding error"`); mended != strings.Contains(details, `data-verdict="broken"`) {
				t.Errorf("%s: a hop with a mend: %v, in %.200s", tt.reason, mended, details)
			}
		}
	}
}
