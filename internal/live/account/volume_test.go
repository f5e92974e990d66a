package account

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hopgrant/hopgrant/internal/live"
)

// city is a Region with many topics, each with five queues, of which every tenth has a dead-letter queue.
func city(topics, queues int) *estate {
	e := shop()
	policy := strings.Replace(allow, `"*"`, `"`+strings.Repeat("x", 2000)+`"`, 1)
	for i := range topics {
		topic := fmt.Sprintf("arn:aws:sns:us-east-1:111122223333:topic-%04d", i)
		e.topics[topic] = map[string]string{"Policy": policy, "KmsMasterKeyId": "alias/shop"}
	}
	for i := range queues {
		queue := fmt.Sprintf("arn:aws:sqs:us-east-1:111122223333:queue-%04d", i)
		e.queues[queue] = map[string]string{"Policy": policy, "KmsMasterKeyId": key, "QueueArn": queue}
		if i%10 == 0 {
			e.queues[queue]["RedrivePolicy"] = `{"deadLetterTargetArn":"` + dead + `","maxReceiveCount":3}`
		}
		e.subscribe(fmt.Sprintf("arn:aws:sns:us-east-1:111122223333:topic-%04d", i%topics), queue, nil)
	}
	e.pageSize = 100
	return e
}

const (
	memory  = 300 << 20
	patient = 10 * time.Minute
)

// TestVolume reads a thousand topics and five thousand queues: at the pace, within the memory, and whole.
func TestVolume(t *testing.T) {
	e := city(1000, 5000)
	c := shopCloud(e)
	var most uint64
	var took time.Duration
	var s *live.Snapshot
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		runtime.GC()
		var before, now runtime.MemStats
		runtime.ReadMemStats(&before)
		looked := 0
		var err error
		s, err = read(t.Context(), Options{Progress: func(p Progress) {
			if looked++; looked%100 == 0 { // each look stops the world
				runtime.ReadMemStats(&now)
				most = max(most, now.HeapAlloc-min(before.HeapAlloc, now.HeapAlloc))
			}
		}}, c.config())
		if err != nil {
			t.Fatal(err)
		}
		took = time.Since(began)
	})
	got := scopeAt(t, s, home, east)
	if n := len(resources(got, "AWS::SNS::Topic")); n != 1001 {
		t.Errorf("read %d topics", n)
	}
	if n := len(resources(got, "AWS::SQS::Queue")); n != 5002 {
		t.Errorf("read %d queues", n)
	}
	if n := len(resources(got, "AWS::SNS::Subscription")); n != 5001 {
		t.Errorf("read %d subscriptions", n)
	}
	if len(got.Gaps) > 0 {
		t.Errorf("gaps: %v", got.Gaps)
	}
	paced(t, c)
	if most > memory {
		t.Errorf("took %d MiB", most>>20)
	}
	if took > patient {
		t.Errorf("took %s", took)
	}
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d calls in %s, at most %d MiB of heap, a snapshot of %d MiB", len(c.calls), took.Round(time.Second), most>>20, len(text)>>20)
}

// TestResume: a reading that was interrupted goes on from its snapshot. Nothing is read twice, and the end is as if it had been
// read at once, but for when.
func TestResume(t *testing.T) {
	whole := scopeAt(t, shopCloud(city(50, 250)).read(t, Options{NoEvidence: true}), home, east)
	synctest.Test(t, func(t *testing.T) {
		c := shopCloud(city(50, 250))
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		var checkpoint *live.Snapshot
		part, err := read(ctx, Options{NoEvidence: true}, c.config())
		cancel()
		if err == nil || part == nil {
			t.Fatalf("got %v, want what was read and an error", err)
		}
		// What is in the file is what counts.
		text, err := json.Marshal(part)
		if err != nil {
			t.Fatal(err)
		}
		part = nil
		if err := json.Unmarshal(text, &part); err != nil {
			t.Fatal(err)
		}
		first := c.count("GetQueueAttributes")
		rest, err := read(t.Context(), Options{NoEvidence: true, Resume: part, Checkpoint: func(s *live.Snapshot) { checkpoint = s }}, c.config())
		if err != nil {
			t.Fatal(err)
		}
		got := scopeAt(t, rest, home, east)
		if diff := cmp.Diff(resources(whole), resources(got)); diff != "" {
			t.Errorf("(-read at once +resumed):\n%s", diff)
		}
		if n := c.count("GetQueueAttributes"); n > 252+workers || first < 50 {
			t.Errorf("asked for attributes of queues %d times, %d before the interruption, want 252", n, first)
		}
		if n := c.count("ListSubscriptionsByTopic"); n > 51+workers {
			t.Errorf("asked for subscriptions of topics %d times, want 51", n)
		}
		older, newer := 0, 0
		for _, r := range got.Resources {
			if r.ReadAt != nil {
				older++
			} else {
				newer++
			}
		}
		if older == 0 || newer == 0 {
			t.Errorf("%d resources say that they were read earlier, %d not", older, newer)
		}
		if checkpoint == nil || checkpoint.Scopes[1].Gaps[0].Reason != "reading did not come to its end" {
			t.Errorf("got checkpoint %v, want one that says that it is not the end", checkpoint)
		}

		time.Sleep(2 * time.Hour)
		before := c.count("GetQueueAttributes")
		if _, err := read(t.Context(), Options{NoEvidence: true, Resume: rest}, c.config()); err != nil {
			t.Fatal(err)
		}
		if n := c.count("GetQueueAttributes") - before; n != 252 {
			t.Errorf("asked for attributes of %d queues two hours later, want all", n)
		}
	})
}

// TestResumeGap: what was a gap is read again.
func TestResumeGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := shopCloud(shop())
		for _, operation := range []string{"GetSubscriptionAttributes", "ListSubscriptionsByTopic", "GetKeyPolicy", "ListGrants"} {
			c.fault = failing(operation, "", apiError("AccessDenied", "no"))
			first, err := read(t.Context(), Options{NoEvidence: true}, c.config())
			if err != nil {
				t.Fatal(err)
			}
			c.fault = nil
			second, err := read(t.Context(), Options{NoEvidence: true, Resume: first}, c.config())
			if err != nil {
				t.Fatal(err)
			}
			if gaps := scopeAt(t, second, home, east).Gaps; len(scopeAt(t, first, home, east).Gaps) != 1 || len(gaps) > 0 {
				t.Errorf("%s: got gaps %v", operation, gaps)
			}
		}
	})
}
