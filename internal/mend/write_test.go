package mend

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o640); err != nil {
		t.Fatal(err)
	}
}

// A file is replaced only if it is still what was read, and a link only within its folder.
func TestReplaceFile(t *testing.T) {
	dir := t.TempDir()
	file, inner, outer := filepath.Join(dir, "in", "file"), filepath.Join(dir, "in", "inner"), filepath.Join(dir, "in", "outer")
	write(t, file, "old")
	write(t, filepath.Join(dir, "elsewhere"), "old")
	for link, to := range map[string]string{inner: "file", outer: "../elsewhere"} {
		if err := os.Symlink(to, link); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct{ reason, path, old, refused string }{
		{"it is what was read", file, "old", ""},
		{"somebody has changed it since", file, "older", "it has changed since it was read"},
		{"the link stays in the folder", inner, "old", ""},
		{"the link leaves the folder", outer, "old", "want that file itself"},
		{"it is gone", filepath.Join(dir, "in", "gone"), "old", "no such file"},
	} {
		t.Run(test.reason, func(t *testing.T) {
			write(t, file, "old")
			err := replaceFile(test.path, []byte(test.old), []byte("new"))
			switch {
			case test.refused != "" && (err == nil || !strings.Contains(err.Error(), test.refused)):
				t.Errorf("%v, want an error with %q", err, test.refused)
			case test.refused == "" && err != nil:
				t.Error(err)
			}
			if got, _ := os.ReadFile(file); string(got) != map[bool]string{true: "old", false: "new"}[test.refused != ""] {
				t.Errorf("the file is now %q", got)
			}
			if info, err := os.Lstat(inner); err != nil || info.Mode()&os.ModeSymlink == 0 {
				t.Errorf("the link is no link any more: %v", err)
			}
			if names, _ := filepath.Glob(filepath.Join(dir, "in", ".hopgrant-*")); names != nil {
				t.Errorf("temporary files are left: %q", names)
			}
		})
	}
	if got, _ := os.ReadFile(filepath.Join(dir, "elsewhere")); string(got) != "old" {
		t.Errorf("the file elsewhere is now %q", got)
	}
}

// A process that replaces a file again and again is killed at any moment: the file is the old or the new one, whole.
func TestReplaceFileKilled(t *testing.T) {
	texts := []string{strings.Repeat("a", 1<<20), strings.Repeat("b", 1<<20)}
	if file := os.Getenv("HOPGRANT_TEST_REPLACE"); file != "" {
		for i := 0; ; i++ {
			if old, err := os.ReadFile(file); err != nil || replaceFile(file, old, []byte(texts[i%2])) != nil {
				return
			}
		}
	}
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, texts[0])
	seen := map[byte]bool{}
	for i := range 20 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestReplaceFileKilled$")
		cmd.Env = append(os.Environ(), "HOPGRANT_TEST_REPLACE="+file)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(20+7*i) * time.Millisecond)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		cmd.Wait()
		got, err := os.ReadFile(file)
		if err != nil || string(got) != texts[0] && string(got) != texts[1] {
			t.Fatalf("the file has %d bytes and is neither text, %v", len(got), err)
		}
		seen[got[0]] = true
	}
	if !seen['b'] {
		t.Error("the file was never replaced before the kill, so the test shows nothing")
	}
}
