package guard

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/report"
)

// cliVersion is set where the CDK's command line runs the app, and prints its annotations. See CLI_VERSION_ENV in cxapi.ts.
//
// [cxapi.ts]
//
// [cxapi.ts]: https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/cx-api/lib/cxapi.ts
const cliVersion = "CDK_CLI_VERSION"

// A messages is what constructs say, by their paths.
type messages map[string][]struct {
	Type string
	Data json.RawMessage
}

// levels are the levels of what the CDK's command line prints whatever it does, by the types of the assembly's metadata.
var levels = map[string]string{"aws:cdk:error": "error", "aws:cdk:warning": "warning"}

// inspectAnnotations prints the annotations of an assembly, and returns the status to end with.
func inspectAnnotations(dir string, stderr io.Writer) int {
	switch n, failure := printAnnotations(dir, stderr); {
	case failure != nil:
		return printFailure(failure, stderr)
	case n > 0:
		return 1
	}
	return 0
}

// printAnnotations prints the errors and warnings that constructs of an assembly have, those of its stages included, and returns how
// many of them are errors.
func printAnnotations(dir string, stderr io.Writer) (n int, err error) {
	var manifest struct {
		Artifacts map[string]struct {
			Metadata               messages
			AdditionalMetadataFile string
			Properties             struct{ DirectoryName string }
		}
	}
	if err := readJSON(dir, "manifest.json", &manifest); err != nil {
		return 0, err
	}
	for _, id := range slices.Sorted(maps.Keys(manifest.Artifacts)) {
		a := manifest.Artifacts[id]
		said := messages{}
		if a.AdditionalMetadataFile != "" {
			err = errors.Join(err, readJSON(dir, a.AdditionalMetadataFile, &said))
		}
		maps.Copy(said, a.Metadata)
		for _, path := range slices.Sorted(maps.Keys(said)) {
			for _, m := range said[path] {
				var text string
				if level := levels[m.Type]; level != "" && json.Unmarshal(m.Data, &text) == nil {
					if level == "error" {
						n++
					}
					fmt.Fprintf(stderr, "hopgrant: %s: %s: ", level, report.Line(strings.TrimPrefix(path, "/")))
					for line := range strings.Lines(text) {
						fmt.Fprintln(stderr, report.Line(strings.TrimRight(line, "\n")))
					}
				}
			}
		}
		if stage := a.Properties.DirectoryName; stage != "" {
			more, failure := printAnnotations(filepath.Join(dir, stage), stderr)
			n, err = n+more, errors.Join(err, failure)
		}
	}
	return n, err
}

func readJSON(dir, file string, into any) error {
	data, err := os.ReadFile(filepath.Join(dir, file))
	if err == nil {
		err = json.Unmarshal(data, into)
	}
	return err
}
