package proofs_test

import (
	"encoding/json"
	"strings"
	"time"
)

// named returns the resource that a reference in a template names, or the text.
func named(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case map[string]any:
		if ref, ok := v["Ref"].(string); ok {
			return ref
		}
		switch at := v["Fn::GetAtt"].(type) {
		case []any:
			return at[0].(string)
		case string:
			name, _, _ := strings.Cut(at, ".")
			return name
		}
		if sub, ok := v["Fn::Sub"].(string); ok {
			switch {
			case strings.HasSuffix(sub, ":root"):
				return "root"
			case strings.Contains(sub, ":role/"):
				return sub[strings.LastIndexByte(sub, '/')+1:]
			case strings.Contains(sub, ":sns:"):
				return strings.TrimSuffix(sub[strings.LastIndexByte(sub, ':')+1:], ".fifo")
			}
			name, _, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(sub, "${"), "}"), ".")
			return name
		}
	}
	return ""
}

func listed(v any) []any {
	if list, ok := v.([]any); ok {
		return list
	}
	if v == nil {
		return nil
	}
	return []any{v}
}

// deployed reads a template.
func deployed(text []byte) (*deployment, error) {
	var template struct {
		Resources map[string]struct {
			Type       string
			Properties map[string]any
		}
	}
	if err := json.Unmarshal(text, &template); err != nil {
		return nil, err
	}
	d := &deployment{map[string]modelQueue{}, map[string]string{}, map[modelGrant]bool{}, map[string]bool{}}
	for id, r := range template.Resources {
		p := r.Properties
		switch r.Type {
		case "AWS::SQS::Queue":
			q := modelQueue{key: named(p["KmsMasterKeyId"]), keeps: 4 * 24 * time.Hour, reuse: 5 * time.Minute}
			q.managed = p["SqsManagedSseEnabled"] == true
			q.fifo = p["FifoQueue"] == true
			if n, ok := p["MessageRetentionPeriod"].(float64); ok {
				q.keeps = time.Duration(n) * time.Second
			}
			if n, ok := p["KmsDataKeyReusePeriodSeconds"].(float64); ok {
				q.reuse = time.Duration(n) * time.Second
			}
			if redrive, ok := p["RedrivePolicy"].(map[string]any); ok {
				q.dead = named(redrive["deadLetterTargetArn"])
			}
			d.queues[id] = q
		case "AWS::SNS::Topic":
			d.topics[id] = named(p["KmsMasterKeyId"])
		case "AWS::KMS::Key":
			if policy, ok := p["KeyPolicy"].(map[string]any); ok {
				d.keyPolicy(id, policy)
			} else {
				d.delegates[id] = true // KMS's default
			}
		case "AWS::IAM::Role":
			for _, inline := range listed(p["Policies"]) {
				d.identity(id, inline.(map[string]any)["PolicyDocument"].(map[string]any))
			}
		}
	}
	return d, nil
}

func (d *deployment) keyPolicy(key string, policy map[string]any) {
	for _, s := range listed(policy["Statement"]) {
		st := s.(map[string]any)
		var sources []any
		if condition, ok := st["Condition"].(map[string]any); ok {
			for _, keys := range condition {
				sources = listed(keys.(map[string]any)["aws:SourceArn"])
			}
		}
		who := st["Principal"].(map[string]any)
		for _, principal := range append(listed(who["AWS"]), listed(who["Service"])...) {
			for _, a := range listed(st["Action"]) {
				if named(principal) == "root" {
					d.delegates[key] = d.delegates[key] || a == "kms:*"
					continue
				}
				for _, source := range append(sources, "")[:max(1, len(sources))] {
					d.grants[modelGrant{true, named(principal), strings.TrimSuffix(a.(string), "*"), key, named(source)}] = true
				}
			}
		}
	}
}

func (d *deployment) identity(role string, policy map[string]any) {
	for _, s := range listed(policy["Statement"]) {
		st := s.(map[string]any)
		for _, a := range listed(st["Action"]) {
			for _, r := range listed(st["Resource"]) {
				if strings.HasPrefix(a.(string), "kms:") {
					d.grants[modelGrant{false, role, strings.TrimSuffix(a.(string), "*"), named(r), ""}] = true
				}
			}
		}
	}
}
