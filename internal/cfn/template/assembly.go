package template

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/value"
)

// A manifest is what is read of the manifest.json of a cloud assembly, which "cdk synth" writes: stacks, stages with stacks
// of their own, and the templates of nested stacks.
//
// [Cloud assembly]: https://docs.aws.amazon.com/cdk/v2/guide/deploy.html#deploy-how-synth-app
type manifest struct {
	Artifacts map[string]artifact
}

type artifact struct {
	Type        string
	Environment string
	DisplayName string `json:"displayName"`
	Properties  struct {
		TemplateFile  string `json:"templateFile"`
		StackName     string `json:"stackName"`
		DirectoryName string `json:"directoryName"`
	}
}

const stackArtifact = "aws:cloudformation:stack"

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
	var m manifest
	if err != nil || json.Unmarshal(data, &m) != nil {
		return
	}
	for _, id := range slices.Sorted(maps.Keys(m.Artifacts)) {
		if a := m.Artifacts[id]; a.Type == stackArtifact && a.Properties.TemplateFile == filepath.Base(path) {
			src.deployedAs(id, a, o)
			return
		}
	}
}

// deployedAs takes stack name and environment from the stack's artifact.
func (src *source) deployedAs(id string, a artifact, o Options) {
	if src.name = a.Properties.StackName; src.name == "" {
		src.name = id
	}
	src.account, src.region = o.Account, o.Region
	env, ok := strings.CutPrefix(a.Environment, "aws://")
	account, region, _ := strings.Cut(env, "/")
	if ok && account != "" && account != "unknown-account" {
		src.account = account
	}
	if ok && region != "" && region != "unknown-region" {
		src.region = region
	}
}

// An assembly is a cloud assembly that is being read.
type assembly struct {
	dir     string
	options Options
	stacks  []*source
	read    templates
	seen    map[string]bool // directories of assemblies that are read
}

// readAssembly reads every stack of the cloud assembly in a directory.
func readAssembly(dir string, o Options) ([]*source, error) {
	a := &assembly{dir: dir, options: o, read: templates{root: dir}, seen: map[string]bool{}}
	if err := a.directory(dir, 0); err != nil {
		return nil, err
	}
	if len(a.stacks) == 0 {
		return nil, &value.Error{File: filepath.Join(dir, "manifest.json"), What: "assembly", Got: "it has no stacks", Want: "the output of cdk synth", Cause: value.ErrShape}
	}
	return a.stacks, nil
}

// directory reads the assembly of the app or of one of its stages.
func (a *assembly) directory(dir string, depth int) error {
	if a.seen[dir] {
		return nil
	}
	a.seen[dir] = true
	file := filepath.Join(dir, "manifest.json")
	bad := func(is, got, want string, cause error) error {
		return &value.Error{File: file, What: "assembly", Value: is, Got: got, Want: want, Cause: cause}
	}
	if depth > maxNestedStacks {
		return bad("", "assemblies are nested too deep", "", value.ErrTooDeep)
	}
	data, err := readFileIn(a.dir, file, file)
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
	for _, id := range slices.Sorted(maps.Keys(m.Artifacts)) {
		artifact := m.Artifacts[id]
		switch p := artifact.Properties; artifact.Type {
		case stackArtifact:
			if !filepath.IsLocal(p.TemplateFile) {
				return bad(p.TemplateFile, "the template of "+id+" is outside of the assembly", "", value.ErrShape)
			}
			s := &source{shown: artifact.DisplayName, arguments: passed(a.options)}
			if s.shown == "" || strings.Contains(s.shown, " ") {
				s.shown = id
			}
			s.deployedAs(id, artifact, a.options)
			if err := a.template(s, dir, p.TemplateFile, 0); err != nil {
				return err
			}
			a.stacks = append(a.stacks, s)
		case "cdk:cloud-assembly":
			if !filepath.IsLocal(p.DirectoryName) {
				return bad(p.DirectoryName, "the directory of "+id+" is outside of the assembly", "", value.ErrShape)
			}
			if err := a.directory(filepath.Join(dir, p.DirectoryName), depth+1); err != nil {
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
		return tooDeep(file)
	}
	var err error
	if s.template, err = a.read.stack(file, file); err != nil {
		return err
	}
	for _, r := range s.template.resources {
		if r.Type != nestedStack {
			continue
		}
		asset := r.Body.Path("Metadata", "aws:asset:path").Text
		if asset == "" || filepath.IsAbs(asset) {
			continue
		}
		if err := a.template(s.child(r.ID, nil), dir, asset, depth+1); notOpened(err) {
			delete(s.children, r.ID)
			s.leaveOut(r.ID, err)
		} else if err != nil {
			return err
		}
	}
	return nil
}
