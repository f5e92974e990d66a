package cli

import (
	"path/filepath"
	"slices"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/gitignore"
	"github.com/hopgrant/hopgrant/internal/value"
)

// fromRepository returns a report whose files are named as CI systems want them: from the folder of the repository that they are in, or
// else from the working directory, or else as they are.
func fromRepository(r check.Report) check.Report {
	names := map[string]string{}
	rename := func(findings []check.Finding) []check.Finding {
		findings = slices.Clone(findings)
		for i := range findings {
			file := &findings[i].At.File
			if names[*file] == "" {
				names[*file] = repositoryPath(*file)
			}
			*file = names[*file]
		}
		return findings
	}
	r.Findings, r.Suppressed = rename(r.Findings), rename(r.Suppressed)
	return r
}

func repositoryPath(path string) string {
	real := value.RealPath(path)
	for at := filepath.Dir(real); at != filepath.Dir(at); at = filepath.Dir(at) {
		if gitignore.IsRepository(at) {
			return below(at, real, path)
		}
	}
	return below(value.RealPath("."), real, path)
}

// below returns a path from a folder that it is in, or else as it is.
func below(folder, real, path string) string {
	inside, err := filepath.Rel(folder, real)
	if err != nil || !filepath.IsLocal(inside) {
		return filepath.Clean(path)
	}
	return inside
}
