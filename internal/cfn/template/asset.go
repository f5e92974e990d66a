package template

import (
	"encoding/json"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/value"
)

// Assets are the files of an assembly that are published before it is deployed, by what names them in the URL of a template: the
// last part of their key in the bucket, their hash, or the parameter that has the key.
type assets map[string]string

// An assetManifest is what is read of an *.assets.json.
type assetManifest struct {
	Files map[string]struct {
		Source       struct{ Path string }
		Destinations map[string]struct {
			ObjectKey string `json:"objectKey"`
		}
	}
}

// asset returns the path of the template of a nested stack, as its resource tells it or by its URL; "" if it is no asset.
func (f *folder) asset(r *Resource) string {
	if p := r.Body.Path("Metadata", "aws:asset:path").Text; p != "" && !filepath.IsAbs(p) {
		return p
	}
	if f.files == nil {
		f.files = f.assets()
	}
	return f.files.named(r.Properties.Get("TemplateURL"))
}

// assets returns the assets that the manifest names. What cannot be read is noted.
func (f *folder) assets() assets {
	all := assets{}
	for _, id := range slices.Sorted(maps.Keys(f.manifest.Artifacts)) {
		switch artifact := f.manifest.Artifacts[id]; artifact.Type {
		case assetsArtifact:
			file := filepath.Join(f.dir, artifact.Properties.File)
			var listed assetManifest
			if err := f.json(file, &listed); err != nil {
				f.note(err)
				continue
			}
			for hash, asset := range listed.Files {
				all[hash] = asset.Source.Path
				for _, to := range asset.Destinations {
					all[path.Base(to.ObjectKey)] = asset.Source.Path
				}
			}
		case stackArtifact: // with the synthesizer of the CDK's first version
			for _, entries := range artifact.Metadata {
				for _, e := range entries {
					var asset struct {
						Path, SourceHash, S3KeyParameter string
					}
					if e.Type == "aws:cdk:asset" && json.Unmarshal(e.Data, &asset) == nil {
						all[asset.SourceHash], all[asset.S3KeyParameter] = asset.Path, asset.Path
					}
				}
			}
		}
	}
	delete(all, "")
	return all
}

// named returns the asset that a part of a URL names.
func (all assets) named(url value.Value) string {
	found := ""
	for _, v := range url.Items {
		if p := all.named(v); p != "" {
			found = p
		}
	}
	for _, m := range url.Members {
		if p := all.named(m.Value); p != "" {
			found = p
		}
	}
	for part := range strings.SplitSeq(url.Text, "/") {
		part, _, _ = strings.Cut(part, "?")
		for _, name := range []string{part, strings.TrimSuffix(part, path.Ext(part))} {
			if p := all[name]; p != "" {
				found = p
			}
		}
	}
	return found
}

// json reads a JSON file of the assembly.
func (a *assembly) json(file string, into any) error {
	data, err := readFileIn(a.dir, file, file)
	if err != nil {
		return err
	}
	if _, err := value.ParseJSON(file, data); err != nil {
		return err // the same as below, with its place
	}
	if err := json.Unmarshal(data, into); err != nil {
		return &value.Error{File: file, What: "assembly", Got: err.Error(), Want: "the output of cdk synth", Cause: value.ErrShape}
	}
	return nil
}
