// Command hopgrant writes, checks and explains the permissions of SNS to SQS fan-outs.
package main

import (
	"os"

	"github.com/hopgrant/hopgrant/internal/cli"
)

func main() {
	c := cli.Command{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv}
	os.Exit(c.Main(os.Args[1:]))
}
