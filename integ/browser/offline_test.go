//go:build integ

package browser

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// What the first load of the generator may take: bytes as they are sent, and milliseconds to the first policy.
const (
	mostBytes        = 2_500_000
	mostMilliseconds = 2000
)

func TestFirstLoadIsSmallAndQuick(t *testing.T) {
	quickest := 1e9
	for range 3 {
		s := openSite(t, "generate/")
		s.answered()
		s.kept()
		if n := s.sent.Load(); n > mostBytes || n < 1_000_000 {
			t.Errorf("the first load takes %d bytes, want at most %d", n, mostBytes)
		}
		quickest = min(quickest, evaluate[float64](t, s.ctx, `performance.getEntriesByName("first answer")[0].startTime`))
		if evaluate[bool](t, s.ctx, `"Go" in window`) {
			t.Error("the program runs in the page and not beside it, so that typing waits for it")
		}
		s.quiet()
	}
	t.Logf("the first policy after %.0f ms", quickest)
	if quickest > mostMilliseconds {
		t.Errorf("the first policy is there after %.0f ms, want %d", quickest, mostMilliseconds)
	}
}

// kept waits until the service worker has everything that it keeps.
func (s *site) kept() {
	s.t.Helper()
	s.wait(`navigator.serviceWorker.controller !== null`)
}

func TestSiteWorksOffline(t *testing.T) {
	s := openSite(t, "play/")
	s.shown()
	s.kept()
	must(t, chromedp.Do(s.ctx, chromedp.Reload())) // what the page loaded before it had a service worker
	s.shown()
	s.server.Close()
	must(t, chromedp.Do(s.ctx, chromedp.Navigate(s.server.URL+"/generate/")))
	s.answered()
	s.write("queue", ordersQueue)
	s.same()
	must(t, chromedp.Do(s.ctx, chromedp.Navigate(s.server.URL+"/play/#example=consumer")))
	s.shown()
	if findings := s.texts("#findings .error"); len(findings) == 0 {
		t.Error("the playground finds nothing offline")
	}
}

// Nobody else hears of anything: neither the page nor its worker can ask another origin, and no page of the site tries to.
func TestNothingIsSentAnywhere(t *testing.T) {
	var heard atomic.Int64
	foreign := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		heard.Add(1)
		w.Header().Set("Access-Control-Allow-Origin", "*")
	}))
	t.Cleanup(foreign.Close)
	ask := fmt.Sprintf(`fetch(%q).then(() => "sent", () => "refused")`, foreign.URL)
	s := openSite(t, "")
	s.provoked = foreign.URL
	for _, page := range []string{"", "rules/key-policy-sns/", "comparison/", "404.html", "generate/", "play/"} {
		must(t, chromedp.Do(s.ctx, chromedp.Navigate(s.server.URL+"/"+page), chromedp.Sleep(500*time.Millisecond))) // what scripts ask for later
		s.quiet()
		evaluate[bool](t, s.ctx, `window.asked = []; `+ask+`.then(r => asked.push(r)); new Image().src = "`+foreign.URL+`"; true`)
		s.wait(`asked[0] === "refused"`)
		if strings.HasPrefix(page, "generate") || strings.HasPrefix(page, "play") {
			// A worker from a blob, as the pages have one.
			evaluate[bool](t, s.ctx, "new Worker(URL.createObjectURL(new Blob([`"+ask+".then(r => postMessage(r))`]))).onmessage = e => asked.push(\"worker \" + e.data); true")
			s.wait(`asked[1] === "worker refused"`)
		}
	}
	if n := heard.Load(); n > 0 {
		t.Errorf("another server heard %d requests", n)
	}
}
