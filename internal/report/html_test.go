package report_test

import (
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/report"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// hostile are hops whose every text wants to be markup.
func hostile() check.Report {
	const evil = `</script><script>alert(1)</script><img src=x onerror=alert(2)>"'` + "`" + `&{{.}}`
	at := topology.Position{File: evil, Line: 1}
	topic := &topology.Topic{Element: topology.Element{ID: evil, At: at, Stack: evil}, ARN: "${" + evil + "}"}
	queue := &topology.Queue{Element: topology.Element{ID: evil + "q", At: at}, ARN: "${" + evil + "q}", SSE: text.Yes}
	role := &topology.Caller{Element: topology.Element{ID: evil + "r", At: at}, Principal: policygen.RoleARN("${" + evil + "}")}
	return check.Explain([]*topology.Topology{{Path: evil, Kind: "cloudformation", Scenario: evil,
		Topics: []*topology.Topic{topic}, Queues: []*topology.Queue{queue}, Callers: []*topology.Caller{role},
		Subscriptions: []*topology.Subscription{{Element: topology.Element{ID: evil, At: at}, Topic: topic, Queue: queue}},
		Consumers:     []*topology.Consumer{{Element: topology.Element{ID: evil, At: at}, What: evil, Queue: queue, Caller: role}},
		Publishers:    []*topology.Publisher{{Element: topology.Element{ID: evil, At: at}, What: evil, Topic: topic, Caller: role}},
		Unknowns:      []topology.Unknown{{ID: evil, Path: evil, Stack: evil, What: evil, Why: evil, At: at}},
	}})
}

func TestHTMLEscapes(t *testing.T) {
	out, err := report.HopsHTML(hostile(), []string{`<script>alert(3)</script>`}, report.Style{})
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(out), "<script"); n != 1 {
		t.Errorf("%d scripts, want the page's own", n)
	}
	if strings.Contains(string(out), "<img") {
		t.Error("an image got in")
	}
}
