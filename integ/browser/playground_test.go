//go:build integ

package browser

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// shown waits until the page shows the result for its files as they are now.
func (s *site) shown() {
	s.t.Helper()
	s.wait(`document.body.dataset.shown === JSON.stringify({files, flags: flags()})`)
}

// folder writes the files of the page into a new folder.
func (s *site) folder() string {
	s.t.Helper()
	dir := s.t.TempDir()
	var files []struct{ Name, Text string }
	if err := json.Unmarshal([]byte(evaluate[string](s.t, s.ctx, `JSON.stringify(files)`)), &files); err != nil {
		s.t.Fatal(err)
	}
	for _, f := range files {
		path := filepath.Join(dir, f.Name)
		must(s.t, os.MkdirAll(filepath.Dir(path), 0o777))
		must(s.t, os.WriteFile(path, []byte(f.Text), 0o666))
	}
	return dir
}

// paste inserts a text as the clipboard does.
func (s *site) paste(text string) {
	s.t.Helper()
	must(s.t, chromedp.Do(s.ctx, chromedp.Focus(chromedp.ID("editor"))))
	evaluate[bool](s.t, s.ctx, `document.getElementById("editor").select(); true`)
	_, err := chromedp.Call(s.ctx, input.InsertText, input.InsertTextParams{Text: text})
	must(s.t, err)
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	must(t, err)
	return string(b)
}

// The article's story: the page opens with it, shows the broken hop, and mends it at a click, all as the command does.
func TestPlaygroundTellsTheStory(t *testing.T) {
	s := openSite(t, "play/")
	s.wait(`"shown" in document.body.dataset`)
	s.shown()
	dir := s.folder()
	want, _ := run(t, dir, "check", "template.yaml")
	if got := s.texts("#printed")[0]; got != want || !strings.Contains(want, "aws-managed-key") {
		t.Errorf("the page shows\n%s\nthe command prints\n%s", got, want)
	}
	if n := evaluate[int](t, s.ctx, `document.getElementById("picture").shadowRoot.querySelectorAll(".edge.broken[tabindex]").length`); n != 1 {
		t.Errorf("%d broken hops in the picture, want 1", n)
	}
	if c := evaluate[string](t, s.ctx, `getComputedStyle(document.getElementById("picture").shadowRoot.querySelector(".edge.broken .line")).stroke`); c != "rgb(198, 40, 40)" {
		t.Errorf("the broken hop is %s, want red", c)
	}
	if panel := evaluate[string](t, s.ctx, `document.getElementById("picture").shadowRoot.querySelector(".hop-panel").textContent`); !strings.Contains(panel, "kms:") {
		t.Errorf("beside the picture is %q, want the calls of the broken hop", panel)
	}
	before := evaluate[string](t, s.ctx, `document.getElementById("editor").value`)

	s.click(`[data-mend="aws-managed-key"]`)
	s.wait(`document.getElementById("editor").value.includes("SqsManagedSseEnabled")`)
	s.shown()
	run(t, dir, "check", "--fix=aws-managed-key", "template.yaml")
	if got, want := evaluate[string](t, s.ctx, `document.getElementById("editor").value`), read(t, filepath.Join(dir, "template.yaml")); got != want {
		t.Errorf("the page mends to\n%s\nthe command to\n%s", got, want)
	}
	if n := len(s.texts("#findings .error")); n != 0 {
		t.Errorf("%d errors are left", n)
	}
	s.click("#undo")
	s.shown()
	if got := evaluate[string](t, s.ctx, `document.getElementById("editor").value`); got != before {
		t.Errorf("undo gives\n%s\nwant\n%s", got, before)
	}
	s.quiet()
}

