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

// inspectAnnotations prints the error annotations of an assembly, and returns the status to end with.
func inspectAnnotations(dir string, stderr io.Writer) int {
	switch n, failure := printErrors(dir, stderr); {
	case failure != nil:
		return printFailure(failure, stderr)
	case n > 0:
		return 1
	}
	return 0
}

// printErrors prints the error annotations of the stacks of an assembly, those of its stages included, and returns how many there are.
func printErrors(dir string, stderr io.Writer) (n int, err error) {
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
				if m.Type == "aws:cdk:error" && json.Unmarshal(m.Data, &text) == nil {
					n++
					fmt.Fprintf(stderr, "hopgrant: error: %s: ", report.Line(strings.TrimPrefix(path, "/")))
					for line := range strings.Lines(text) {
						fmt.Fprintln(stderr, report.Line(strings.TrimRight(line, "\n")))
					}
				}
			}
		}
		if stage := a.Properties.DirectoryName; stage != "" {
			more, failure := printErrors(filepath.Join(dir, stage), stderr)
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
