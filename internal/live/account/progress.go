package account

import "time"

const (
	progressEvery   = 250 * time.Millisecond
	checkpointEvery = 10 * time.Second
)

// expect counts a topic, queue or key that is to be read, and done one that was.
func (r *reader) expect(arn string) { r.count(arn, 0, 1) }
func (r *reader) done(arn string)   { r.count(arn, 1, 0) }

func (r *reader) count(arn string, read, of int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := &r.progress
	switch _, service, _ := placeOf(arn); service {
	case "sns":
		p.Topics, p.TopicsOf = p.Topics+read, p.TopicsOf+of
	case "sqs":
		p.Queues, p.QueuesOf = p.Queues+read, p.QueuesOf+of
	case "kms":
		p.Keys, p.KeysOf = p.Keys+read, p.KeysOf+of
	}
}

// tell calls Options.Progress and Options.Checkpoint from time to time until the function that it returns is called.
func (r *reader) tell() (stop func()) {
	progress, checkpoint := time.NewTicker(progressEvery), time.NewTicker(checkpointEvery)
	ended, told := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(told)
		for {
			select {
			case <-progress.C:
				r.tellProgress()
			case <-checkpoint.C:
				if r.o.Checkpoint != nil {
					r.o.Checkpoint(r.snapshot())
				}
			case <-ended:
				return
			}
		}
	}()
	return func() {
		progress.Stop()
		checkpoint.Stop()
		close(ended)
		<-told
		r.tellProgress()
	}
}

func (r *reader) tellProgress() {
	if r.o.Progress == nil {
		return
	}
	r.mu.Lock()
	p := r.progress
	r.mu.Unlock()
	p.Calls, p.Throttled = int(r.tally.calls.Load()), int(r.tally.throttled.Load())
	r.o.Progress(p)
}
