package terraform

import (
	"encoding/binary"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/hopgrant/hopgrant/internal/topology/topologytest"
	"github.com/hopgrant/hopgrant/internal/value"
)

var update = flag.Bool("update", false, "write the golden files")

// The plans under testdata have the form that terraform show -json of version 1.11 gives; the names of attributes are those
// of the AWS provider's documentation.
func TestPlans(t *testing.T) {
	plans, err := filepath.Glob("testdata/*.plan.json")
	if err != nil || len(plans) == 0 {
		t.Fatalf("no plans: %v", err)
	}
	for _, path := range plans {
		t.Run(filepath.Base(path), func(t *testing.T) {
			found, err := Read(path, Options{})
			if err != nil {
				t.Fatal(err)
			}
			got := topologytest.Describe(found)
			golden := strings.TrimSuffix(path, ".plan.json") + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestOptionsWinOverThePlan(t *testing.T) {
	found, err := Read("testdata/new.plan.json", Options{Account: "444455556666", Region: "us-west-2"})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(found.Topics[0].ARN), "arn:aws:sns:us-west-2:444455556666:orders"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// PowerShell writes what it redirects into a file as UTF-16.
func TestPlanInUTF16(t *testing.T) {
	data, err := os.ReadFile("testdata/new.plan.json")
	if err != nil {
		t.Fatal(err)
	}
	want, err := ReadBytes("plan.json", data, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		converted := order.AppendUint16(nil, 0xFEFF)
		for _, unit := range utf16.Encode([]rune(string(data))) {
			converted = order.AppendUint16(converted, unit)
		}
		if !Detect(converted) {
			t.Errorf("%v: it is no plan", order)
		}
		got, err := ReadBytes("plan.json", converted, Options{})
		if err != nil {
			t.Fatalf("%v: %v", order, err)
		}
		if diff := cmp.Diff(topologytest.Describe(want), topologytest.Describe(got)); diff != "" {
			t.Errorf("%v: -want +got:\n%s", order, diff)
		}
	}
}

func TestWhatIsNoPlan(t *testing.T) {
	for _, tt := range []struct{ name, reason, data, says string }{
		{"broken JSON", "the line helps to find it", "{\n\"format_version\": \"1.2\",\n oops}", "plan.json:3:2: character"},
		{"another version", "a later format may mean something else", `{"format_version":"9.0","planned_values":{"root_module":{}}}`, "version"},
		{"no version", "a template is no plan", `{"Resources":{}}`, "version"},
		{"a state", "it has no planned values", `{"format_version":"1.0","terraform_version":"1.11.4","values":{}}`, "no planned values"},
		{"a list", "a plan is an object", `[]`, "plan.json:1:1: value of \"plan\": it is a list, want an object"},
		{"nothing", "the file may not have been written", ``, "it is empty"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ReadBytes("plan.json", []byte(tt.data), Options{})
			var read *value.Error
			if !errors.As(err, &read) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v, want a *value.Error with %q (%s)", err, tt.says, tt.reason)
			}
		})
	}
}

func TestAHugeFileIsNotRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "plan.json")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Truncate(100 << 20); err != nil {
		t.Fatal(err)
	}
	f.Close()
	if _, err := Read(path, Options{}); err == nil || !strings.Contains(err.Error(), "at most") {
		t.Errorf("got %v, want an error about the size", err)
	}
}

func FuzzReadBytes(f *testing.F) {
	plans, _ := filepath.Glob("testdata/*.plan.json")
	for _, path := range plans {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		found, err := ReadBytes("plan.json", data, Options{})
		if (found == nil) == (err == nil) {
			t.Errorf("got %v and %v, want one of them", found, err)
		}
	})
}
