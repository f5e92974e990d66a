// Package load reads the files and directories that the user names into topologies: templates, cloud assemblies, Terraform
// sources and plans, fanout.yaml, and snapshots of accounts.
package load

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/hopgrant/hopgrant/internal/cfn"
	"github.com/hopgrant/hopgrant/internal/fanoutfile"
	"github.com/hopgrant/hopgrant/internal/live"
	"github.com/hopgrant/hopgrant/internal/terraform"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// Options say what the files do not.
type Options struct {
	Account    string            // 12 digits; empty if unknown
	Region     string            // empty if unknown
	StackName  string            // of templates that are not in an assembly; empty if unknown
	Parameters map[string]string // of templates
	// Variables, VarFiles and Env are the values of variables in Terraform sources, as [terraform.Options] has them.
	Variables map[string]string
	VarFiles  []string
	Env       func(string) string
	// Progress is called after each file with the number of files read so far. Calls come from several goroutines, but never
	// at the same time. It may be nil.
	Progress func(done, total int)
	// LeftOut is called, before anything is read, with each file of a directory that has the name of something to check and is
	// not opened, and why. It may be nil.
	LeftOut func(path, why string)
	// Content is read in place of the templates, fanout.yaml and Terraform source files with these paths.
	Content map[string][]byte
}

// Paths reads files and directories in parallel. In a directory it reads every template, cloud assembly, plan and fanout.yaml,
// and skips other files. A file that is named and is none of these is an error.
//
// The error joins the errors of all files, in the order of the paths.
func Paths(paths []string, o Options) ([]*topology.Topology, error) {
	all, err := Each(paths, o, func(t []*topology.Topology) []*topology.Topology { return t })
	return slices.Concat(all...), err
}

// Each reads files as [Paths] does, and returns the result of f for each of them, so that topologies need not be kept.
func Each[R any](paths []string, o Options, f func([]*topology.Topology) R) ([]R, error) {
	found, errs := sources(paths, o)
	results := make([]result[R], len(found))
	readAll(found, results, o, f)
	readOnce(results)
	readTogether(found, results, o, f)
	var all []R
	some := map[string]bool{}
	for i, r := range results {
		if r.err != nil {
			errs = append(errs, r.err)
		}
		if r.read {
			some[found[i].root] = true
			if !r.with {
				all = append(all, r.value)
			}
		}
	}
	if len(errs) == 0 {
		for _, p := range paths {
			if info, err := os.Stat(p); err == nil && info.IsDir() && !some[p] {
				errs = append(errs, &policygen.InputError{What: "directory", Value: p, Got: "there is nothing to check in it",
					Want: "templates, cloud assemblies, Terraform sources or plans (terraform show -json), or a fanout.yaml"})
			}
		}
	}
	return all, errors.Join(errs...)
}

// sources returns the files among paths, and what is in the directories.
func sources(paths []string, o Options) (found []source, errs []error) {
	for _, p := range paths {
		if p == Stdin {
			found = append(found, source{path: StdinName, named: true, stdin: true})
			continue
		}
		info, err := os.Stat(p)
		if err != nil {
			errs = append(errs, pathError(p, err))
			continue
		}
		if !info.IsDir() {
			if terraform.IsSource(filepath.Base(p)) {
				p = filepath.Dir(p) // Terraform reads all of a folder
				if slices.ContainsFunc(found, func(s source) bool { return s.path == p }) {
					continue
				}
			}
			found = append(found, source{path: p, named: true})
			continue
		}
		if k, ok := cfn.Detect(p); ok && k == "cdk" {
			found = append(found, source{path: p, root: p, named: true})
			continue
		}
		inside, err := walk(p, o)
		if err != nil {
			errs = append(errs, err)
		}
		found = append(found, inside...)
	}
	return found, errs
}

func pathError(path string, err error) error {
	var e *fs.PathError
	if errors.As(err, &e) {
		err = e.Err
	}
	return &policygen.InputError{What: "path", Value: path, Got: err.Error(), Want: "a file or directory"}
}

// A source is one file, or the directory of a cloud assembly.
type source struct {
	path  string
	root  string // the directory that the user named, in which the source was found
	named bool   // the user named the source, so it must be something to check
	stdin bool   // it is the standard input
}

type result[R any] struct {
	value    R
	read     bool
	err      error
	panic    *Panic
	links    links
	stacks   []topology.Stack
	assembly bool // it is a cloud assembly
	with     bool // it is in the value of another one
}

// A Panic is what a goroutine of this package panicked with. It panics again in the caller's, which can recover it.
type Panic struct {
	Path  string // what was being read or used
	Value any
	Stack []byte
}

// String names the path and the value.
func (p *Panic) String() string { return fmt.Sprintf("%s: %v", p.Path, p.Value) }

// caught keeps a panic for the caller's goroutine.
func (r *result[R]) caught(path string) {
	if v := recover(); v != nil {
		r.panic = &Panic{path, v, debug.Stack()}
	}
}

