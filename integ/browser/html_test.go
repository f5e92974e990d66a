//go:build integ

// Package browser tests the HTML report in a real browser.
package browser

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/load"
	"github.com/hopgrant/hopgrant/internal/report"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"

	"github.com/hopgrant/hopgrant/integ/internal/programs"
)

// browser returns a headless Chromium. It skips the test if there is none, unless CI is set.
func browser(t *testing.T) context.Context {
	t.Helper()
	found := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "headless-shell"} {
		if path, err := exec.LookPath(name); err == nil {
			found = path
			break
		}
	}
	if found == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("there is no Chromium: apt-get install chromium")
		}
		t.Skip("there is no Chromium")
	}
	profile, err := os.MkdirTemp("", "hopgrant-browser")
	if err != nil {
		t.Fatal(err)
	}
	// The browser's processes may still write for a moment after the browser has ended.
	t.Cleanup(func() {
		for range 50 {
			if os.RemoveAll(profile) == nil {
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
	})
	options := append([]chromedp.ExecAllocatorOption{}, chromedp.DefaultExecAllocatorOptions[:]...)
	options = append(options, chromedp.ExecPath(found), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-quic", true),
		chromedp.UserDataDir(profile), chromedp.WindowSize(1600, 1000))
	allocator, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancelBrowser := chromedp.NewContext(allocator)
	t.Cleanup(cancelBrowser)
	ctx, cancelTime := context.WithTimeout(ctx, 60*time.Second)
	t.Cleanup(cancelTime)
	return ctx
}

// shop returns the hops of a template with broken and unknown hops.
func shop(t *testing.T) check.Report {
	t.Helper()
	topologies, err := load.Paths([]string{"../../internal/report/testdata/shop.yaml"}, load.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return check.Run(topologies, check.Options{Severity: check.Info})
}

const panelText = `document.getElementById("panel").innerText`

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// evaluate returns the value of a JavaScript expression.
func evaluate[T any](t *testing.T, ctx context.Context, expression string) T {
	t.Helper()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return value
}

// open writes the page of a report to a file and returns its address.
func open(t *testing.T, r check.Report) string {
	t.Helper()
	out, err := report.HopsHTML(r, []string{"shop.yaml"}, report.Style{})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "hops.html")
	if err := os.WriteFile(path, out, 0o666); err != nil {
		t.Fatal(err)
	}
	return (&url.URL{Scheme: "file", Path: path}).String()
}

// TestHTMLInABrowser looks at the page as people do: broken hops are red, unknown ones dashed, a click shows the
// reasons, and nothing comes from the network.
func TestHTMLInABrowser(t *testing.T) {
	ctx := browser(t)
	r := shop(t)
	address := open(t, r)
	var requests sync.Map
	must(t, chromedp.Listen(ctx, func(event any) {
		if sent, ok := event.(*network.EventRequestWillBeSent); ok {
			requests.Store(sent.Request.URL, true)
		}
	}))
	if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	must(t, chromedp.Do(ctx, chromedp.Navigate(address), chromedp.WaitVisible(chromedp.CSS("svg"))))
	broken := evaluate[int](t, ctx, `document.querySelectorAll("g.edge.broken[tabindex]").length`)
	unknown := evaluate[int](t, ctx, `document.querySelectorAll("g.edge.unknown[tabindex]").length`)
	columns := evaluate[int](t, ctx, `document.querySelectorAll("svg text.title").length`)
	stroke := evaluate[string](t, ctx, `getComputedStyle(document.querySelector(".edge.broken .line")).stroke`)
	dash := evaluate[string](t, ctx, `getComputedStyle(document.querySelector(".edge.unknown .line")).strokeDasharray`)
	before := evaluate[string](t, ctx, panelText)
	must(t, chromedp.Do(ctx, chromedp.Click(chromedp.CSS(".edge.unknown .tag rect"))))
	panel := evaluate[string](t, ctx, panelText)
	must(t, chromedp.Do(ctx, chromedp.Click(chromedp.ID("bad"))))
	hidden := evaluate[int](t, ctx, `document.querySelectorAll("details[hidden]").length`)
	inside := evaluate[bool](t, ctx, `[...document.querySelectorAll("g.node")].every(n => {
		const s = n.closest("svg").viewBox.baseVal, b = n.getBBox();
		return b.x >= 0 && b.y >= 0 && b.x + b.width <= s.width && b.y + b.height <= s.height;
	})`)
	wantBroken, wantUnknown, wantOK := 0, 0, 0
	for _, h := range r.Hops {
		switch h.Verdict {
		case check.Broken:
			wantBroken++
		case check.Unknown:
			wantUnknown++
		default:
			wantOK++
		}
	}
	if broken != wantBroken || unknown != wantUnknown || broken == 0 || unknown == 0 {
		t.Errorf("%d broken and %d unknown edges, want %d and %d", broken, unknown, wantBroken, wantUnknown)
	}
	if stroke != "rgb(198, 40, 40)" || dash == "none" || dash == "" {
		t.Errorf("broken edges are %s, want red; unknown ones have dashes %q", stroke, dash)
	}
	if columns != 4 {
		t.Errorf("%d columns, want 4", columns)
	}
	if panel == before || !strings.Contains(panel, "undecided") {
		t.Errorf("a click on an unknown hop shows %q", panel)
	}
	if hidden != wantOK {
		t.Errorf("%d hops are hidden, want the %d that are ok", hidden, wantOK)
	}
	if !inside {
		t.Error("a node is outside of the picture")
	}
	requests.Range(func(asked, _ any) bool {
		if asked != address {
			t.Errorf("the page asks for %s", asked)
		}
		return true
	})
}

// hostile returns hops whose every text looks like markup.
func hostile() check.Report {
	const evil = `</script><script>alert(1)</script><img src=x onerror=alert(2)>"'` + "`" + `&{{.}}`
	at := topology.Position{File: evil, Line: 1}
	topic := &topology.Topic{Element: topology.Element{ID: evil, At: at, Stack: evil}, ARN: "${" + evil + "}"}
	queue := &topology.Queue{Element: topology.Element{ID: evil + "q", At: at}, ARN: "${" + evil + "q}", SSE: text.Yes}
	role := &topology.Caller{Element: topology.Element{ID: evil + "r", At: at}, Principal: policygen.RoleARN("${" + evil + "}")}
	return check.Explain([]*topology.Topology{{Path: evil, Kind: "cloudformation", Scenario: evil,
		Topics: []*topology.Topic{topic}, Queues: []*topology.Queue{queue}, Callers: []*topology.Caller{role},
		Subscriptions: []*topology.Subscription{{Element: topology.Element{ID: evil, At: at}, Topic: topic, Queue: queue}},
		Consumers:     []*topology.Consumer{{Element: topology.Element{ID: evil, At: at}, What: evil, Queue: queue, Caller: role}},
		Publishers:    []*topology.Publisher{{Element: topology.Element{ID: evil, At: at}, What: evil, Topic: topic, Caller: role}},
		Unknowns:      []topology.Unknown{{ID: evil, Path: evil, Stack: evil, What: evil, Why: evil, At: at}},
	}})
}

func TestHTMLEscapesInABrowser(t *testing.T) {
	ctx := browser(t)
	dialogs := make(chan string, 1)
	must(t, chromedp.Listen(ctx, func(event any) {
		if d, ok := event.(*page.EventJavascriptDialogOpening); ok {
			select {
			case dialogs <- d.Message:
			default:
			}
		}
	}))
	must(t, chromedp.Do(ctx, chromedp.Navigate(open(t, hostile())), chromedp.WaitVisible(chromedp.CSS("svg")),
		chromedp.Click(chromedp.CSS(".edge .tag rect"))))
	images := evaluate[int](t, ctx, `document.images.length`)
	scripts := evaluate[int](t, ctx, `document.scripts.length`)
	panel := evaluate[string](t, ctx, panelText)
	if images != 0 || scripts != 1 {
		t.Errorf("%d images and %d scripts, want none and one", images, scripts)
	}
	if !strings.Contains(panel, "onerror=alert(2)") {
		t.Errorf("the name is not shown as it is: %q", panel)
	}
	select {
	case d := <-dialogs:
		t.Errorf("a dialog opened: %s", d)
	default:
	}
}

// axe returns the source of axe-core, which finds barriers for people who do not see the page or have no mouse.
func axe(t *testing.T) string {
	t.Helper()
	set, err := programs.Find()
	must(t, err)
	source, err := os.ReadFile(filepath.Join(set.Root, "integ/_node/node_modules/axe-core/axe.min.js"))
	if err != nil {
		t.Fatalf("%v: run make integ-prepare", err)
	}
	return string(source)
}

// violations is what axe-core finds on the page as it is, one a line.
const violations = `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.map(v => v.id + ": " + v.nodes.map(n => n.html.slice(0, 200)).join(" | ")).join("\n"))`

// TestHTMLIsAccessible looks at the page on a desk, on a telephone, in the dark, with everything opened: axe-core finds nothing, the page itself
// does not scroll sideways, and what does can be reached by the keyboard.
func TestHTMLIsAccessible(t *testing.T) {
	ctx := browser(t)
	address, source := open(t, shop(t)), axe(t)
	awaited := func(p *runtime.EvaluateParams) { p.AwaitPromise = new(true) }
	for _, screen := range []struct {
		width  int64
		scheme string
	}{{1280, "light"}, {1280, "dark"}, {1700, "light"}, {420, "light"}, {420, "dark"}} {
		t.Run(fmt.Sprint(screen), func(t *testing.T) {
			_, err := chromedp.Call(ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: screen.width, Height: 900, DeviceScaleFactor: 1, Mobile: screen.width < 600})
			must(t, err)
			_, err = chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: screen.scheme}}})
			must(t, err)
			must(t, chromedp.Do(ctx, chromedp.Navigate(address), chromedp.WaitVisible(chromedp.CSS("svg"))))
			evaluate[string](t, ctx, source+`; ""`)
			for _, opened := range []string{"false", "true"} {
				evaluate[string](t, ctx, `document.querySelectorAll("details").forEach(d => { d.open = `+opened+`; }); ""`)
				found, err := chromedp.Run(ctx, chromedp.Evaluate[string](violations, awaited))
				must(t, err)
				if found != "" {
					t.Errorf("details open: %s\n%s", opened, found)
				}
				if wide := evaluate[int](t, ctx, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
					t.Errorf("details open: %s: the page is %d px wider than the screen", opened, wide)
				}
			}
			if small := evaluate[float64](t, ctx, `Math.min(...[...document.querySelectorAll("svg.flow text.name")].map(t => t.getBoundingClientRect().height))`); small < 10 {
				t.Errorf("a name in the picture is %.1f px high", small)
			}
		})
	}
}

