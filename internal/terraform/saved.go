package terraform

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/hopgrant/hopgrant/internal/terraform/source"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
)

const (
	savedEntries = 5000     // files of a saved plan
	savedSize    = 64 << 20 // bytes of all of them
	savedVersion = 3        // of tfplan
)

// DetectSaved reports whether data begins like a saved plan, which is a zip file.
func DetectSaved(data []byte) bool { return bytes.HasPrefix(data, []byte("PK\x03\x04")) }

// ReadSaved reads a saved plan, as terraform plan -out writes it: the sources in it, which are those of all modules, the variables
// that it was made with, and what its prior state tells of data sources. The error is a [*value.Error].
func ReadSaved(name string, o Options) (*topology.Topology, error) {
	data, err := value.ReadFile(name, name, MaxSize)
	if err != nil {
		return nil, err
	}
	return ReadSavedBytes(name, data, o)
}

// ReadSavedBytes is ReadSaved for the bytes of a saved plan.
func ReadSavedBytes(name string, data []byte, o Options) (*topology.Topology, error) {
	files, err := unzip(name, data)
	if err != nil {
		return nil, err
	}
	tree, err := sourcesOf(name, files)
	if err != nil {
		return nil, err
	}
	options := source.Options{}
	if options.Values, err = savedVariables(name, files["tfplan"]); err != nil {
		return nil, err
	}
	var prior *plan
	if state, err := value.ParseJSON(name, files["tfstate"]); err == nil {
		if values, err := stateFile(name, state, files["tfstate"]); err == nil {
			prior = newPlan(name, nil, &tfjson.Plan{PlannedValues: values}, o, true)
		}
	}
	return readWritten(name, o, prior, func(configured map[string]string, p source.Provider) (*source.Configuration, error) {
		options.Configured = configured
		return source.ReadTree(tree, options, p)
	})
}

// unzip returns the files of a zip file.
func unzip(name string, data []byte) (map[string][]byte, error) {
	bad := func(got, want string) error {
		return &value.Error{File: name, What: "saved plan", Got: got, Want: want, Fix: "run terraform show -json " + path.Base(name) + " > plan.json", Cause: value.ErrShape}
	}
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, bad(err.Error(), "a zip file")
	}
	if len(archive.File) > savedEntries {
		return nil, bad(fmt.Sprintf("it has %d files", len(archive.File)), fmt.Sprintf("at most %d", savedEntries))
	}
	files, left := map[string][]byte{}, int64(savedSize)
	for _, f := range archive.File {
		if f.Name != "tfplan" && f.Name != "tfstate" && !strings.HasPrefix(f.Name, "tfconfig/") {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return nil, bad(err.Error(), "a zip file")
		}
		content, err := io.ReadAll(io.LimitReader(r, left+1))
		r.Close()
		if left -= int64(len(content)); err != nil || left < 0 {
			return nil, bad("its files cannot be read, or have more than 64 MiB in all", "fewer")
		}
		files[f.Name] = content
	}
	if files["tfplan"] == nil || files["tfconfig/modules.json"] == nil {
		return nil, bad("it has no tfplan or no tfconfig", "what terraform plan -out writes")
	}
	return files, nil
}

// sourcesOf returns the sources in a saved plan: those of a module are in tfconfig/m-KEY, whatever folder it was in.
func sourcesOf(name string, files map[string][]byte) (source.Tree, error) {
	var manifest []struct{ Key, Dir string }
	if err := json.Unmarshal(files["tfconfig/modules.json"], &manifest); err != nil {
		return source.Tree{}, &value.Error{File: name, What: "modules.json", Got: err.Error(), Want: "the modules of a saved plan", Cause: value.ErrShape}
	}
	tree := source.Tree{Name: name, Files: map[string][]byte{}, Modules: map[string]string{}}
	for _, m := range manifest {
		dir := path.Clean(strings.ReplaceAll(m.Dir, `\`, "/"))
		if m.Key != "" {
			tree.Modules[m.Key] = dir
		}
		for file, content := range files {
			if base, ok := strings.CutPrefix(file, "tfconfig/m-"+m.Key+"/"); ok && !strings.Contains(base, "/") {
				tree.Files[path.Join(dir, base)] = content
			}
		}
	}
	return tree, nil
}