// readAll reads the sources in parallel.
func readAll[R any](found []source, results []result[R], o Options, f func([]*topology.Topology) R) {
	var next, done atomic.Int64
	var wait sync.WaitGroup
	var progress sync.Mutex
	for range min(runtime.GOMAXPROCS(0), len(found)) {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(found); i = int(next.Add(1)) - 1 {
				results[i].fill(found[i], o, f, len(found) > 1)
				n := int(done.Add(1))
				if o.Progress != nil {
					progress.Lock()
					o.Progress(n, len(found))
					progress.Unlock()
				}
			}
		})
	}
	wait.Wait()
	for i := range results {
		if p := results[i].panic; p != nil {
			panic(p)
		}
	}
}

// fill reads one source and uses what it holds; linked says that there are others, which it may have links with.
func (r *result[R]) fill(s source, o Options, f func([]*topology.Topology) R, linked bool) {
	defer r.caught(s.path)
	topologies, err := read(s, o)
	r.err = err
	if len(topologies) > 0 {
		r.value, r.read = f(topologies), true
		if linked {
			r.links, r.stacks, r.assembly = linksOf(topologies), topologies[0].Stacks, topologies[0].Kind == "cdk"
		}
	}
}

// read reads one source. It returns neither topologies nor an error if the source is nothing to check and was not named.
func read(s source, o Options) ([]*topology.Topology, error) {
	if s.stdin {
		return readStdin(o.Content[StdinName], o)
	}
	switch kind(s.path) {
	case "cfn":
		return cfn.Read(s.path, cfn.Options{Account: o.Account, Region: o.Region, StackName: o.StackName, Parameters: o.Parameters, Root: s.root, Content: o.Content})
	case "terraform":
		return one(terraform.Read(s.path, terraform.Options{Account: o.Account, Region: o.Region, Sources: sourcesBeside(s.path)}))
	case "saved plan":
		return one(terraform.ReadSaved(s.path, terraform.Options{Account: o.Account, Region: o.Region}))
	case "terraform state":
		return one(terraform.ReadState(s.path, terraform.Options{Account: o.Account, Region: o.Region}))
	case "terraform sources":
		return one(terraform.ReadSources(s.path, terraform.Options{Account: o.Account, Region: o.Region, Variables: o.Variables, VarFiles: o.VarFiles, Env: o.Env, Content: o.Content}))
	case "snapshot":
		return one(live.Read(s.path))
	case "fanout":
		if data, changed := o.Content[s.path]; changed {
			f, err := fanoutfile.Parse(s.path, data)
			if err != nil {
				return nil, err
			}
			return one(f.Topology(), nil)
		}
		return one(fanoutfile.Read(s.path))
	}
	if !s.named {
		// What cannot be opened may be a template.
		return nil, value.CheckOpen(s.path, s.path)
	}
	head, _ := value.Beginning(s.path)
	if err := mistaken(s.path, head); err != nil {
		return nil, err
	}
	// The template reader best explains what is wrong with a template so broken that it does not look like one.
	if _, err := cfn.Read(s.path, cfn.Options{}); err != nil {
		return nil, err
	}
	return nil, &policygen.InputError{What: "file", Value: s.path, Got: "there is nothing to check in it",
		Want: "a template, Terraform sources, a plan (terraform show -json) or a fanout.yaml"}
}

func one(t *topology.Topology, err error) ([]*topology.Topology, error) {
	if err != nil {
		return nil, err
	}
	return []*topology.Topology{t}, nil
}

// kind returns "cfn", "terraform", "fanout", "snapshot" or another kind of file that a reader knows, or "" for anything else.
func kind(path string) string {
	if head, size := value.Beginning(path); size > 0 && live.Detect(head) {
		return "snapshot"
	}
	if _, ok := cfn.Detect(path); ok {
		return "cfn"
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return "terraform sources"
	}
	base := strings.ToLower(filepath.Base(path))
	head, size := value.Beginning(path)
	switch {
	case size > cfn.MaxFileSize && mayBe(base) && bytes.Contains(head, []byte("Resources")) && bytes.Contains(head, []byte("AWS::")):
		return "cfn" // its reader says that it is too large
	case terraform.DetectSaved(head):
		return "saved plan"
	case terraform.DetectState(head) && size > 0:
		return "terraform state"
	case (strings.HasSuffix(base, ".json") || !strings.Contains(base, ".")) && terraform.Detect(head) && size > 0:
		return "terraform"
	case base == "fanout.yaml" || base == "fanout.yml" || strings.HasSuffix(base, ".fanout.yaml") || strings.HasSuffix(base, ".fanout.yml"):
		return "fanout"
	case (strings.HasSuffix(base, ".yaml") || strings.HasSuffix(base, ".yml")) && looksLikeFanout(head):
		return "fanout"
	}
	return ""
}

// looksLikeFanout reports whether a YAML file begins like a fanout.yaml, which has keys that a template does not have.
func looksLikeFanout(head []byte) bool {
	return hasKey(head, "topics") && hasKey(head, "queues") && bytes.Contains(head, []byte("arn:")) && !hasKey(head, "Resources")
}

func hasKey(head []byte, key string) bool {
	return bytes.HasPrefix(head, []byte(key+":")) || bytes.Contains(head, []byte("\n"+key+":"))
}
