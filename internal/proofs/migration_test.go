package proofs_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/load"
	"github.com/hopgrant/hopgrant/internal/mend"
	"github.com/hopgrant/hopgrant/internal/migrate"
	"github.com/hopgrant/hopgrant/internal/topology"
)

// A played plan is the releases of a plan's steps, some of which may be left out or come in another order.
type played struct {
	t     *rapid.T
	in    []*topology.Topology
	start []byte
	path  string
	steps []migrate.Step
	waits []time.Duration
	// late is how much later than the plan allows each step is deployed.
	late []time.Duration
}

// play deploys the steps in an order.
func (p *played) play(order []int, waits []time.Duration) history {
	first, err := deployed(p.start)
	if err != nil {
		p.t.Fatal(err)
	}
	h := history{{-365 * 24 * time.Hour, first}}
	at := time.Duration(0)
	files := mend.NewFiles()
	for _, i := range order {
		p.apply(files, &p.steps[i])
		text, changed := files.Content()[p.path]
		if !changed {
			text = p.start
		}
		d, err := deployed(text)
		if err != nil {
			p.t.Fatal(err)
		}
		h = append(h, release{at, d})
		at += waits[i] + p.late[i]
	}
	return h
}

func (p *played) apply(files *mend.Files, s *migrate.Step) {
	if m := s.Makes; m != nil {
		if err := files.MakeKey(m.Beside, m.Key, m.Finding, p.in); err != nil {
			p.t.Fatal(err)
		}
	}
	for _, g := range s.Grants {
		if err := files.Try(g.Finding, p.in); err != nil {
			p.t.Fatal(err)
		}
	}
	if len(s.Changes) > 0 {
		if err := files.Try(&check.Finding{At: s.Changes[0].Element.At, Changes: s.Changes}, p.in); err != nil {
			p.t.Fatal(err)
		}
	}
	for _, r := range s.Removals {
		if err := files.Take(r.Policy, &r.Statement, r.At, r.Resource, p.in); err != nil {
			p.t.Fatal(err)
		}
	}
}

// times are when messages are sent and read: around each release and the ends of what it takes, and at some random times.
func times(t *rapid.T, h history, reuse time.Duration) []time.Duration {
	all := []time.Duration{-time.Hour}
	for _, r := range h[1:] {
		for _, takes := range []time.Duration{0, modelQueues, modelPolicies, modelQueues + reuse, modelPolicies + modelTopicKey} {
			all = append(all, r.at+takes-time.Second, r.at+takes, r.at+takes+time.Second)
		}
	}
	end := max(0, h[len(h)-1].at)
	for range 5 {
		all = append(all, time.Duration(rapid.Int64Range(-3600, int64(end/time.Second)+7200).Draw(t, "when"))*time.Second)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// TestMigrationsLoseNothing plays plans for random templates against a model of SQS, SNS and KMS: no message is unread that would have
// been read, and at the end nobody has a grant on the old key that nothing needs. If a step or a wait is left out, or two steps are
// swapped, a message is unread, or the end is another one.
func TestMigrationsLoseNothing(t *testing.T) {
	dir := t.TempDir()
	seen, kinds := map[string]int{}, map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		x, queueKey, topicKey := newExchange(t)
		p := &played{t: t, path: filepath.Join(dir, "template.json"), start: x.template()}
		if err := os.WriteFile(p.path, p.start, 0o600); err != nil {
			t.Fatal(err)
		}
		var err error
		if p.in, err = load.Paths([]string{p.path}, load.Options{}); err != nil {
			t.Fatal(err)
		}
		r := migrate.Request{To: rapid.SampledFrom([]migrate.Encryption{migrate.SSESQS, migrate.CustomerManaged, migrate.CustomerManaged, migrate.AWSManaged}).Draw(t, "to")}
		from, ofTopic := queueKey, rapid.IntRange(0, 3).Draw(t, "of the topic") == 0
		if ofTopic {
			r.Topics, from = []string{"Topic"}, topicKey
			if r.To == migrate.SSESQS {
				r.To = migrate.None
			}
		} else {
			r.Queues = []string{"Queue"}
		}
		if r.To == migrate.CustomerManaged {
			r.Key = rapid.SampledFrom([]string{"New", "New", ""}).Draw(t, "key")
		}
		plan, err := migrate.New(p.in, r)
		if err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("%v %s -> %s", ofTopic, from, r.To)
		refused := !ofTopic && r.To == migrate.AWSManaged && from != "alias/aws/sqs" && slices.ContainsFunc(x.traffic.senders, func(s sender) bool { return s.source != "" })
		if (len(plan.Refused) > 0) != refused {
			t.Fatalf("%s: refused %q, want that %t\n%s", name, plan.Refused, refused, p.start)
		}
		seen[name]++
		if len(plan.Steps) == 0 {
			return
		}
		p.check(t, name, plan, x, kinds)
	})
	if len(seen) < 15 || len(kinds) < 10 {
		t.Errorf("only %d kinds of migrations and %d of faults: %v %v", len(seen), len(kinds), seen, kinds)
	}
}

