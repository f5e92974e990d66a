package main

import (
	"testing"

	"github.com/hopgrant/hopgrant/examples/internal/golden"
)

func TestMain(m *testing.M) { golden.Main(m) }

func TestTemplates(t *testing.T) {
	app := golden.App(t, nil)
	NewStack(app, "Adopt")
	golden.Check(t, app, "arn:aws:sqs:eu-west-1:111122223333:archive")
}
