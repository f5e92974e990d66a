// Command manual writes hopgrant's manual pages and shell completions into a folder, for packages.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"github.com/hopgrant/hopgrant/internal/cli"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: manual FOLDER")
		os.Exit(2)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "manual:", err)
		os.Exit(1)
	}
}

// write writes man/hopgrant.1 and a page for each command, and completions/hopgrant.bash, .zsh, .fish and .ps1.
func write(folder string) error {
	man, completions := filepath.Join(folder, "man"), filepath.Join(folder, "completions")
	if err := errors.Join(os.MkdirAll(man, 0o777), os.MkdirAll(completions, 0o777)); err != nil {
		return err
	}
	root := (&cli.Command{}).Root()
	root.DisableAutoGenTag = true // the date would make each build another one
	forMarkdown(root)
	return errors.Join(
		doc.GenManTree(root, &doc.GenManHeader{Title: "HOPGRANT", Section: "1", Source: "hopgrant"}, man),
		root.GenBashCompletionFileV2(filepath.Join(completions, "hopgrant.bash"), true),
		root.GenZshCompletionFile(filepath.Join(completions, "hopgrant.zsh")),
		root.GenFishCompletionFile(filepath.Join(completions, "hopgrant.fish"), true),
		root.GenPowerShellCompletionFileWithDesc(filepath.Join(completions, "hopgrant.ps1")),
	)
}

// forMarkdown indents what a help text shows as an example so far that Markdown, of which manual pages are made, keeps it as it is.
func forMarkdown(c *cobra.Command) {
	c.Long = example.ReplaceAllString(c.Long, "  $0")
	for _, sub := range c.Commands() {
		forMarkdown(sub)
	}
}

var example = regexp.MustCompile(`(?m)^  `)
