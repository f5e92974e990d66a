package live_test

import (
	"math"
	"testing"

	"github.com/hopgrant/hopgrant/internal/live"
	"github.com/hopgrant/hopgrant/internal/topology/topologytest"
	"github.com/hopgrant/hopgrant/internal/value"
)

// FuzzParse reads whatever text, and snapshots with values changed: there is an error, or a topology whose hops can be asked for.
func FuzzParse(f *testing.F) {
	for _, data := range snapshots(f) {
		f.Add(data, []byte(nil))
		f.Add(data, []byte{0, 40, 1, 3, 0, 80, 3, 9})
	}
	f.Fuzz(func(t *testing.T, data, edits []byte) {
		if len(edits) > 0 && len(edits) <= 64 && len(data) < 1<<15 {
			v, err := value.ParseJSON("", data)
			if err != nil {
				return
			}
			data = []byte(topologytest.Edited(v, edits).JSON(math.MaxInt))
		}
		s, err := live.Parse("a.json", data)
		if err != nil {
			return
		}
		account, err := s.Topology("a.json")
		if err != nil {
			return
		}
		account.Hops()
	})
}