// check plays the plan as it is, and in one way as it should not be.
func (p *played) check(t *rapid.T, name string, plan migrate.Plan, x *exchange, kinds map[string]int) {
	p.steps = plan.Steps
	var order []int
	for i := range p.steps {
		order = append(order, i)
		p.waits = append(p.waits, p.steps[i].Wait())
		p.late = append(p.late, time.Duration(rapid.SampledFrom([]int{0, 0, 1, 3600}).Draw(t, "late"))*time.Second)
	}
	whole := p.play(order, p.waits)
	reuse := whole[0].queues["Queue"].reuse
	if why := whole.unread(&x.traffic, times(t, whole, reuse)); why != "" {
		t.Fatalf("%s: %s\n%s", name, why, p.describe())
	}
	p.checkEnd(name, whole, x)
	p.late = make([]time.Duration, len(p.steps)) // nobody waits longer by chance
	wrong := rapid.SampledFrom(p.wrongs(order)).Draw(t, "what is done wrong")
	kinds[wrong.kind]++
	h := p.play(wrong.order, wrong.waits)
	if h.unread(&x.traffic, times(t, h, reuse)) == "" && reflect.DeepEqual(h[len(h)-1].deployment, whole[len(whole)-1].deployment) {
		t.Fatalf("%s: %s, and no message is unread\n%s", name, wrong.what, p.describe())
	}
}

// A wrong is a way not to follow a plan.
type wrong struct {
	kind, what string
	order      []int
	waits      []time.Duration
}

// wrongs returns every way in which one step is left out, two are swapped, or one is not waited for.
func (p *played) wrongs(order []int) (all []wrong) {
	phase := func(i int) string { return string(p.steps[i].Phase) }
	for i := range order {
		all = append(all, wrong{"without " + phase(i), fmt.Sprintf("step %d is left out", i+1), slices.Delete(slices.Clone(order), i, i+1), p.waits})
		for j := i + 1; j < len(order); j++ {
			swapped := slices.Clone(order)
			swapped[i], swapped[j] = j, i
			all = append(all, wrong{phase(j) + " before " + phase(i), fmt.Sprintf("steps %d and %d are swapped", i+1, j+1), swapped, p.waits})
		}
		if i+1 < len(order) {
			waits := slices.Clone(p.waits)
			waits[i] = 0
			all = append(all, wrong{"no wait after " + phase(i), fmt.Sprintf("nobody waits after step %d", i+1), order, waits})
		}
	}
	return all
}

// checkEnd checks what is there at the end of a plan: who has which grants on the old key.
func (p *played) checkEnd(name string, h history, x *exchange) {
	end := h[len(h)-1].deployment
	needs := map[modelGrant]bool{}
	add := func(who, key, source string, actions []string) {
		for _, a := range actions {
			needs[modelGrant{who: who, action: a, key: key, source: source}] = true
		}
	}
	for _, s := range x.traffic.senders {
		add(s.who, end.queues[s.queue].key, s.source, modelSends)
	}
	for place, readers := range x.traffic.readers {
		for _, who := range readers {
			add(who, end.queues[place].key, "", modelReads)
			if place == "Dead" {
				add(who, end.queues["Queue"].key, "", modelReads)
			}
		}
	}
	for topic, publishers := range x.traffic.publishers {
		for _, who := range publishers {
			add(who, end.topics[topic], "", modelSends)
		}
	}
	for g := range maps.Keys(end.grants) {
		g.byKey = false
		if g.key == "Old" && !needs[g] {
			p.t.Fatalf("%s: at the end, %s still has %s on the old key\n%s", name, g.who, g.action, p.describe())
		}
	}
}

// describe returns the template and the steps.
func (p *played) describe() string {
	text := string(p.start)
	for i := range p.steps {
		s := &p.steps[i]
		text += fmt.Sprintf("\n%d. %s, wait %s", i+1, s.Title, s.Wait())
		for _, g := range s.Grants {
			text += "\n" + g.Fix[0].Of + " " + g.Fix[0].Document.String()
		}
		for _, r := range s.Removals {
			text += fmt.Sprintf("\nwithout %s %s: %s", r.On, r.Of, r.At)
		}
	}
	return text
}
