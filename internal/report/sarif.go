package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
)

// FindingsSARIF returns a report as SARIF 2.1.0, in which suppressed findings are marked. version is that of hopgrant.
//
// [SARIF 2.1.0]
//
// [SARIF 2.1.0]: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
func FindingsSARIF(r check.Report, version string) ([]byte, error) {
	driver := sarif.NewToolComponent().WithName("hopgrant").WithInformationURI("https://github.com/hopgrant/hopgrant").WithVersion(version)
	index := map[string]int{}
	for i, rule := range check.Rules() {
		index[rule.ID] = i
		driver.AddRule(sarifRule(rule))
	}
	run := sarif.NewRun().WithTool(sarif.NewTool().WithDriver(driver)).WithColumnKind("unicodeCodePoints")
	for i := range r.Findings {
		run.AddResult(sarifResult(&r.Findings[i], index))
	}
	for i := range r.Suppressed {
		result := sarifResult(&r.Suppressed[i], index)
		result.AddSuppression(sarif.NewSuppression().WithKind("inSource").WithJustification(r.Suppressed[i].Suppressed))
		run.AddResult(result)
	}
	report := sarif.NewReport()
	report.AddRun(run)
	var b bytes.Buffer
	if err := report.PrettyWrite(&b); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return plainJSON(b.Bytes()), nil
}

func sarifRule(r *check.Rule) *sarif.ReportingDescriptor {
	text := sarif.NewMultiformatMessageString().WithText(r.Text)
	return sarif.NewReportingDescriptor().WithID(r.ID).WithName(pascal(r.ID)).WithHelpURI(r.Help()).
		WithShortDescription(sarif.NewMultiformatMessageString().WithText(r.Title)).
		WithFullDescription(text).WithHelp(text).
		WithDefaultConfiguration(sarif.NewReportingConfiguration().WithLevel(level(r.Severity)))
}

func sarifResult(f *check.Finding, index map[string]int) *sarif.Result {
	result := sarif.NewResult().WithRuleID(f.Rule).WithRuleIndex(index[f.Rule]).WithLevel(level(f.Severity)).
		WithMessage(sarif.NewTextMessage(sarifText(message(f))))
	result.AddLocation(location(f.At))
	sum := sha256.Sum256([]byte(f.Key()))
	result.WithPartialFingerprints(map[string]string{"hopgrant/v1": hex.EncodeToString(sum[:16])})
	properties := sarif.NewPropertyBag()
	if fix, err := json.Marshal(jsonOf(f).Fix); err == nil && len(f.Fix) > 0 {
		properties.Add("fix", json.RawMessage(fix))
	}
	if f.Hop != nil {
		properties.Add("hop", hopRef(f.Hop))
	}
	return result.WithProperties(properties)
}

// message returns the finding's message and what to do, because viewers of SARIF show little else.
func message(f *check.Finding) string {
	text := messages(f)
	if f.Advice != "" {
		text += "\n" + f.Advice
	}
	for _, fix := range f.Fix {
		text += "\n" + addTo(fix) + ":"
		for _, st := range fix.Document.Statements {
			text += "\n" + strings.TrimRight(string(value.EncodeJSON(st, "  ")), "\n")
		}
	}
	return text
}

// messages returns the finding's message, and those of other hops with the same cause, one a line.
func messages(f *check.Finding) string {
	text := f.Message
	for _, o := range f.Others {
		text += "\n" + o.Message
	}
	return text
}

func location(at topology.Position) *sarif.Location {
	physical := sarif.NewPhysicalLocation().WithArtifactLocation(sarif.NewArtifactLocation().WithURI(uri(at.File)))
	if at.Line > 0 {
		region := sarif.NewRegion().WithStartLine(at.Line)
		if at.Column > 0 {
			region.WithStartColumn(at.Column)
		}
		physical.WithRegion(region)
	}
	return sarif.NewLocation().WithPhysicalLocation(physical)
}

// uri returns a path as a URI reference. A relative path stays relative, as GitHub wants it.
func uri(path string) string {
	u := url.URL{Path: filepath.ToSlash(path)}
	if filepath.IsAbs(path) {
		u.Scheme = "file"
	}
	return u.String()
}

func level(s check.Severity) string {
	switch s {
	case check.Error:
		return "error"
	case check.Warning:
		return "warning"
	}
	return "note"
}

// pascal returns a rule's id in the form that SARIF wants for names, such as KeyPolicySns.
func pascal(id string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(id, "-") {
		b.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return b.String()
}
