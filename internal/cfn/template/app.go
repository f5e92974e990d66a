package template

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"

	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/internal/value/yaml"
)

// MaxFileSize is the size in bytes of the largest file that is read: 10 MB. CloudFormation itself takes templates of up to
// 1 MB.
//
// [CloudFormation quotas]
//
// [CloudFormation quotas]: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
const MaxFileSize = 10_000_000

// Options are what is known of a deployment beyond the files.
type Options struct {
	Account   string // 12 digits; empty if not known
	Region    string // such as "eu-central-1"; empty if not known
	StackName string // of a single template; an assembly names its stacks itself
	// Parameters are values of template parameters; lists with commas, as CloudFormation takes them. For a parameter of an SSM
	// type it is the stored value, or the name that CloudFormation takes, which begins with a slash and tells no value.
	Parameters map[string]string
	// Root is the folder outside of which no template of a nested stack is opened; empty: that of the file.
	Root string
	// Content is read in place of the files with these paths.
	Content map[string][]byte
}

// An App is what one path holds: a template with the local templates of its nested stacks, or all stacks of a cloud assembly.
type App struct {
	Path string // as the user gave it
	Kind string // "cloudformation", "sam" or "cdk"

	stacks []*source
}

// Read reads one template, or the cloud assembly in a directory or in that of a manifest.json. Of a single template, the
// manifest.json beside it tells stack name and environment. The errors that say what is wrong with a file are
// [*value.Error].
//
// Where a stage, stack or nested stack cannot be read, the app has the others, and the error joins what is wrong. The app is nil
// if nothing can be read.
func Read(path string, o Options) (*App, error) {
	return read(path, o, &templates{}, func(*source) {})
}

// read reads what is at the path, as Read does. The templates count with those of ts; a single one is named between the reading of
// it and of those below.
func read(path string, o Options, ts *templates, named func(*source)) (*App, error) {
	dir, ok := assemblyIn(path)
	if !ok {
		return readTemplate(path, o, ts, named)
	}
	stacks, err := readAssembly(dir, o, ts)
	if len(stacks) == 0 {
		return nil, err
	}
	return &App{Path: path, Kind: "cdk", stacks: stacks}, err
}

// readTemplate reads one template and its nested ones, which count with those of ts. Between the two it calls named, which
// may name the stack for those below.
func readTemplate(path string, o Options, ts *templates, named func(*source)) (*App, error) {
	data, changed := o.Content[path]
	if !changed {
		var err error
		if data, err = readFile(path, path); err != nil {
			return nil, err
		}
	}
	a, err := ReadBytes(path, data, o)
	if err != nil {
		return nil, err
	}
	s := a.stacks[0]
	ts.root, ts.content, ts.errs = cmp.Or(o.Root, filepath.Dir(path)), o.Content, nil
	in := s.fromManifest(path, o, ts)
	named(s)
	if err := ts.count(s.template); err != nil {
		return nil, err
	}
	if in != nil {
		err = in.nested(s, 0)
	} else {
		err = s.nested(ts, filepath.Dir(path), path, map[string]bool{})
	}
	if err != nil {
		return nil, err
	}
	return a, errors.Join(ts.errs...)
}

// ReadTogether reads templates and assemblies that are deployed side by side, of which the names tell each stack apart. Its result
// is as that of [Read].
func ReadTogether(paths []string, o Options) (*App, error) {
	all := &App{Path: strings.Join(paths, ", "), Kind: "cloudformation"}
	ts := &templates{}
	var errs []error
	for _, path := range paths {
		a, err := read(path, o, ts, func(s *source) {
			s.shown = ts.name(strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)), filepath.ToSlash(path))
		})
		if a == nil {
			return nil, err
		}
		if a.Kind != "cloudformation" {
			all.Kind = a.Kind
		}
		all.stacks, errs = append(all.stacks, a.stacks...), append(errs, err)
	}
	return all, errors.Join(errs...)
}

// ReadBytes reads a template that is already in memory; name stands for it in positions. Nested stacks in other files are
// not followed.
func ReadBytes(name string, data []byte, o Options) (*App, error) {
	if err := value.CheckSize(name, int64(len(data)), MaxFileSize); err != nil {
		return nil, err
	}
	t, err := parse(name, data)
	if err == nil {
		err = t.deployable()
	}
	if err != nil {
		return nil, err
	}
	a := &App{Path: name, Kind: "cloudformation", stacks: []*source{{template: t, name: o.StackName, account: o.Account, region: o.Region, arguments: passed(o)}}}
	if t.transformed(Serverless) {
		a.Kind = "sam"
	}
	return a, nil
}

// passed returns the parameters that the user gave.
func passed(o Options) map[string]value.Value {
	args := make(map[string]value.Value, len(o.Parameters))
	for k, v := range o.Parameters {
		args[k] = value.NewText(value.Place{}, v)
	}
	return args
}

