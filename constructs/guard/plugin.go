package guard

import (
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/topology"
)

// Plugin returns a policy validation plugin of the CDK, which checks the app when it is synthesized:
//
//	awscdk.Validations_Of(app).AddPlugins(guard.Plugin())
//
// The CDK prints its report, and fails the synthesis on errors. From Go that does not change the exit status; where it
// should, use [Synth].
//
// [CDK policy validation at synthesis time]
//
// [CDK policy validation at synthesis time]: https://docs.aws.amazon.com/cdk/v2/guide/policy-validation-synthesis.html
func Plugin() awscdk.IPolicyValidationPlugin { return &plugin{} }

// plugin has pointer receivers: jsii takes Go types that implement an interface by pointer only, and tells them apart by
// address, so that each needs one of its own.
type plugin struct{ _ byte }

// Name returns the name under which the CDK reports.
func (*plugin) Name() *string { return jsii.String("hopgrant") }

// Version returns the version of this module in the app's build, "0.0.0" if it has none.
func (*plugin) Version() *string {
	version := "0.0.0"
	if build, ok := debug.ReadBuildInfo(); ok {
		for _, m := range append(build.Deps, &build.Main) {
			if m.Path == "github.com/hopgrant/hopgrant" && strings.HasPrefix(m.Version, "v") {
				version = strings.TrimPrefix(m.Version, "v")
			}
		}
	}
	return jsii.String(version)
}

// RuleIds returns the ids of all rules.
func (*plugin) RuleIds() *[]*string {
	var ids []*string
	for _, r := range check.Rules() {
		ids = append(ids, jsii.String(r.ID))
	}
	return &ids
}

// Validate checks the templates of the app.
func (p *plugin) Validate(context awscdk.IPolicyValidationContext) *awscdk.PolicyValidationPluginReport {
	out := &awscdk.PolicyValidationPluginReport{Success: jsii.Bool(true), Violations: &[]*awscdk.PolicyViolation{},
		PluginVersion: p.Version()}
	for _, dir := range assemblies(*context.TemplatePaths()) {
		a, err := read(dir)
		if err != nil {
			out.Success = jsii.Bool(false)
			*out.Violations = append(*out.Violations, &awscdk.PolicyViolation{
				RuleName: jsii.String("unreadable"), Description: jsii.String(err.Error()), Severity: jsii.String(string(check.Error)),
				ViolatingResources: &[]*awscdk.PolicyViolatingResource{},
			})
		}
		for i := range a.Findings {
			f := &a.Findings[i]
			if f.Severity == check.Error {
				out.Success = jsii.Bool(false)
			}
			*out.Violations = append(*out.Violations, violation(f))
		}
	}
	return out
}

func violation(f *check.Finding) *awscdk.PolicyViolation {
	short := finding(f)
	v := &awscdk.PolicyViolation{
		RuleName: jsii.String(f.Rule), Description: jsii.String(short.Message), Severity: jsii.String(string(f.Severity)),
		RuleMetadata: &map[string]*string{"help": jsii.String(f.Help), "aws": jsii.String(f.AWS)},
	}
	if short.Fix != "" {
		v.Fix = jsii.String(short.Fix)
	}
	resources := []*awscdk.PolicyViolatingResource{}
	if e := place(f); e != nil {
		resources = append(resources, &awscdk.PolicyViolatingResource{
			ResourceLogicalId: jsii.String(e.ID), TemplatePath: jsii.String(f.At.File), Locations: &[]*string{jsii.String(f.At.String())},
		})
	}
	v.ViolatingResources = &resources
	return v
}

// place returns the one resource in which the finding is to be mended: the CDK counts, and prints at length, each that it is told. It
// is nil if the finding is about a template as a whole.
func place(f *check.Finding) *topology.Element {
	var at *topology.Element
	for _, e := range f.Elements {
		if e == nil || e.ID == "" || strings.ContainsAny(e.ID, "/:") {
			continue // a template as a whole, or an alias or ARN of what the app does not have
		}
		if e.At.File == f.At.File && e.At.Line <= f.At.Line && (at == nil || e.At.Line > at.At.Line) {
			at = e
		}
	}
	return at
}

// assemblies returns the outermost directories with a manifest among those of the templates and above them: exports and
// imports are resolved within one.
func assemblies(templates []*string) []string {
	var dirs []string
	seen := map[string]bool{}
	for _, t := range templates {
		dir := filepath.Dir(*t)
		for hasManifest(filepath.Dir(dir)) {
			dir = filepath.Dir(dir)
		}
		if !seen[dir] {
			seen[dir] = true
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

func hasManifest(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "manifest.json"))
	return err == nil
}