// What is pasted names its file, and is judged as the command judges it.
func TestPlaygroundTakesWhatIsPasted(t *testing.T) {
	tests := []struct {
		reason, path, name string
		args               []string
	}{
		{"a template", "../../docs/readme/lost.yaml", "template.yaml", []string{"check", "template.yaml"}},
		{"sources of Terraform", "../../docs/readme/lost.tf", "main.tf", []string{"check", "."}},
		{"a plan", "../../internal/terraform/testdata/existing.plan.json", "plan.json", []string{"check", "plan.json"}},
		{"a fanout.yaml", "../testdata/fanout.yaml", "fanout.yaml", []string{"check", "fanout.yaml"}},
		{"a template of the CDK", "../testdata/archive.template.json", "template.json", []string{"check", "template.json"}},
		{"an exception", "../../docs/readme/consumer-error.txt", "error.txt", []string{"diagnose", "error.txt"}},
		{"a delivery log", "../../docs/readme/delivery.json", "error.txt", []string{"diagnose", "error.txt"}},
	}
	s := openSite(t, "play/")
	s.shown()
	for _, tt := range tests {
		must(t, chromedp.Do(s.ctx, chromedp.Focus(chromedp.ID("editor"))))
		evaluate[bool](t, s.ctx, `document.getElementById("editor").select(); true`)
		must(t, chromedp.Do(s.ctx, chromedp.KeyEvent("\b")))
		s.paste(read(t, tt.path))
		s.shown()
		if got := s.texts("#tabs [aria-selected=true]"); len(got) != 1 || got[0] != tt.name {
			t.Errorf("%s: it is called %q, want %s", tt.reason, got, tt.name)
			continue
		}
		want, stderr := run(t, s.folder(), tt.args...)
		if got := s.texts("#printed")[0]; got != want || want == "" {
			t.Errorf("%s: the page shows\n%s\nthe command prints\n%s%s", tt.reason, got, want, stderr)
		}
	}
	s.quiet()
}

// What cannot be read is said with the words of the command.
func TestPlaygroundSaysWhatIsWrong(t *testing.T) {
	s := openSite(t, "play/")
	s.shown()
	s.paste("Resources:\n  Orders: {Type: AWS::SQS::Queue\n")
	s.shown()
	_, stderr := run(t, s.folder(), "check", "template.yaml")
	got := strings.Join(s.texts("#errors p"), "\n")
	if want := strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(stderr, "hopgrant: error: ", ""), "hopgrant: hint: ", "")); got != want || want == "" {
		t.Errorf("the page says %q, the command %q", got, want)
	}
}

// Every example has something to show, and a rule's example shows its rule.
func TestPlaygroundExamples(t *testing.T) {
	s := openSite(t, "play/")
	s.shown()
	if n := evaluate[int](t, s.ctx, `examples.filter(e => !e.rule).length`); n != 20 {
		t.Errorf("%d examples, want 20", n)
	}
	for _, id := range evaluate[[]string](t, s.ctx, `examples.filter(e => !e.rule).map(e => e.id).concat("visibility-timeout")`) {
		evaluate[bool](t, s.ctx, `location.hash = "#example=`+id+`"; true`)
		s.wait(`document.getElementById("example").value === "` + id + `"`)
		s.shown()
		if got := s.texts("#printed")[0]; got == "" {
			t.Errorf("%s: the page shows nothing: %q", id, s.texts("#errors p"))
		}
	}
	if got := s.texts(".findings [data-mend]"); len(got) == 0 {
		t.Error("visibility-timeout: no finding")
	}
	if rules := evaluate[[]string](t, s.ctx, `[...document.querySelectorAll("[data-mend]")].map(e => e.dataset.mend)`); !strings.Contains(strings.Join(rules, " "), "visibility-timeout") {
		t.Errorf("visibility-timeout: findings of %q", rules)
	}
	s.quiet()
}

// A link holds the input behind the #, and brings it back in another browser without telling the server.
func TestPlaygroundLinkHoldsTheInput(t *testing.T) {
	s := openSite(t, "play/")
	s.shown()
	s.paste("# a secret of mine\nResources:\n  Orders: {Type: 'AWS::SQS::Queue'}\n")
	s.shown()
	s.click("#link")
	s.wait(`location.hash.startsWith("#input=")`)
	hash := evaluate[string](t, s.ctx, `location.hash`)
	other := openSite(t, "play/"+hash)
	other.shown()
	if got := evaluate[string](t, other.ctx, `document.getElementById("editor").value`); !strings.Contains(got, "a secret of mine") {
		t.Errorf("the link brings %q", got)
	}
	other.quiet()
}
