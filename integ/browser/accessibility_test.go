//go:build integ

package browser

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// TestSiteIsAccessible looks at the two tools on a desk and on a telephone, in light and dark: axe-core finds nothing, and the page does
// not scroll sideways.
func TestSiteIsAccessible(t *testing.T) {
	source := axe(t)
	for _, page := range []struct{ address, answered string }{
		{"generate/", `"answered" in document.body.dataset`},
		{"play/#example=shop", `document.querySelectorAll("#findings li").length > 0`},
	} {
		s := openSite(t, page.address)
		for _, screen := range []struct {
			width  int64
			scheme string
		}{{1280, "light"}, {420, "dark"}} {
			_, err := chromedp.Call(s.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: screen.width, Height: 900, DeviceScaleFactor: 1, Mobile: screen.width < 600})
			must(t, err)
			_, err = chromedp.Call(s.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: screen.scheme}}})
			must(t, err)
			s.wait(page.answered)
			evaluate[string](t, s.ctx, source+`; document.querySelectorAll("details").forEach(d => { d.open = true; }); ""`)
			found, err := chromedp.Run(s.ctx, chromedp.Evaluate[string](violations, func(p *runtime.EvaluateParams) { p.AwaitPromise = new(true) }))
			must(t, err)
			if found != "" {
				t.Errorf("%s at %d px, %s: %s", page.address, screen.width, screen.scheme, found)
			}
			if wide := evaluate[int](t, s.ctx, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
				t.Errorf("%s at %d px: the page is %d px wider than the screen", page.address, screen.width, wide)
			}
		}
	}
}

// TestGeneratorByKeyboard fills in the form without a mouse: every field is reached by the tab key, and labelled.
func TestGeneratorByKeyboard(t *testing.T) {
	s := openSite(t, "generate/")
	s.answered()
	reached := map[string]bool{}
	for range 60 {
		must(t, chromedp.Do(s.ctx, chromedp.KeyEvent("\t")))
		reached[evaluate[string](t, s.ctx, `document.activeElement.id || document.activeElement.className || document.activeElement.tagName`)] = true
	}
	for _, id := range []string{"skip", "role", "account", "region", "queue", "principal", "format", "link", "copy", "into", "merge"} {
		if !reached[id] {
			t.Errorf("the tab key does not reach %s", id)
		}
	}
	if bare := evaluate[[]string](t, s.ctx, `[...document.querySelectorAll("input, select, textarea")].filter(e => e.labels.length === 0 && !e.getAttribute("aria-label")).map(e => e.id)`); len(bare) > 0 {
		t.Errorf("%q have no label", bare)
	}
}
