package account

import (
	"encoding/json"
	"maps"
	"time"

	"github.com/hopgrant/hopgrant/internal/live"
)

// earlier is what an earlier reading of the same scope has: topics, queues and keys, each with what was read together
// with it, by the ARN of the topic, queue or key.
type earlier map[string][]live.Resource

// earlierOf returns what of the scope in the snapshot is not older than maxAge and has no gap.
func earlierOf(snapshot *live.Snapshot, account, region string, maxAge time.Duration) earlier {
	found := earlier{}
	if snapshot == nil {
		return found
	}
	for _, s := range snapshot.Scopes {
		if s.Account != account || s.Region != region {
			continue
		}
		owners := map[string]string{} // by the id of what is owned
		for _, r := range s.Resources {
			if r.ReadAt == nil {
				r.ReadAt = &s.ReadAt
			}
			owners[r.ID] = ownerOf(r)
			found[owners[r.ID]] = append(found[owners[r.ID]], r)
		}
		for _, g := range s.Gaps {
			if !g.Evidence {
				delete(found, owners[g.Resource])
				delete(found, g.Resource)
			}
		}
	}
	maps.DeleteFunc(found, func(_ string, all []live.Resource) bool {
		for _, r := range all {
			if time.Since(*r.ReadAt) > maxAge {
				return true
			}
		}
		return false
	})
	return found
}

// ownerOf returns the ARN of the topic, queue or key that a resource was read together with.
func ownerOf(r live.Resource) string {
	var p struct{ TopicArn, KeyId string }
	switch r.Type {
	case "AWS::SNS::Subscription", "AWS::KMS::Grant":
		if json.Unmarshal(r.Properties, &p) == nil {
			return p.TopicArn + p.KeyId // it has one of them
		}
	}
	return r.ID
}

// reuse takes over a topic, queue or key and what belongs to it from the earlier reading, if that has it.
func (s *scope) reuse(typ, id string) (live.Resource, bool) {
	var of live.Resource
	for _, r := range s.earlier[id] {
		if r.Type == typ && r.ID == id {
			of = r
		}
	}
	if of.ID == "" {
		return of, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.earlier[id] {
		s.resources[resourceID{r.Type, r.ID}] = r
	}
	return of, true
}
