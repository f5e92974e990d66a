package report

import (
	"github.com/hopgrant/hopgrant/internal/migrate"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// The JSON of hopgrant migrate is a contract: fields are added, never renamed.
type migrationJSON struct {
	Migrates []migratesJSON `json:"migrates"`
	Refused  []string       `json:"refused"`
	Steps    []stepJSON     `json:"steps"`
	Notes    []string       `json:"notes"`
}

type migratesJSON struct {
	Kind string        `json:"kind"`
	ID   string        `json:"id"`
	ARN  policygen.ARN `json:"arn,omitempty"`
	From string        `json:"from"`
	To   string        `json:"to"`

	FromKind migrate.Encryption `json:"fromEncryption"`
	ToKind   migrate.Encryption `json:"toEncryption"`
}

type stepJSON struct {
	Phase    migrate.Phase  `json:"phase"`
	Title    string         `json:"title"`
	Diff     string         `json:"diff,omitempty"`
	ByHand   []handJSON     `json:"byHand"`
	Commands []string       `json:"commands"`
	Wait     int            `json:"waitSeconds"`
	Waits    []waitJSON     `json:"waits"`
	Look     []questionJSON `json:"look"`
	Back     string         `json:"back"`
	Proven   []provenJSON   `json:"proven"`
}

type handJSON struct {
	What       string                `json:"what"`
	Why        string                `json:"why,omitempty"`
	Adds       []policygen.Statement `json:"adds,omitempty"`
	TakesAway  *policygen.Statement  `json:"takesAway,omitempty"`
	On         policygen.Target      `json:"on,omitempty"`
	ResourceOf policygen.ARN         `json:"resource,omitempty"`
}

type waitJSON struct {
	Seconds int    `json:"seconds"`
	Why     string `json:"why"`
	AWS     string `json:"aws"`
}

type provenJSON struct {
	Messages string `json:"messages"`
	OK       int    `json:"ok"`
	AsBefore int    `json:"notOkAsBefore"`
}

// MigrationJSON returns a plan as JSON.
func MigrationJSON(p migrate.Plan) ([]byte, error) {
	out := migrationJSON{Migrates: []migratesJSON{}, Refused: append([]string{}, p.Refused...), Steps: []stepJSON{}, Notes: append([]string{}, p.Notes...)}
	for _, s := range p.Subjects {
		kind := "queue"
		if s.Topic {
			kind = "topic"
		}
		out.Migrates = append(out.Migrates, migratesJSON{kind, s.Element.ID, s.ARN, s.From, s.To, s.FromKind, s.ToKind})
	}
	for i := range p.Steps {
		out.Steps = append(out.Steps, stepOf(&p.Steps[i]))
	}
	return plainJSON(value.EncodeJSON(out, "  ")), nil
}

func stepOf(s *migrate.Step) stepJSON {
	j := stepJSON{Phase: s.Phase, Title: s.Title, Diff: string(s.Diff), ByHand: []handJSON{}, Commands: append([]string{}, s.Commands...), Wait: int(s.Wait().Seconds()),
		Waits: []waitJSON{}, Look: []questionJSON{}, Back: s.Back, Proven: []provenJSON{}}
	for _, h := range s.ByHand {
		hand := handJSON{What: h.What, Why: h.Why, TakesAway: h.Statement}
		if h.Finding != nil {
			fix := h.Finding.Fix[0]
			hand.Adds, hand.On, hand.ResourceOf = fix.Document.Statements, fix.On, fix.Resource
		}
		j.ByHand = append(j.ByHand, hand)
	}
	for _, w := range s.Waits {
		j.Waits = append(j.Waits, waitJSON{int(w.For.Seconds()), w.Why, w.AWS})
	}
	for _, q := range s.Done {
		j.Look = append(j.Look, questionJSON{q.What, q.Command})
	}
	for _, p := range s.Proofs {
		j.Proven = append(j.Proven, provenJSON{p.Messages, p.OK, p.AsBefore})
	}
	return j
}
