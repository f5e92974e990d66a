// Package load reads whatever the user names into topologies: templates, cloud assemblies, Terraform plans, fanout.yaml,
// and directories of them.
package load

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/hopgrant/hopgrant/internal/cfn"
	"github.com/hopgrant/hopgrant/internal/tfplan"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// Options are what is known beyond the files.
type Options struct {
	Account    string            // 12 digits; empty if not known
	Region     string            // empty if not known
	StackName  string            // of a template that is no part of an assembly; empty if not known
	Parameters map[string]string // of templates
	// Progress is called, from several goroutines but never at once, when done of total files are read; nil: not at all.
	Progress func(done, total int)
}

// Paths reads files and directories. Of a directory it reads everything that is a template, a cloud assembly, a plan or a
// fanout.yaml, in parallel; of a file the error says why if it is none of these.
//
// The error joins those of all files, in the order of the paths.
func Paths(paths []string, o Options) ([]*topology.Topology, error) {
	all, err := Each(paths, o, func(t []*topology.Topology) []*topology.Topology { return t })
	return slices.Concat(all...), err
}

// Each reads as [Paths] does, and returns what f makes of the topologies of each file, which need not be kept then.
func Each[R any](paths []string, o Options, f func([]*topology.Topology) R) ([]R, error) {
	found, errs := sources(paths)
	results := make([]result[R], len(found))
	readAll(found, results, o, f)
	var all []R
	some := map[string]bool{}
	for i, r := range results {
		if r.err != nil {
			errs = append(errs, r.err)
		}
		if r.read {
			all = append(all, r.value)
			some[found[i].root] = true
		}
	}
	if len(errs) == 0 {
		for _, p := range paths {
			if info, err := os.Stat(p); err == nil && info.IsDir() && !some[p] {
				errs = append(errs, &policygen.InputError{What: "directory", Value: p, Got: "there is nothing to check in it",
					Want: "templates, cloud assemblies, Terraform plans (terraform show -json) or a fanout.yaml"})
			}
		}
	}
	return all, errors.Join(errs...)
}

// sources returns the files of paths, and what is inside of those that are directories.
func sources(paths []string) (found []source, errs []error) {
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			errs = append(errs, pathError(p, err))
			continue
		}
		if !info.IsDir() {
			found = append(found, source{path: p, named: true})
			continue
		}
		if k, ok := cfn.Detect(p); ok && k == "cdk" {
			found = append(found, source{path: p, root: p, named: true})
			continue
		}
		inside, err := walk(p)
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
	root  string // the directory in which it was found
	named bool   // the user named it, so that it must be something
}

type result[R any] struct {
	value R
	read  bool
	err   error
}

// readAll reads the sources in parallel.
func readAll[R any](found []source, results []result[R], o Options, f func([]*topology.Topology) R) {
	var next, done atomic.Int64
	var wait sync.WaitGroup
	var progress sync.Mutex
	for range min(runtime.GOMAXPROCS(0), len(found)) {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(found); i = int(next.Add(1)) - 1 {
				topologies, err := read(found[i], o)
				results[i].err = err
				if len(topologies) > 0 {
					results[i].value, results[i].read = f(topologies), true
				}
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
}

// read reads one source. What nobody named and what is none of ours has neither topologies nor an error.
func read(s source, o Options) ([]*topology.Topology, error) {
	switch kind(s.path) {
	case "cfn":
		return cfn.Read(s.path, cfn.Options{Account: o.Account, Region: o.Region, StackName: o.StackName, Parameters: o.Parameters})
	case "terraform":
		return one(tfplan.Read(s.path, tfplan.Options{Account: o.Account, Region: o.Region}))
	case "fanout":
		return one(fanout(s.path))
	}
	if !s.named {
		return nil, nil
	}
	// A template that is broken enough not to look like one is best explained by its reader.
	if _, err := cfn.Read(s.path, cfn.Options{}); err != nil {
		return nil, err
	}
	return nil, &policygen.InputError{What: "file", Value: s.path, Got: "it is nothing that can be checked",
		Want: "a template, a Terraform plan (terraform show -json) or a fanout.yaml"}
}

func one(t *topology.Topology, err error) ([]*topology.Topology, error) {
	if err != nil {
		return nil, err
	}
	return []*topology.Topology{t}, nil
}

// kind returns "cfn", "terraform" or "fanout", or "" for anything else.
func kind(path string) string {
	if _, ok := cfn.Detect(path); ok {
		return "cfn"
	}
	base := strings.ToLower(filepath.Base(path))
	head, size := beginning(path)
	switch {
	case size > cfn.MaxFileSize && mayBe(base) && bytes.Contains(head, []byte("Resources")) && bytes.Contains(head, []byte("AWS::")):
		return "cfn" // whose reader says that it is too large
	case (strings.HasSuffix(base, ".json") || !strings.Contains(base, ".")) && tfplan.Detect(head) && size > 0:
		return "terraform"
	case base == "fanout.yaml" || base == "fanout.yml" || strings.HasSuffix(base, ".fanout.yaml") || strings.HasSuffix(base, ".fanout.yml"):
		return "fanout"
	case (strings.HasSuffix(base, ".yaml") || strings.HasSuffix(base, ".yml")) && looksLikeFanout(head):
		return "fanout"
	}
	return ""
}

// beginning returns the first bytes of a file and its size.
func beginning(path string) ([]byte, int64) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return nil, 0
	}
	head := make([]byte, min(info.Size(), 64<<10))
	n, _ := f.Read(head)
	return head[:n], info.Size()
}

// looksLikeFanout reports whether a YAML file begins like a fanout.yaml, whose keys a template does not have.
func looksLikeFanout(head []byte) bool {
	return hasKey(head, "topics") && hasKey(head, "queues") && bytes.Contains(head, []byte("arn:")) && !hasKey(head, "Resources")
}

func hasKey(head []byte, key string) bool {
	return bytes.HasPrefix(head, []byte(key+":")) || bytes.Contains(head, []byte("\n"+key+":"))
}

// walk returns everything in a directory that may be something: files with a fitting name, and cloud assemblies, of which
// the inside is not looked at again. Links, hidden directories and dependencies are left out.
func walk(root string) ([]source, error) {
	var found []source
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return pathError(path, err)
		}
		if !d.IsDir() {
			if d.Type().IsRegular() && mayBe(d.Name()) {
				found = append(found, source{path: path, root: root})
			}
			return nil
		}
		if path != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules" || d.Name() == "vendor") {
			return fs.SkipDir
		}
		if k, ok := cfn.Detect(path); ok && k == "cdk" {
			found = append(found, source{path: path, root: root})
			return fs.SkipDir
		}
		return nil
	})
	if err != nil {
		return found, fmt.Errorf("directory %q: %w", root, err)
	}
	return found, nil
}

func mayBe(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".json", ".yaml", ".yml", ".template", ".cfn", ".cform":
		return true
	}
	return false
}
