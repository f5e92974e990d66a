// Package load reads the files and directories that the user names into topologies: templates, cloud assemblies, Terraform
// sources and plans, fanout.yaml, and snapshots of accounts.
package load

import (
	"bytes"
	"errors"
	"fmt"
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
	"github.com/hopgrant/hopgrant/internal/gitignore"
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
	// Shared names the parameters and variables whose values are for many files, of which not each declares all.
	Shared map[string]bool
	// Exclude names files and folders that are not read, also where they are named.
	Exclude []*gitignore.List
	// Skipped is called, from one goroutine, with each file or folder that may be something to check and is not read, and why. It may be nil.
	Skipped func(path string, why Skip)
	// Lenient says that files that are named need not be something to check, not even one.
	Lenient bool
	// StdinPath is how the standard input is named; empty means StdinName.
	StdinPath string
	// Content is read in place of the templates, fanout.yaml and Terraform source files with these paths.
	Content map[string][]byte
}

// Paths reads files and directories in parallel, each once. In a directory it reads every template, cloud assembly, plan and
// fanout.yaml, and skips other files. A file that is named alone and is none of these is an error; of several, others are skipped.
//
// The error joins the errors of all files, in the order of the paths.
func Paths(paths []string, o Options) ([]*topology.Topology, error) {
	all, err := Each(paths, o, func(t []*topology.Topology) []*topology.Topology { return t })
	return slices.Concat(all...), err
}

// Each reads files as [Paths] does, and returns the result of f for each of them, so that topologies need not be kept.
func Each[R any](paths []string, o Options, f func([]*topology.Topology) R) ([]R, error) {
	found, errs := sources(paths, o)
	found, again := once(found)
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
		} else if r.err == nil {
			o.skip(found[i].path, NothingToCheck)
		}
	}
	if len(errs) == 0 && !o.Lenient {
		if len(all) == 0 && !slices.ContainsFunc(paths, isDirectory) {
			errs = append(errs, &policygen.InputError{What: "path", Value: strings.Join(paths, " "), Got: "there is nothing to check in it", Want: inputs})
		}
		for _, p := range paths {
			if isDirectory(p) && !some[p] && !again[p] {
				errs = append(errs, &policygen.InputError{What: "directory", Value: p, Got: "there is nothing to check in it", Want: inputs})
			}
		}
	}
	if len(errs) == 0 && len(all) > 0 {
		errs = undeclared(results, o)
	}
	return all, errors.Join(errs...)
}

type result[R any] struct {
	value    R
	read     bool
	err      error
	panic    *Panic
	inputs   []string // what the user may give a value, see [topology.Topology]
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
		r.value, r.read, r.inputs = f(topologies), true, topologies[0].Inputs
		if linked {
			r.links, r.stacks, r.assembly = linksOf(topologies), topologies[0].Stacks, topologies[0].Kind == "cdk"
		}
	}
}

// read reads one source. It returns neither topologies nor an error if the source is nothing to check and was not named.
func read(s source, o Options) ([]*topology.Topology, error) {
	if s.stdin {
		return readStdin(s.path, o)
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
		if err := value.CheckOpen(s.path, s.path); err != nil || !s.given || o.Lenient {
			return nil, err
		}
	}
	head, _ := value.Beginning(s.path)
	if err := mistaken(s.path, head); err != nil || !s.named {
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
