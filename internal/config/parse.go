package config

import (
	"slices"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/internal/value/shape"
	"github.com/hopgrant/hopgrant/internal/value/yaml"
)

// MaxSize is the size in bytes of the largest file that is read.
const MaxSize = 1 << 20

// FailOn lists what fail-on may be: which findings end a check with status 1.
var FailOn = []string{"error", "warning", "info", "unknown", "never"}

// off is the severity of a rule whose findings are accepted wherever they are.
const off = "off"

// Read reads a file.
func Read(path string) (*File, error) {
	data, err := value.ReadFile(path, path, MaxSize)
	if err != nil {
		return nil, err
	}
	return Parse(path, data)
}

// Parse reads a file, which errors call by the given path. The error joins a [*value.Error] for each problem: unknown and duplicate
// keys, values of the wrong kind, rules that do not exist, and broken YAML.
func Parse(path string, data []byte) (*File, error) {
	root, err := yaml.Parse(path, data, nil)
	if err != nil {
		return nil, err
	}
	f := File{Path: path}
	r := reader{shape.Reader{File: path}}
	if root.There() {
		r.file(root, &f)
	}
	if err := r.Problems.Err(); err != nil {
		return nil, err
	}
	return &f, nil
}

type reader struct{ shape.Reader }

func (r *reader) file(v value.Value, f *File) {
	one := func(name string, to *Setting, read func(value.Value, string) string) shape.Field {
		return shape.Field{Name: name, Read: func(v value.Value) { *to = Setting{read(v, name), v.At} }}
	}
	many := func(name string, to *[]Setting) shape.Field {
		return shape.Field{Name: name, Read: func(v value.Value) {
			r.List(v, name, func(v value.Value) { *to = append(*to, Setting{r.text(v, name), v.At}) })
		}}
	}
	named := func(name string, to *[]Named) shape.Field {
		return shape.Field{Name: name, Read: func(v value.Value) { *to = r.named(v, name) }}
	}
	r.Object(v, "file",
		one("fail-on", &f.FailOn, func(v value.Value, what string) string { return r.Choice(v, what, FailOn...) }),
		one("severity", &f.Severity, func(v value.Value, what string) string { return r.Choice(v, what, severities()...) }),
		shape.Field{Name: "rules", Read: func(v value.Value) { f.Rules = r.rules(v) }},
		many("exclude", &f.Exclude),
		named("parameters", &f.Parameters),
		named("variables", &f.Variables),
		many("var-files", &f.VarFiles),
		one("account", &f.Account, r.text),
		one("region", &f.Region, r.text),
		one("stack-name", &f.StackName, r.text),
		one("baseline", &f.Baseline, r.text),
	)
}

// text reads a string that is not empty.
func (r *reader) text(v value.Value, what string) string {
	s := r.Text(v, what)
	if v.Scalar() && s == "" {
		r.Add(v.At, what, "", "the value is empty", "a value, or no "+what)
	}
	return s
}

// named reads a mapping of names to values, as templates and Terraform have them: lists and mappings as JSON.
func (r *reader) named(v value.Value, what string) []Named {
	if v.Kind != value.Object {
		r.Add(v.At, what, v.Text, "it is "+shape.KindOf(v), "a mapping of names to values")
		return nil
	}
	var all []Named
	for _, m := range v.Members {
		text := m.Value.Text
		switch {
		case m.Value.Kind == value.Null:
			r.Add(m.Value.At, what, m.Key, "it is empty", "a value; an empty one is ''")
		case !m.Value.Scalar():
			text = m.Value.JSON(MaxSize)
		}
		all = append(all, Named{m.Key, Setting{text, m.At}})
	}
	return all
}

func (r *reader) rules(v value.Value) []Rule {
	if v.Kind != value.Object {
		r.Add(v.At, "rules", v.Text, "it is "+shape.KindOf(v), "a mapping with the ids of rules")
		return nil
	}
	var all []Rule
	for _, m := range v.Members {
		if _, ok := check.LookUp(m.Key); !ok {
			want := value.Nearest(m.Key, check.RuleIDs())
			if want == "" {
				want = "one that hopgrant rules lists"
			}
			r.Add(m.At, "rule", m.Key, "there is no such rule", want)
		}
		rule := Rule{ID: m.Key, At: m.At}
		r.Object(m.Value, "rule "+m.Key,
			shape.Field{Name: "severity", Required: true, Read: func(v value.Value) {
				s := r.Choice(v, "severity", append(severities(), off)...)
				if rule.Off = s == off; !rule.Off {
					rule.Severity = check.Severity(s)
				}
			}},
			shape.Field{Name: "reason", Required: true, Read: func(v value.Value) { rule.Reason = r.text(v, "reason") }},
		)
		all = append(all, rule)
	}
	return all
}

func severities() []string {
	var all []string
	for _, s := range check.Severities {
		all = append(all, string(s))
	}
	return slices.Clip(all)
}
