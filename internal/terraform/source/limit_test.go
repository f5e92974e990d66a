package source

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hopgrant/hopgrant/internal/value"
)

// noProvider tells nothing about any resource.
type noProvider struct{}

func (noProvider) Attribute(*Resource, string) (text, why string) { return "", "" }

// folder returns a folder with files.
func folder(tb testing.TB, files map[string]string) string {
	tb.Helper()
	dir := tb.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			tb.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			tb.Fatal(err)
		}
	}
	return dir
}

// doubling returns locals of which each has the one before twice.
func doubling(form string) string {
	var b strings.Builder
	b.WriteString("locals {\n  a0 = \"x\"\n")
	for i := range 60 {
		fmt.Fprintf(&b, "  a%d = %s\n", i+1, strings.ReplaceAll(form, "A", fmt.Sprintf("local.a%d", i)))
	}
	b.WriteString("}\nresource \"r\" \"r\" { v = local.a60 }\n")
	return b.String()
}

func TestLimits(t *testing.T) {
	for _, tt := range []struct {
		name, reason, main, says string
		cause                    error
	}{
		{"count", "instances are made one by one", `resource "r" "r" { count = 1000000000 }`, "20000 instances", value.ErrTooLarge},
		{"for_each", "as count", `resource "r" "r" { for_each = toset([for a in setproduct(range(1000), range(1000)) : join("", a)]) }`, "MiB", value.ErrTooLarge},
		{"loops in loops", "range gives at most 1024 numbers, but loops multiply",
			`locals { a = [for a in range(1000) : [for b in range(1000) : [for c in range(1000) : 1]]] }` + "\n" + `resource "r" "r" { v = local.a }`, "MiB", value.ErrTooLarge},
		{"templates", "each local has the text of the one before twice", doubling(`"${A}${A}"`), "too large", value.ErrTooLarge},
		{"join", "functions put text together too", doubling(`join("", [A, A])`), "too large", value.ErrTooLarge},
		{"lists", "the lists share their elements until they are written", doubling(`[A, A]`), "too large", value.ErrTooLarge},
		{"template loops", "a loop in a template is a loop", "locals { a = \"%{ for a in range(1000) }%{ for b in range(1000) }%{ for c in range(1000) }x%{ endfor }%{ endfor }%{ endfor }\" }\nresource \"r\" \"r\" { v = local.a }", "MiB", value.ErrTooLarge},
		{"brackets", "the parser calls itself for each", "locals { a = " + strings.Repeat("[", 30000) + strings.Repeat("]", 30000) + " }", "deep", value.ErrTooDeep},
		{"operators", "the tree of a sum is as deep as it is long", "locals { a = 1" + strings.Repeat("+1", 30000) + " }", "deep", value.ErrTooDeep},
		{"not", "as brackets", "locals { a = " + strings.Repeat("!", 30000) + "true }", "deep", value.ErrTooDeep},
		{"signs", "each takes several hundred bytes as a token", "locals { a = [" + strings.Repeat("1,", 90000) + "] }", "brackets, operators and lines", value.ErrTooLarge},
		{"a row of values", "each is evaluated within the next", func() string {
			var b strings.Builder
			b.WriteString("locals {\n  a0 = 1\n")
			for i := range 5000 {
				fmt.Fprintf(&b, "  a%d = local.a%d\n", i+1, i)
			}
			return b.String() + "}\nresource \"r\" \"r\" { v = local.a5000 }\n"
		}(), "in a row", value.ErrTooLarge},
		{"numbers", "a number may have more digits than there is memory", `resource "r" "r" { v = "${1e99999999}" }`, "number", value.ErrTooLarge},
		{"a module that calls itself", "it would never end", `module "m" { source = "./" }`, "32 deep", value.ErrCycle},
	} {
		t.Run(tt.name, func(t *testing.T) {
			start := time.Now()
			_, err := Read(folder(t, map[string]string{"main.tf": tt.main}), Options{}, noProvider{})
			if took := time.Since(start); took > 30*time.Second {
				t.Errorf("it took %v", took)
			}
			var e *value.Error
			if !errors.As(err, &e) || !errors.Is(err, tt.cause) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v, want a *value.Error with %q (%s)", err, tt.says, tt.reason)
			}
		})
	}
}

// What refers to itself is unknown, and all else is read.
func TestCycles(t *testing.T) {
	for _, tt := range []struct{ name, reason, main string }{
		{"local values", "Terraform refuses them, with a better message", `locals {
  a = local.b
  b = local.a
}
resource "r" "r" { v = local.a }`},
		{"resources", "as local values", `resource "r" "r" { v = r.s.v }
resource "r" "s" { v = r.r.v }`},
		{"itself", "only provisioners have self", `resource "r" "r" { v = r.r.w }`},
		{"for_each", "the instances follow from the value", `resource "r" "r" {
  for_each = r.r
  v        = each.key
}`},
		{"format", "a width is no reason to fill memory", `resource "r" "r" { v = format("%0999999999d", 1) }`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := Read(folder(t, map[string]string{"main.tf": tt.main}), Options{}, noProvider{})
			if err != nil {
				t.Fatal(err)
			}
			if len(c.Resources) == 0 || c.Resources[0].Values["v"] != nil && !strings.Contains(fmt.Sprint(c.Resources[0].Values["v"]), "${") {
				t.Errorf("got %v, want a value that is not known (%s)", c.Resources, tt.reason)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`variable "a" { default = ["x"] }
locals { b = { for k, v in var.a : v => "%{ if k == 0 }${v}%{ endif }" } }
resource "aws_sqs_queue" "q" {
  for_each = local.b
  name     = each.key
  dynamic "x" {
    for_each = [each.value]
    content { y = x.value }
  }
}
output "o" { value = try(aws_sqs_queue.q["x"].arn, values(aws_sqs_queue.q)[*].id, jsonencode(local.b)) }
resource "aws_sns_topic" "t" { count = length(aws_sqs_queue.q) }
`))
	f.Add([]byte(`data "aws_iam_policy_document" "d" {
  statement { resources = [format("%s/*", replace(aws_sqs_queue.q.arn, "a", "b")), templatefile("x", {})] }
}
resource "aws_sqs_queue" "q" { policy = data.aws_iam_policy_document.d.json }
module "m" {
  source   = "./m"
  for_each = toset(["a"])
}
`))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, name := range []string{"main.tf", "main.tf.json"} {
			c, err := Read(folder(t, map[string]string{name: string(data)}), Options{}, noProvider{})
			if (c == nil) == (err == nil) {
				t.Errorf("got %v and %v, want one of them", c, err)
			}
			if c == nil {
				continue
			}
			for _, r := range c.Resources {
				c.DependsOn(r.Block)
			}
		}
	})
}
