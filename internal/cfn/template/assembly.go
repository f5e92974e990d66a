package template

import (
	"encoding/json"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/value"
)

// A manifest is what is read of the manifest.json of a cloud assembly, which "cdk synth" writes: stacks, stages with stacks
// of their own, and the lists of assets, among which the templates of nested stacks are.
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
		File          string `json:"file"`
	}
	Metadata               metadata
	AdditionalMetadataFile string `json:"additionalMetadataFile"`
}

const (
	stackArtifact  = "aws:cloudformation:stack"
	stageArtifact  = "cdk:cloud-assembly"
	assetsArtifact = "cdk:asset-manifest"
)

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

// fromManifest gives a single template the stack name and environment that the manifest of its assembly tells, and returns the
// assembly; nil if it is in none.
func (src *source) fromManifest(path string, o Options, ts *templates) *folder {
	dir := filepath.Dir(path)
	data, err := readFile(filepath.Join(dir, "manifest.json"), path)
	var m manifest
	if err != nil || json.Unmarshal(data, &m) != nil {
		return nil
	}
	for _, id := range slices.Sorted(maps.Keys(m.Artifacts)) {
		if a := m.Artifacts[id]; a.Type == stackArtifact && filepath.Clean(a.Properties.TemplateFile) == filepath.Base(path) {
			src.deployedAs(id, a, o)
			in := &assembly{dir: dir, options: o, templates: ts}
			src.paths = in.constructPaths(dir, a)
			return &folder{assembly: in, dir: dir, manifest: m}
		}
	}
	return nil
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
	*templates
	dir     string
	options Options
	stacks  []*source
	seen    map[string]bool // directories of assemblies and stacks that are read
}

// A folder is the directory of the app's assembly, or of that of one of its stages.
type folder struct {
	*assembly
	dir      string
	manifest manifest
	files    assets // nil until they are needed
}

// readAssembly reads every stack of the cloud assembly in a directory. It returns those that it can read, and what is wrong
// with the others. They count with those of ts.
func readAssembly(dir string, o Options, ts *templates) ([]*source, error) {
	ts.root, ts.content, ts.errs = dir, o.Content, nil
	a := &assembly{dir: dir, options: o, templates: ts, seen: map[string]bool{}}
	if err := a.directory(dir, 0); err != nil {
		return nil, err
	}
	if len(a.stacks) == 0 && len(a.errs) == 0 {
		return nil, &value.Error{File: filepath.Join(dir, "manifest.json"), What: "assembly", Got: "it has no stacks", Want: "the output of cdk synth", Cause: value.ErrShape}
	}
	return a.stacks, errors.Join(a.errs...)
}

// once reports whether it is called for the first time with these words.
func (a *assembly) once(words ...string) bool {
	key := strings.Join(words, "\x00")
	first := !a.seen[key]
	a.seen[key] = true
	return first
}

// directory reads the assembly of the app or of one of its stages. What cannot be read of it is noted; the error is that
// of its manifest, or that there is too much to read.
func (a *assembly) directory(dir string, depth int) error {
	at := dir
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		at = real
	}
	if !a.once("directory", at) {
		return nil
	}
	file := filepath.Join(dir, "manifest.json")
	bad := func(is, got, want string, cause error) error {
		return &value.Error{File: file, What: "assembly", Value: is, Got: got, Want: want, Cause: cause}
	}
	if depth > maxNestedStacks {
		return bad("", "assemblies are nested too deep", "", errNesting)
	}
	in := &folder{assembly: a, dir: dir}
	if err := a.json(file, &in.manifest); err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(in.manifest.Artifacts)) {
		artifact := in.manifest.Artifacts[id]
		switch p := artifact.Properties; artifact.Type {
		case stackArtifact:
			if !filepath.IsLocal(p.TemplateFile) {
				a.note(bad(p.TemplateFile, "the template of "+id+" is outside of the assembly", "", value.ErrShape))
				continue
			}
			s := &source{arguments: passed(a.options)}
			s.deployedAs(id, artifact, a.options)
			file := filepath.Join(dir, p.TemplateFile)
			if !a.once("stack", filepath.Join(at, p.TemplateFile), s.name, s.account, s.region) {
				continue
			}
			var err error
			if s.template, err = a.stack(file, file); s.template == nil {
				a.note(err)
				continue
			} else if err != nil {
				return err
			}
			s.shown, s.paths = a.name(artifact.DisplayName, id, filepath.ToSlash(file)), a.constructPaths(dir, artifact)
			a.stacks = append(a.stacks, s)
			if err := in.nested(s, 0); err != nil {
				return err
			}
		case stageArtifact:
			if !filepath.IsLocal(p.DirectoryName) {
				a.note(bad(p.DirectoryName, "the directory of "+id+" is outside of the assembly", "", value.ErrShape))
				continue
			}
			switch err := a.directory(filepath.Join(dir, p.DirectoryName), depth+1); {
			case errors.Is(err, errNesting), errors.Is(err, errTooMany):
				return err
			case err != nil:
				a.note(err)
			}
		}
	}
	return nil
}

// nested reads the templates of a stack's nested stacks, which are assets of the app.
func (f *folder) nested(s *source, depth int) error {
	if depth > maxNestedStacks {
		return tooDeep(s.template.file)
	}
	for _, r := range s.template.resources {
		if r.Type != nestedStack {
			continue
		}
		asset := f.asset(r)
		if asset == "" {
			continue
		}
		file := filepath.Join(f.dir, asset)
		child, err := f.nest(s, r.ID, file, file, true)
		if err != nil {
			return err
		}
		if child == nil {
			continue
		}
		child.paths = s.paths.within(r)
		if err := f.nested(child, depth+1); err != nil {
			return err
		}
	}
	return nil
}
