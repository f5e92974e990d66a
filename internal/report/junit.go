package report

import (
	"bytes"
	"encoding/xml"
	"strings"

	"github.com/hopgrant/hopgrant/internal/check"
)

// The elements of JUnit's XML that hopgrant writes, as Jenkins reads them.
type (
	junitSuites struct {
		XMLName  xml.Name   `xml:"testsuites"`
		Name     string     `xml:"name,attr"`
		Tests    int        `xml:"tests,attr"`
		Failures int        `xml:"failures,attr"`
		Errors   int        `xml:"errors,attr"`
		Suite    junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Cases    []junitCase `xml:"testcase"`
		Out      string      `xml:"system-out"`
	}
	junitCase struct {
		ClassName string        `xml:"classname,attr"`
		Name      string        `xml:"name,attr"`
		Skipped   *junitMessage `xml:"skipped"`
		Failure   *junitMessage `xml:"failure"`
		Out       string        `xml:"system-out,omitempty"`
	}
	junitMessage struct {
		Type    string `xml:"type,attr,omitempty"`
		Message string `xml:"message,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
)

// FindingsJUnit returns a report as test results: one test for each finding, and one for each rule without findings. The test of a finding
// fails if fails says so, is skipped if the finding is accepted, and else prints it. What was not decided is what the suite prints.
//
// [JUnit XML schema]
//
// [JUnit XML schema]: https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
func FindingsJUnit(r check.Report, rules []*check.Rule, fails func(*check.Finding) bool) ([]byte, error) {
	suite := junitSuite{Name: "hopgrant check", Out: decided(r)}
	found := map[string]bool{}
	test := func(f *check.Finding) *junitCase {
		found[f.Rule] = true
		suite.Cases = append(suite.Cases, junitCase{ClassName: "hopgrant." + f.Rule, Name: clean(f.At.File + ": " + f.Message)})
		return &suite.Cases[len(suite.Cases)-1]
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		text := cleanLines(f.At.String() + ": " + string(f.Severity) + ": " + message(f) + "\n" + f.Help)
		if c := test(f); fails(f) {
			c.Failure = &junitMessage{Type: string(f.Severity), Message: clean(f.Message), Text: text}
			suite.Failures++
		} else {
			c.Out = text
		}
	}
	for i := range r.Suppressed {
		f := &r.Suppressed[i]
		test(f).Skipped = &junitMessage{Text: clean(f.Suppressed)}
		suite.Skipped++
	}
	for _, rule := range rules {
		if !found[rule.ID] {
			suite.Cases = append(suite.Cases, junitCase{ClassName: "hopgrant." + rule.ID, Name: rule.Title})
		}
	}
	suite.Tests = len(suite.Cases)
	out, err := xml.MarshalIndent(junitSuites{Name: "hopgrant", Tests: suite.Tests, Failures: suite.Failures, Suite: suite}, "", "  ")
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	b.WriteString(strings.ReplaceAll(string(out), "&#xA;", "\n")) // line ends of the text are line ends
	b.WriteByte('\n')
	return noCommands(b.Bytes()), nil
}
