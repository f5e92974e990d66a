// Package linter runs linters by others over templates and policy documents, and compares their findings with
// exceptions.json.
package linter

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/integ/internal/programs"
)

// A Finding is what a linter by others says about a template or policy.
type Finding struct {
	Tool, Rule string
	Where      string // the file's name, and the resource if it is known
	Text       string
}

func (f Finding) String() string {
	return fmt.Sprintf("%s %s: %s: %s", f.Tool, f.Rule, f.Where, f.Text)
}

// A Linter returns the findings of a linter on templates.
type Linter = func(ctx context.Context, t programs.Set, templates ...string) ([]Finding, error)

// CfnLint returns cfn-lint's errors and warnings.
func CfnLint(ctx context.Context, t programs.Set, templates ...string) ([]Finding, error) {
	program, err := t.Python("cfn-lint")
	if err != nil {
		return nil, err
	}
	args := append([]string{"--format", "json", "--non-zero-exit-code", "none", "--template"}, templates...)
	out, err := output(exec.CommandContext(ctx, program, args...))
	if err != nil {
		return nil, err
	}
	var reported []struct {
		Filename, Message string
		Rule              struct{ ID string }
		Location          struct{ Start struct{ LineNumber int } }
	}
	if err := json.Unmarshal(out, &reported); err != nil {
		return nil, fmt.Errorf("cfn-lint: %w\n%s", err, out)
	}
	findings := make([]Finding, len(reported))
	for i, r := range reported {
		findings[i] = Finding{"cfn-lint", r.Rule.ID, filepath.Base(r.Filename), fmt.Sprintf("line %d: %s", r.Location.Start.LineNumber, r.Message)}
	}
	return findings, nil
}

// CDKNag returns the findings of cdk-nag's AwsSolutions rules, except for those that the template itself explains.
func CDKNag(ctx context.Context, t programs.Set, templates ...string) ([]Finding, error) {
	if _, err := t.Node("cdk"); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, "node", append([]string{filepath.Join(t.Root, "integ", "_node", "nag.mjs")}, templates...)...)
	cmd.Env = append(os.Environ(), "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=20")
	out, err := output(cmd)
	if err != nil {
		return nil, err
	}
	var findings []Finding
	for lines := json.NewDecoder(bytes.NewReader(out)); lines.More(); {
		var r struct{ File, Rule, Resource, Description, Suppressed string }
		if err := lines.Decode(&r); err != nil {
			return nil, fmt.Errorf("cdk-nag: %w\n%s", err, out)
		}
		if r.Suppressed == "" {
			findings = append(findings, Finding{"cdk-nag", r.Rule, filepath.Base(r.File) + " " + r.Resource, r.Description})
		}
	}
	return findings, nil
}

// Parliament returns parliament's findings, of every severity, on all policy documents (*.json) below a directory.
func Parliament(ctx context.Context, t programs.Set, dir string) ([]Finding, error) {
	program, err := t.Python("parliament")
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, program, "--directory", dir, "--json", "--minimum_severity", "INFO")
	out, err := cmd.Output()
	// The exit status is 1 both for findings and for failure, but only a failure writes to stderr.
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1 || len(exit.Stderr) > 0) {
		return nil, commandError(cmd, err)
	}
	var findings []Finding
	for lines := json.NewDecoder(bytes.NewReader(out)); lines.More(); {
		var r struct {
			Issue, Title string
			Detail       any
			Location     struct {
				Filepath string
				Line     int
			}
		}
		if err := lines.Decode(&r); err != nil {
			return nil, fmt.Errorf("parliament: %w\n%s", err, out)
		}
		findings = append(findings, Finding{"parliament", r.Issue, filepath.Base(r.Location.Filepath), fmt.Sprintf("line %d: %s: %v", r.Location.Line, r.Title, r.Detail)})
	}
	return findings, nil
}

// An exception is a finding that we accept, and why.
type exception struct {
	Tool, Rule, Where string // Rule and Where are prefixes of those of the finding
	Reason            string
}

func (e exception) explains(f Finding) bool {
	return e.Tool == f.Tool && strings.HasPrefix(f.Rule, e.Rule) && strings.HasPrefix(f.Where, e.Where)
}

// Problems returns a tool's findings that no exception of integ/exceptions.json explains, and the exceptions for the tool
// that explain nothing. An exception without a reason is an error.
func Problems(t programs.Set, tool string, findings []Finding) ([]string, error) {
	data, err := os.ReadFile(filepath.Join(t.Root, "integ", "exceptions.json"))
	if err != nil {
		return nil, err
	}
	var exceptions []exception
	if err := json.Unmarshal(data, &exceptions); err != nil {
		return nil, fmt.Errorf("exceptions.json: %w", err)
	}
	var problems []string
	for _, f := range findings {
		if !slices.ContainsFunc(exceptions, func(e exception) bool { return e.explains(f) }) {
			problems = append(problems, f.String())
		}
	}
	for i, e := range exceptions {
		if e.Tool == "" || e.Rule == "" || e.Where == "" || e.Reason == "" {
			return nil, fmt.Errorf("exceptions.json: exception %d: want tool, rule, where and reason", i)
		}
		if e.Tool == tool && !slices.ContainsFunc(findings, e.explains) {
			problems = append(problems, fmt.Sprintf("exceptions.json: %s %s of %s explains nothing any more, want it removed", e.Tool, e.Rule, e.Where))
		}
	}
	return problems, nil
}

// output returns what a command prints. Its stderr is part of the error.
func output(cmd *exec.Cmd) ([]byte, error) {
	out, err := cmd.Output()
	if err != nil {
		return nil, commandError(cmd, err)
	}
	return out, nil
}

func commandError(cmd *exec.Cmd, err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return fmt.Errorf("%s: %w\n%s", filepath.Base(cmd.Path), err, exit.Stderr)
	}
	return fmt.Errorf("%s: %w", filepath.Base(cmd.Path), err)
}