// TestAxeSpeaks checks that axe-core would find something.
func TestAxeSpeaks(t *testing.T) {
	ctx := browser(t)
	must(t, chromedp.Do(ctx, chromedp.Navigate(open(t, shop(t))), chromedp.WaitVisible(chromedp.CSS("svg"))))
	evaluate[string](t, ctx, axe(t)+`; document.querySelector("h1").innerHTML = "<img src=''>"; ""`)
	found, err := chromedp.Run(ctx, chromedp.Evaluate[string](violations, func(p *runtime.EvaluateParams) { p.AwaitPromise = new(true) }))
	must(t, err)
	if !strings.Contains(found, "image-alt") {
		t.Errorf("an image without a text is not found: %q", found)
	}
}

// TestHTMLByKeyboard chooses a hop without a mouse.
func TestHTMLByKeyboard(t *testing.T) {
	ctx := browser(t)
	must(t, chromedp.Do(ctx, chromedp.Navigate(open(t, shop(t))), chromedp.WaitVisible(chromedp.CSS("svg"))))
	before := evaluate[string](t, ctx, panelText)
	reached := evaluate[string](t, ctx, `document.querySelector("g.edge.unknown[tabindex]").focus(); document.activeElement.getAttribute("aria-label")`)
	must(t, chromedp.Do(ctx, chromedp.KeyEvent("\r")))
	panel := evaluate[string](t, ctx, panelText)
	if !strings.Contains(reached, "unknown") || panel == before || !strings.Contains(panel, "undecided") {
		t.Errorf("Enter on %q shows %q", reached, panel)
	}
}

