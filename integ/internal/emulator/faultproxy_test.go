package emulator

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestFaultProxy(t *testing.T) {
	behind := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		io.WriteString(w, "passed "+string(body))
	}))
	defer behind.Close()
	p, err := (&Emulator{URL: behind.URL}).StartFaultProxy(
		Fault{Action: "CreateStack", After: 1, Times: 1, Code: "Throttling", Status: 400},
		Fault{Action: "SendMessage", Code: "InternalFailure", Status: 500},
		Fault{Action: "Publish"},
	)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Stop()
	form := func(action string) (int, string) {
		return answerOf(t, p.URL, "application/x-www-form-urlencoded", "", url.Values{"Action": {action}}.Encode())
	}
	for i, want := range []string{"passed Action=CreateStack", "<Code>Throttling</Code>", "passed Action=CreateStack"} {
		if _, got := form("CreateStack"); !strings.Contains(got, want) {
			t.Errorf("request %d: got %q, want %q", i+1, got, want)
		}
	}
	if status, got := answerOf(t, p.URL, "application/x-amz-json-1.0", "AmazonSQS.SendMessage", "{}"); status != 500 || !strings.Contains(got, "InternalFailure") {
		t.Errorf("got %d %q, want 500 InternalFailure", status, got)
	}
	if status, _ := form("Publish"); status != 0 {
		t.Errorf("got status %d, want the connection cut", status)
	}
	if got := p.Requests("CreateStack"); got != 3 {
		t.Errorf("got %d requests, want 3", got)
	}
}

// answerOf posts a request and returns the status and body of the answer. The status is 0 if there was no answer.
func answerOf(t *testing.T, to, contentType, target, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, to, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	if target != "" {
		req.Header.Set("X-Amz-Target", target)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, ""
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}
