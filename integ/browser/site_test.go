//go:build integ

package browser

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/hopgrant/hopgrant/integ/internal/programs"
)

// public is what make site builds.
const public = "../../site/public"

// A site is served to a browser that tells what it asks for and complains about.
type site struct {
	t      *testing.T
	ctx    context.Context
	server *httptest.Server
	sent   atomic.Int64 // bytes of the answers
	// provoked is an address that the test itself asks for; what is said of it does not count.
	provoked string
	mu       sync.Mutex
	asked    []string // the addresses that the browser asked for
	blocked  []string // what a Content-Security-Policy forbade, and errors of scripts
}

// open serves the site and opens one of its pages in a new browser.
func openSite(t *testing.T, page string) *site {
	t.Helper()
	if _, err := os.Stat(filepath.Join(public, "sw.js")); err != nil {
		t.Fatal("there is no site: run make site")
	}
	s := &site{t: t, ctx: browser(t)}
	files := http.FileServer(http.Dir(public))
	s.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { files.ServeHTTP(counted{w, &s.sent}, r) }))
	t.Cleanup(s.server.Close)
	must(t, chromedp.Listen(s.ctx, func(event any) {
		if sent, ok := event.(*network.EventRequestWillBeSent); ok {
			s.mu.Lock()
			s.asked = append(s.asked, sent.Request.URL)
			s.mu.Unlock()
		}
	}))
	if _, err := chromedp.Call(s.ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	go func() {
		for m := range chromedp.Console(s.ctx) {
			s.mu.Lock()
			if s.provoked == "" || !strings.Contains(m.String(), s.provoked) {
				s.blocked = append(s.blocked, m.String())
			}
			s.mu.Unlock()
		}
	}()
	must(t, chromedp.Do(s.ctx, chromedp.Navigate(s.server.URL+"/"+page)))
	return s
}

// counted counts the bytes that a server sends.
type counted struct {
	http.ResponseWriter
	sent *atomic.Int64
}

func (c counted) Write(b []byte) (int, error) {
	c.sent.Add(int64(len(b)))
	return c.ResponseWriter.Write(b)
}

// wait waits until a JavaScript expression is true.
func (s *site) wait(expression string) {
	s.t.Helper()
	if _, err := chromedp.Run(s.ctx, chromedp.Poll[bool](expression, chromedp.WithPollingInterval(20*time.Millisecond), chromedp.WithPollingTimeout(40*time.Second))); err != nil {
		shot, _ := chromedp.Run(s.ctx, chromedp.FullScreenshot(100))
		_ = os.WriteFile(filepath.Join(os.TempDir(), "hopgrant-site.png"), shot, 0o666)
		s.t.Fatalf("%s: %v\n%q", expression, err, s.complaints())
	}
}

// write replaces what is in a field by keys as a person types them.
func (s *site) write(id, text string) {
	s.t.Helper()
	must(s.t, chromedp.Do(s.ctx, chromedp.Focus(chromedp.ID(id))))
	evaluate[bool](s.t, s.ctx, `document.getElementById("`+id+`").select(); true`)
	must(s.t, chromedp.Do(s.ctx, chromedp.KeyEvent(text)))
}

// choose chooses the option of a select that begins with a text. It does not type it, as a person would: what the browser makes of
// letters depends on how fast they come.
func (s *site) choose(id, option string) {
	s.t.Helper()
	if !evaluate[bool](s.t, s.ctx, fmt.Sprintf(`(() => {
		const select = document.getElementById(%q);
		const option = [...select.options].find(o => o.text.startsWith(%q));
		if (!option) return false;
		select.focus();
		select.value = option.value;
		for (const name of ["input", "change"]) select.dispatchEvent(new Event(name, {bubbles: true}));
		return true;
	})()`, id, option)) {
		s.t.Fatalf("#%s has no option %q", id, option)
	}
	s.answered()
}

// click clicks on what a CSS selector finds.
func (s *site) click(selector string) {
	s.t.Helper()
	must(s.t, chromedp.Do(s.ctx, chromedp.Click(chromedp.CSS(selector))))
}

// texts returns the text of each element that a selector finds.
func (s *site) texts(selector string) []string {
	s.t.Helper()
	return evaluate[[]string](s.t, s.ctx, `[...document.querySelectorAll(`+"`"+selector+"`"+`)].map(e => e.textContent)`)
}

// complaints returns what the browser's console shows.
func (s *site) complaints() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.blocked...)
}

// quiet fails the test if the browser asked anybody else, or something of the page was forbidden.
func (s *site) quiet() {
	s.t.Helper()
	if all := s.complaints(); len(all) > 0 {
		s.t.Errorf("the console says %d things, the first is %s", len(all), all[0])
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.asked {
		if s.provoked != "" && strings.HasPrefix(a, s.provoked) {
			continue
		}
		if !strings.HasPrefix(a, s.server.URL+"/") && !strings.HasPrefix(a, "blob:"+s.server.URL+"/") && !strings.HasPrefix(a, "data:") {
			s.t.Errorf("the browser asks for %s", a)
		}
	}
	if len(s.asked) == 0 {
		s.t.Error("the browser asks for nothing")
	}
}

// command is the path of the command, compiled once.
var command = sync.OnceValues(func() (string, error) {
	set, err := programs.Find()
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "hopgrant-command")
	if err != nil {
		return "", err
	}
	return set.Build(dir, "./cmd/hopgrant")
})

// run runs the command in a folder.
func run(t *testing.T, dir string, args ...string) (stdout, stderr string) {
	t.Helper()
	path, err := command()
	must(t, err)
	var out, errs bytes.Buffer
	cmd := exec.Command(path, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &errs
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return out.String(), errs.String()
}

// words splits a command line as a shell does.
func words(t *testing.T, line string) []string {
	t.Helper()
	out, err := exec.Command("sh", "-c", "set -- "+line+`; printf '%s\0' "$@"`).Output()
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
}
