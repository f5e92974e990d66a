package live

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"

	"github.com/hopgrant/hopgrant/internal/value"
)

// WriteFile writes a snapshot into a file, which is replaced as a whole. Only its owner may read it.
func WriteFile(path string, s *Snapshot) error {
	var b bytes.Buffer
	if err := Write(&b, s); err != nil {
		return err
	}
	return value.ReplaceFile(path, b.Bytes(), 0o600)
}

// Write writes a snapshot as JSON, without what no snapshot holds: see [secret].
func Write(b *bytes.Buffer, s *Snapshot) error {
	clean := Snapshot{Version: Version, Scopes: make([]Scope, len(s.Scopes))}
	for i, scope := range s.Scopes {
		resources := make([]Resource, len(scope.Resources))
		for j, r := range scope.Resources {
			var err error
			if r.Properties, err = withoutSecrets(r.Properties); err != nil {
				return &value.Error{What: "properties of", Value: r.ID, Got: err.Error(), Cause: err}
			}
			resources[j] = r
		}
		scope.Resources, clean.Scopes[i] = resources, scope
		clean.Scopes[i].Resources = resources
	}
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(clean)
}

// secret are properties that may hold messages, environment variables or code. Nothing that decides about a hop is in them.
var secret = map[string]bool{
	"Environment": true, "EnvironmentVariables": true, "Code": true, "Input": true, "InputTransformer": true, "InputTemplate": true,
	"Message": true, "MessageBody": true, "SecretString": true, "ConnectionParameters": true, "HttpParameters": true,
}

// withoutSecrets returns properties without those of which the names are secret. If there is none, they stay byte for byte.
func withoutSecrets(properties json.RawMessage) (json.RawMessage, error) {
	v, err := value.ParseJSON("", properties)
	if err != nil {
		return nil, err
	}
	if clean, changed := cleaned(v); changed {
		return json.RawMessage(clean.JSON(math.MaxInt)), nil
	}
	return properties, nil
}

func cleaned(v value.Value) (value.Value, bool) {
	changed := false
	var members []value.Member
	for _, m := range v.Members {
		switch {
		case secret[m.Key]:
			changed = true
			continue
		case strings.Contains(m.Key, "Policy") || m.Key == "Constraints": // their keys are names that people give
			members = append(members, m)
			continue
		}
		inner, c := cleaned(m.Value)
		m.Value, changed = inner, changed || c
		members = append(members, m)
	}
	items := make([]value.Value, len(v.Items))
	for i, item := range v.Items {
		inner, c := cleaned(item)
		items[i], changed = inner, changed || c
	}
	if changed {
		v.Members, v.Items = members, items
	}
	return v, changed
}
