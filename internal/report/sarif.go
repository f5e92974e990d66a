package report

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
)

// The objects of SARIF that hopgrant writes. What the schema has a default for is left out where the default holds.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
		Tool       sarifTool     `json:"tool"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		InformationURI string      `json:"informationUri"`
		Name           string      `json:"name"`
		Rules          []sarifRule `json:"rules"`
		Version        string      `json:"version"`
	}
	sarifRule struct {
		DefaultConfiguration sarifConfiguration `json:"defaultConfiguration"`
		FullDescription      sarifText          `json:"fullDescription"`
		Help                 sarifText          `json:"help"`
		HelpURI              string             `json:"helpUri"`
		ID                   string             `json:"id"`
		Name                 string             `json:"name"`
		ShortDescription     sarifText          `json:"shortDescription"`
	}
	sarifConfiguration struct {
		Level string `json:"level"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		PartialFingerprints map[string]string  `json:"partialFingerprints"`
		Level               string             `json:"level"`
		Locations           []sarifLocation    `json:"locations"`
		Message             sarifText          `json:"message"`
		Properties          *sarifProperties   `json:"properties,omitempty"`
		RuleID              string             `json:"ruleId"`
		RuleIndex           int                `json:"ruleIndex"`
		Suppressions        []sarifSuppression `json:"suppressions,omitempty"`
	}
	// sarifProperties are hopgrant's own, as in its JSON.
	sarifProperties struct {
		Fix []fixJSON   `json:"fix,omitempty"`
		Hop *hopRefJSON `json:"hop,omitempty"`
	}
	sarifSuppression struct {
		Justification string `json:"justification"`
		Kind          string `json:"kind"`
	}
	sarifLocation struct {
		PhysicalLocation sarifPlace `json:"physicalLocation"`
	}
	sarifPlace struct {
		ArtifactLocation sarifFile    `json:"artifactLocation"`
		Region           *sarifRegion `json:"region,omitempty"`
	}
	sarifFile struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartColumn int `json:"startColumn,omitempty"`
		StartLine   int `json:"startLine"`
	}
)

// FindingsSARIF returns a report as SARIF 2.1.0, in which suppressed findings are marked. version is that of hopgrant.
//
// [SARIF 2.1.0]
//
// [SARIF 2.1.0]: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
func FindingsSARIF(r check.Report, version string) ([]byte, error) {
	run := sarifRun{ColumnKind: "unicodeCodePoints", Results: []sarifResult{},
		Tool: sarifTool{sarifDriver{InformationURI: "https://github.com/hopgrant/hopgrant", Name: "hopgrant", Version: version}}}
	index := map[string]int{}
	for i, rule := range check.Rules() {
		index[rule.ID] = i
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifOfRule(rule))
	}
	for i := range r.Findings {
		run.Results = append(run.Results, sarifOf(&r.Findings[i], index))
	}
	for i := range r.Suppressed {
		result := sarifOf(&r.Suppressed[i], index)
		kind := "inSource"
		if r.Suppressed[i].Outside {
			kind = "external"
		}
		result.Suppressions = []sarifSuppression{{r.Suppressed[i].Suppressed, kind}}
		run.Results = append(run.Results, result)
	}
	return plainJSON(value.EncodeJSON(sarifLog{
		Schema:  "https://raw.githubusercontent.com/oasis-tcs/sarif-spec/main/sarif-2.1/schema/sarif-schema-2.1.0.json",
		Version: "2.1.0", Runs: []sarifRun{run}}, "  ")), nil
}

func sarifOfRule(r *check.Rule) sarifRule {
	return sarifRule{ID: r.ID, Name: pascal(r.ID), HelpURI: r.Help(), ShortDescription: sarifText{r.Title},
		FullDescription: sarifText{r.Text}, Help: sarifText{r.Text}, DefaultConfiguration: sarifConfiguration{level(r.Severity)}}
}

func sarifOf(f *check.Finding, index map[string]int) sarifResult {
	sum := sha256.Sum256([]byte(f.Key()))
	result := sarifResult{RuleID: f.Rule, RuleIndex: index[f.Rule], Level: level(f.Severity), Message: sarifText{sarifMessage(message(f))},
		Locations: []sarifLocation{location(f.At)}, PartialFingerprints: map[string]string{"hopgrant/v1": hex.EncodeToString(sum[:16])}}
	if j := jsonOf(f); len(j.Fix) > 0 || j.Hop != nil {
		result.Properties = &sarifProperties{j.Fix, j.Hop}
	}
	return result
}

// message returns the finding's message and what to do, because viewers of SARIF show little else.
func message(f *check.Finding) string {
	text := messages(f)
	if f.Advice != "" {
		text += "\n" + f.Advice
	}
	for _, fix := range f.Fix {
		text += "\n" + clean(fix.AddTo()) + ":"
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

func location(at topology.Position) sarifLocation {
	place := sarifPlace{ArtifactLocation: sarifFile{uri(at.File)}}
	if at.Line > 0 {
		place.Region = &sarifRegion{StartLine: at.Line, StartColumn: max(at.Column, 0)}
	}
	return sarifLocation{place}
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
