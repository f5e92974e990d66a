package cfn

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/hopgrant/hopgrant/internal/value"
)

// An assembly is what "cdk synth" writes: stacks, stages with stacks of their own, and the templates of nested stacks.
//
// [Cloud assembly]
//
// [Cloud assembly]: https://docs.aws.amazon.com/cdk/v2/guide/deploy.html#deploy-how-synth-app
type assembly struct {
	path    string // as the user gave it
	dir     string
	options Options
	sources []*source
}

// A manifest is what we read of manifest.json.
type manifest struct {
	Artifacts map[string]struct {
		Type        string
		Environment string
		DisplayName string `json:"displayName"`
		Properties  struct {
			TemplateFile  string `json:"templateFile"`
			StackName     string `json:"stackName"`
			DirectoryName string `json:"directoryName"`
		}
	}
}

// assemblyIn returns the directory of a cloud assembly, if the path is one or its manifest.json.
func assemblyIn(path string) (dir string, ok bool) {
	dir = path
	if filepath.Base(path) == "manifest.json" {
		dir = filepath.Dir(path)
	}
	data, err := readFile(filepath.Join(dir, "manifest.json"), path)
	if err != nil {
		return "", false
	}
	return dir, strings.Contains(string(data), `"artifacts"`) || strings.Contains(string(data), `"cdk:`)
}

// fromManifest gives a single template the stack name and environment that the manifest of its assembly tells.
func (src *source) fromManifest(path string, o Options) {
	data, err := readFile(filepath.Join(filepath.Dir(path), "manifest.json"), path)
	if err != nil {
		return
	}
	var m manifest
	if json.Unmarshal(data, &m) != nil {
		return
	}
	for id, artifact := range m.Artifacts {
		if artifact.Type == "aws:cloudformation:stack" && artifact.Properties.TemplateFile == filepath.Base(path) {
			src.account, src.region = environment(artifact.Environment, o)
			if src.name = artifact.Properties.StackName; src.name == "" {
				src.name = id
			}
			return
		}
	}
}

func (a *assembly) read() error {
	if err := a.readDir(a.dir, 0); err != nil {
		return err
	}
	if len(a.sources) == 0 {
		return &value.Error{File: filepath.Join(a.dir, "manifest.json"), What: "assembly", Got: "it has no stacks", Want: "the output of cdk synth", Cause: value.ErrShape}
	}
	return nil
}

func (a *assembly) readDir(dir string, depth int) error {
	file := filepath.Join(dir, "manifest.json")
	bad := func(is, got, want string, cause error) error {
		return &value.Error{File: file, What: "assembly", Value: is, Got: got, Want: want, Cause: cause}
	}
	if depth > maxNestedStacks {
		return bad("", "assemblies are nested too deep", "", value.ErrTooDeep)
	}
	data, err := readFile(file, file)
	if err != nil {
		return err
	}
	if _, err := value.ParseJSON(file, data); err != nil {
		return err // the same as below, with its place
	}
	var m manifest
	if err := json.Unmarshal(data, &m); err != nil {
		return bad("", err.Error(), "the manifest of cdk synth", value.ErrShape)
	}
	ids := make([]string, 0, len(m.Artifacts))
	for id := range m.Artifacts {
		ids = append(ids, id)
	}
	sort.Strings(ids)
	for _, id := range ids {
		artifact := m.Artifacts[id]
		switch artifact.Type {
		case "aws:cloudformation:stack":
			p := artifact.Properties
			if !filepath.IsLocal(p.TemplateFile) {
				return bad(p.TemplateFile, "the template of "+id+" is outside of the assembly", "", value.ErrShape)
			}
			s := &source{name: p.StackName, shown: artifact.DisplayName, arguments: passed(a.options)}
			if s.name == "" {
				s.name = id
			}
			if s.shown == "" || strings.Contains(s.shown, " ") {
				s.shown = id
			}
			s.account, s.region = environment(artifact.Environment, a.options)
			if err := a.template(s, dir, p.TemplateFile, 0); err != nil {
				return err
			}
			a.sources = append(a.sources, s)
		case "cdk:cloud-assembly":
			name := artifact.Properties.DirectoryName
			if !filepath.IsLocal(name) {
				return bad(name, "the directory of "+id+" is outside of the assembly", "", value.ErrShape)
			}
			if err := a.readDir(filepath.Join(dir, name), depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// template reads the template of a stack and those of its nested stacks.
func (a *assembly) template(s *source, dir, name string, depth int) error {
	file := filepath.Join(dir, name)
	if depth > maxNestedStacks {
		return &value.Error{File: file, What: "nested stack", Got: "stacks are nested too deep", Cause: value.ErrTooDeep}
	}
	data, err := readFile(file, file)
	if err != nil {
		return err
	}
	if s.template, err = parse(file, data); err != nil {
		return err
	}
	for _, r := range s.template.resources {
		if r.typ != "AWS::CloudFormation::Stack" {
			continue
		}
		asset := r.body.Path("Metadata", "aws:asset:path").Text
		if asset == "" || filepath.IsAbs(asset) || strings.HasPrefix(filepath.Clean(filepath.Join(strings.TrimPrefix(dir, a.dir), asset)), "..") {
			continue
		}
		if _, err := os.Stat(filepath.Join(dir, asset)); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		child := &source{shown: s.shown + "/" + r.id}
		if err := a.template(child, dir, asset, depth+1); err != nil {
			return err
		}
		if s.children == nil {
			s.children = map[string]*source{}
		}
		s.children[r.id] = child
	}
	return nil
}

// environment returns account and Region of aws://account/region, either of which may be unknown.
func environment(env string, o Options) (account, region string) {
	account, region = o.Account, o.Region
	rest, ok := strings.CutPrefix(env, "aws://")
	if !ok {
		return account, region
	}
	a, r, _ := strings.Cut(rest, "/")
	if a != "" && a != "unknown-account" {
		account = a
	}
	if r != "" && r != "unknown-region" {
		region = r
	}
	return account, region
}