// Each calls f with a World for each combination of conditions that decides about a resource whose type matters and is not
// known: one, if all are known. There are at most 64; conditions beyond that stay unknown. The error is a [*value.Error]: a
// template that refers to itself in a circle, or that stands for too much.
func (a *App) Each(t Types, f func(*World)) (err error) {
	defer func() {
		if e := recover(); e != nil {
			bad, ok := e.(*value.Error)
			if !ok {
				panic(e)
			}
			err = bad
		}
	}()
	work := 0
	fresh := func(c scenario) *World { return instantiate(a.stacks, t, c, &work) }
	tries := []scenario{{}}
	if conditional(a.stacks) {
		tries = scenarios(fresh)
	}
	for _, c := range tries {
		w := fresh(c)
		for _, s := range w.Stacks {
			s.dependencies()
		}
		f(w)
	}
	return nil
}

// Detect reports whether the path is a CloudFormation template, a SAM template or a cloud assembly, from its name and a
// look at its beginning and text: "cloudformation", "sam" or "cdk".
func Detect(path string) (kind string, ok bool) {
	if _, ok := assemblyIn(path); ok {
		return "cdk", true
	}
	switch strings.ToLower(filepath.Ext(path)) {
	case ".json", ".yaml", ".yml", ".template", ".cfn", ".cform":
	default:
		return "", false
	}
	data, err := readFile(path, path)
	if errors.Is(err, value.ErrTooLarge) {
		// What begins like a template and is too large is for Read to refuse, not to be passed over.
		data, _ = value.Beginning(path)
		err = nil
	}
	if err != nil {
		return "", false
	}
	return detect(data)
}

func detect(data []byte) (kind string, ok bool) {
	if !bytes.Contains(data, []byte("Resources")) || !bytes.Contains(data, []byte("AWS::")) {
		return "", false
	}
	switch {
	case isAppSpec(data) || !hasResources(data):
		return "", false
	case bytes.Contains(data, []byte(Serverless)):
		return "sam", true
	}
	return "cloudformation", true
}

// hasResources reports whether the text of a file has resources where a template has them. JSON that is broken may have them anywhere.
func hasResources(data []byte) bool {
	if !value.LooksLikeJSON(data) {
		return hasRootKey(data, "Resources")
	}
	var root map[string]json.RawMessage
	if json.Unmarshal(data, &root) == nil && !bytes.HasPrefix(root["Resources"], []byte("{")) {
		return false
	}
	return bytes.Contains(data, []byte(`"Resources"`)) && bytes.Contains(data, []byte(`"Type"`)) ||
		bytes.Contains(data, []byte("Resources:")) && bytes.Contains(data, []byte("Type:")) // a flow mapping of YAML
}

// isAppSpec reports whether a YAML text is what CodeDeploy deploys by, which has a list of resources and this version.
//
// [AppSpec file structure]
//
// [AppSpec file structure]: https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure.html
func isAppSpec(data []byte) bool { return hasRootKey(data, "version: 0.0") }

// hasRootKey reports whether the root mapping of a YAML text has the key. The mapping may be indented.
func hasRootKey(data []byte, key string) bool {
	root := -1
	for line := range bytes.Lines(bytes.TrimPrefix(data, []byte("\ufeff"))) {
		text := bytes.TrimLeft(line, " ")
		indent := len(line) - len(text)
		switch {
		case len(bytes.TrimSpace(text)) == 0, text[0] == '#', indent == 0 && (text[0] == '%' || bytes.HasPrefix(text, []byte("---"))):
			continue
		case root < 0:
			root = indent
		}
		if indent == root && bytes.HasPrefix(bytes.TrimLeft(text, `"'`), []byte(key)) {
			return true
		}
	}
	return false
}

// parse reads a template in JSON or YAML.
func parse(name string, data []byte) (*template, error) {
	root, err := yaml.Parse(name, data, IntrinsicTag)
	if err != nil {
		return nil, err
	}
	t, err := newTemplate(name, root, 0)
	if err != nil {
		return nil, err
	}
	t.loops = bytes.Contains(data, []byte(forEach))
	t.partitions = partitionsIn(data)
	if !value.LooksLikeJSON(data) {
		t.notes = value.Notes(data)
	}
	return t, nil
}

// readFile reads a file; shown is its name in errors.
func readFile(path, shown string) ([]byte, error) { return value.ReadFile(path, shown, MaxFileSize) }

// readFileIn reads a file that a file of the folder names.
func readFileIn(folder, path, shown string) ([]byte, error) {
	return value.ReadFileIn(folder, path, shown, MaxFileSize)
}

// IntrinsicTag returns the call of the intrinsic function that a tag such as !Ref stands for.
//
// [CloudFormation intrinsic functions]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
func IntrinsicTag(tag string, arg value.Value) value.Value {
	name := tag[1:]
	if name != "Ref" && name != "Condition" {
		name = "Fn::" + name
	}
	return Call(name, arg)
}
