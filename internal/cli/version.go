package cli

import (
	"bytes"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/hopgrant/hopgrant/internal/value"
)

// The CDK versions between which the constructs are tested, those of go.mod and go.newest.mod.
const (
	oldestCDK = "2.257.0"
	newestCDK = "2.276.0"
)

// A versionAnswer is what hopgrant version tells.
type versionAnswer struct {
	Version   string `json:"version"`
	Commit    string `json:"commit,omitempty"`   // of which it was built, if git was asked
	Modified  bool   `json:"modified,omitempty"` // there were changes beside the commit
	Go        string `json:"go"`
	Platform  string `json:"platform"`
	OldestCDK string `json:"oldestCDK"`
	NewestCDK string `json:"newestCDK"`
}

// newVersion returns the command that tells the version.
func (c *Command) newVersion() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version, its commit, and the CDK versions that its constructs support",
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			a := c.versionAnswer()
			if format == "json" {
				return c.write(value.EncodeJSON(a, "  "))
			}
			return c.write(a.text())
		},
	}
	choiceFlag(cmd, &format, "format", "FORMAT", "how it is printed", "text", "text", "json")
	return cmd
}

func (c *Command) versionAnswer() versionAnswer {
	a := versionAnswer{Version: c.version(), Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH, OldestCDK: oldestCDK, NewestCDK: newestCDK}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return a
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			a.Commit = s.Value
		case "vcs.modified":
			a.Modified = s.Value == "true"
		}
	}
	return a
}

func (a versionAnswer) text() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "hopgrant %s\n", a.Version)
	if a.Commit != "" {
		changes := ""
		if a.Modified {
			changes = ", with changes"
		}
		fmt.Fprintf(&b, "commit   %s%s\n", a.Commit, changes)
	}
	fmt.Fprintf(&b, "built by %s for %s\n", a.Go, a.Platform)
	fmt.Fprintf(&b, "CDK      %s to %s\n", a.OldestCDK, a.NewestCDK)
	return b.Bytes()
}
