package emulator

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/hopgrant/hopgrant/integ/internal/account"
)

// A Fault makes some requests to the emulator fail.
type Fault struct {
	// Action is the API action that fails, such as "DescribeStacks".
	Action string
	// After is the number of such requests that pass before one fails, and Times the number that then fail; 0 means all.
	After, Times int
	// Code is the error that the caller gets, such as "Throttling" or "InternalFailure". If it is empty, the connection is cut.
	Code   string
	Status int
	// Delay holds the request back before it fails.
	Delay time.Duration
}

// A FaultProxy stands between clients and the emulator and makes requests fail.
type FaultProxy struct {
	URL string

	mu       sync.Mutex
	faults   []Fault
	requests map[string]int // by action
	server   *http.Server
	forward  *httputil.ReverseProxy
}

// StartFaultProxy starts a proxy in front of the emulator, on a free port. [FaultProxy.Stop] ends it.
func (e *Emulator) StartFaultProxy(faults ...Fault) (*FaultProxy, error) {
	target, err := url.Parse(e.URL)
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &FaultProxy{URL: "http://" + l.Addr().String(), faults: faults, requests: map[string]int{}}
	p.forward = httputil.NewSingleHostReverseProxy(target)
	p.server = &http.Server{Handler: p, ReadHeaderTimeout: time.Minute}
	go p.server.Serve(l)
	return p, nil
}

// Clients returns clients that go through the proxy.
func (p *FaultProxy) Clients(id, region string) *account.Clients {
	return account.Emulated(p.URL, id, region)
}

// Stop ends the proxy.
func (p *FaultProxy) Stop() error { return p.server.Close() }

// Requests returns the number of requests for the action, including failed ones.
func (p *FaultProxy) Requests(action string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.requests[action]
}

// ServeHTTP fails the request or passes it on.
func (p *FaultProxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	action := actionOf(r, body)
	f, failing := p.faultOf(action)
	if f.Delay > 0 {
		select {
		case <-time.After(f.Delay):
		case <-r.Context().Done():
			return
		}
	}
	switch {
	case !failing:
		p.forward.ServeHTTP(w, r)
	case f.Code == "":
		panic(http.ErrAbortHandler) // cuts the connection
	default:
		answer(w, r, f)
	}
}

// faultOf counts a request and returns the fault that applies to it.
func (p *FaultProxy) faultOf(action string) (Fault, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.requests[action]++
	for _, f := range p.faults {
		n := p.requests[action] - f.After
		if f.Action == action && n > 0 {
			if f.Times == 0 || n <= f.Times {
				return f, true
			}
		}
	}
	return Fault{}, false
}

// actionOf returns the action of a request in one of AWS's two protocols: a form with an Action, or a JSON body with a
// header.
func actionOf(r *http.Request, body []byte) string {
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		return target[strings.LastIndexByte(target, '.')+1:]
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return ""
	}
	return form.Get("Action")
}

// answer writes an error in the protocol of the request.
func answer(w http.ResponseWriter, r *http.Request, f Fault) {
	if r.Header.Get("X-Amz-Target") != "" {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(f.Status)
		io.WriteString(w, `{"__type":"`+f.Code+`","message":"injected"}`)
		return
	}
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(f.Status)
	io.WriteString(w, "<ErrorResponse><Error><Type>Sender</Type><Code>"+f.Code+"</Code><Message>injected</Message></Error></ErrorResponse>")
}