// TestHTMLOnPaper prints the page in the dark: what is broken is there with its reasons, on white.
func TestHTMLOnPaper(t *testing.T) {
	ctx := browser(t)
	must(t, chromedp.Do(ctx, chromedp.Navigate(open(t, shop(t))), chromedp.WaitVisible(chromedp.CSS("svg"))))
	_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print", Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}})
	must(t, err)
	evaluate[string](t, ctx, `dispatchEvent(new Event("beforeprint")); ""`)
	ink := evaluate[string](t, ctx, `getComputedStyle(document.body).color`)
	closed := evaluate[int](t, ctx, `document.querySelectorAll("details:not([open]):not([data-verdict=ok])").length`)
	shown := evaluate[int](t, ctx, `[...document.querySelectorAll("g.edge.broken .line")].filter(l => getComputedStyle(l).display !== "none" && l.getBoundingClientRect().width > 0).length`)
	broken := evaluate[int](t, ctx, `document.querySelectorAll("g.edge.broken .line").length`)
	panel := evaluate[string](t, ctx, `getComputedStyle(document.querySelector(".about")).display`)
	if ink != "rgb(28, 34, 48)" || closed != 0 || shown != broken || broken == 0 || panel != "none" {
		t.Errorf("ink %s, %d closed hops, %d of %d broken edges, the chosen hop is %s", ink, closed, shown, broken, panel)
	}
}
