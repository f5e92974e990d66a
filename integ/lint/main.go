// Lint runs cfn-lint or cdk-nag's AwsSolutions rules over the examples' golden templates, and prints the findings that
// exceptions.json does not explain.
//
//	go run ./lint cfn-lint
//	go run ./lint cdk-nag
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/hopgrant/hopgrant/integ/internal/linter"
	"github.com/hopgrant/hopgrant/integ/internal/programs"
)

func main() {
	problems, err := lint(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "lint: error:", err)
		os.Exit(2)
	}
	for _, p := range problems {
		fmt.Println(p)
	}
	if len(problems) > 0 {
		os.Exit(1)
	}
}

func lint(args []string) ([]string, error) {
	tools := map[string]linter.Linter{"cfn-lint": linter.CfnLint, "cdk-nag": linter.CDKNag}
	if len(args) != 1 || tools[args[0]] == nil {
		return nil, fmt.Errorf("arguments %q: want cfn-lint or cdk-nag", args)
	}
	set, err := programs.Find()
	if err != nil {
		return nil, err
	}
	templates, err := set.Goldens()
	if err != nil {
		return nil, err
	}
	findings, err := tools[args[0]](context.Background(), set, templates...)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(os.Stderr, "%s: %d findings in %d templates\n", args[0], len(findings), len(templates))
	return linter.Problems(set, args[0], findings)
}
