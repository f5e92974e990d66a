// Package emulator runs an AWS emulator, mended by hopgrant_moto.py, on a loopback port, and a proxy that makes its
// requests fail.
package emulator

import (
	"bufio"
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/hopgrant/hopgrant/integ/internal/account"
	"github.com/hopgrant/hopgrant/integ/internal/programs"
)

// An Emulator is a running AWS emulator on a loopback port.
type Emulator struct {
	URL string

	dir   string
	cmd   *exec.Cmd
	stdin io.Closer
	out   *bytes.Buffer
	done  chan error
}

// Options configure an emulator.
type Options struct {
	// Hopgrant is the hopgrant program to ask before each delivery from SNS to SQS. If it is empty, the emulator delivers
	// whatever the policies say.
	Hopgrant string
}

//go:embed hopgrant_moto.py
var emulatorProgram []byte

// startTimeout limits the time until an emulator answers, which is usually about two seconds.
const startTimeout = 60 * time.Second

// Start starts an emulator on a free port and returns once it answers. [Emulator.Stop] ends it, and so does the end of
// this process.
func Start(ctx context.Context, t programs.Set, o Options) (*Emulator, error) {
	python, err := t.Python("python")
	if err != nil {
		return nil, err
	}
	var errs []error
	for range 3 { // another process may take the free port first
		e, err := start(ctx, python, o)
		if err == nil {
			return e, nil
		}
		errs = append(errs, err)
		if ctx.Err() != nil {
			break
		}
	}
	return nil, errors.Join(errs...)
}

func start(ctx context.Context, python string, o Options) (e *Emulator, err error) {
	e = &Emulator{out: &bytes.Buffer{}, done: make(chan error, 1)}
	if e.dir, err = os.MkdirTemp("", "hopgrant-emulator-"); err != nil {
		return nil, err
	}
	program := filepath.Join(e.dir, "hopgrant_moto.py")
	if err := os.WriteFile(program, emulatorProgram, 0o600); err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	e.URL = "http://127.0.0.1:" + port
	e.cmd = exec.Command(python, program, port)
	if e.cmd.Env, err = e.environment(o); err != nil {
		return nil, err
	}
	e.cmd.Stdout, e.cmd.Stderr = e.out, e.out
	// The emulator ends when its standard input is closed, which also happens if this process is killed.
	if e.stdin, err = e.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if err := e.cmd.Start(); err != nil {
		return nil, fmt.Errorf("emulator: %w", err)
	}
	go func() { e.done <- e.cmd.Wait() }()
	if err := e.awaitHealth(ctx); err != nil {
		return nil, errors.Join(err, e.Stop())
	}
	return e, nil
}

func (e *Emulator) environment(o Options) ([]string, error) {
	env := append(os.Environ(), "HOPGRANT_LOG="+e.lossLog(), "PYTHONUNBUFFERED=1", "MOTO_IAM_LOAD_MANAGED_POLICIES=true", "S3_IGNORE_SUBDOMAIN_BUCKETNAME=true")
	if o.Hopgrant == "" {
		return env, nil
	}
	calls, err := json.Marshal(DeliveryCalls())
	if err != nil {
		return nil, err
	}
	file := filepath.Join(e.dir, "calls.json")
	return append(env, "HOPGRANT_SIMULATE="+o.Hopgrant, "HOPGRANT_CALLS="+file), os.WriteFile(file, calls, 0o600)
}

func (e *Emulator) lossLog() string { return filepath.Join(e.dir, "losses.jsonl") }

// awaitHealth waits until the emulator answers or has ended.
func (e *Emulator) awaitHealth(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, e.URL+"/moto-api/data.json", nil)
		if err != nil {
			return err
		}
		if resp, err := http.DefaultClient.Do(req); err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case err := <-e.done:
			e.done <- err
			return fmt.Errorf("emulator ended before it answered: %v\n%s", err, e.out)
		case <-ctx.Done():
			return fmt.Errorf("emulator at %s: no answer within %s\n%s", e.URL, startTimeout, e.out)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Stop ends the emulator and removes its files.
func (e *Emulator) Stop() error {
	e.stdin.Close()
	select {
	case <-e.done:
	case <-time.After(5 * time.Second):
		e.cmd.Process.Kill()
		<-e.done
	}
	return os.RemoveAll(e.dir)
}

// A Loss is a delivery that did not happen.
type Loss struct {
	Hop   string `json:"hop"` // deliver or dead-letter
	Topic string `json:"topic"`
	Queue string `json:"queue"`
	Why   string `json:"why"`
	// DeadLetterQueue is the queue that got the message instead; empty if the message is lost.
	DeadLetterQueue string `json:"deadLetterQueue"`
}

// String names the hop and says why the delivery did not happen.
func (l Loss) String() string {
	s := fmt.Sprintf("hop %s %s → %s: %s", l.Hop, ARNName(l.Topic), ARNName(l.Queue), l.Why)
	if l.DeadLetterQueue != "" {
		s += ", sent to dead-letter queue " + ARNName(l.DeadLetterQueue)
	}
	return s
}

// Losses returns the deliveries that did not happen since the emulator started.
func (e *Emulator) Losses() ([]Loss, error) {
	f, err := os.Open(e.lossLog())
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var losses []Loss
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var l Loss
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return nil, fmt.Errorf("the emulator's log of losses: %w", err)
		}
		losses = append(losses, l)
	}
	return losses, nil
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}

// Account is the emulator's account for requests that do not name one.
const Account = "123456789012"

// Clients returns clients of one of the emulator's accounts.
func (e *Emulator) Clients(id, region string) *account.Clients {
	return account.Emulated(e.URL, id, region)
}
