package text

import (
	"slices"
	"testing"
)

func TestNamesInASentence(t *testing.T) {
	queue, topic := Name{"Billing5AAB9F52", "Shop/Billing"}, Name{"Orders", ""}
	for _, tt := range []struct {
		reason, sentence, ids, paths string
		names                        []Name
	}{
		{"one has a path, the other has none", "queue " + queue.String() + " of topic " + topic.String() + " has no policy",
			"queue Billing5AAB9F52 of topic Orders has no policy", "queue Shop/Billing of topic Orders has no policy", []Name{queue}},
		{"a name that comes twice is listed once", queue.String() + queue.String(), "Billing5AAB9F52Billing5AAB9F52", "Shop/BillingShop/Billing", []Name{queue}},
		{"nothing is named", "nothing", "nothing", "nothing", nil},
		{"a path may be another's id", Name{"A", "B"}.String() + Name{"B", "A"}.String(), "AB", "BA", []Name{{"A", "B"}, {"B", "A"}}},
		{"the same text twice is one name", Name{"A", "A"}.String(), "A", "A", nil},
		{"an id may hold the marks", Name{"A" + nameEnds, "p" + nameBegins + "q"}.String(), "A", "pq", []Name{{"A", "pq"}}},
		{"a noncharacter of the file's own is no name", "x" + nameBegins + "y", "x" + nameBegins + "y", "x" + nameBegins + "y", nil},
		{"it does not hide the name after it", nameBegins + "x" + queue.String(), nameBegins + "xBilling5AAB9F52", nameBegins + "xShop/Billing", []Name{queue}},
		{"a name does not go beyond a string of JSON", "{\"" + nameBegins + "\": \"" + pathBegins + nameEnds + "\"}", "{\"" + nameBegins + "\": \"" + pathBegins + nameEnds + "\"}",
			"{\"" + nameBegins + "\": \"" + pathBegins + nameEnds + "\"}", nil},
		{"a path with a quote has another one", Name{"A", `p"q`}.String(), "A", "p'q", []Name{{"A", "p'q"}}},
		{"nor are two of them", "x" + nameBegins + "y" + nameEnds, "x" + nameBegins + "y" + nameEnds, "x" + nameBegins + "y" + nameEnds, nil},
	} {
		if got := IDs(tt.sentence); got != tt.ids {
			t.Errorf("%s: ids %q, want %q", tt.reason, got, tt.ids)
		}
		if got := Paths(tt.sentence); got != tt.paths {
			t.Errorf("%s: paths %q, want %q", tt.reason, got, tt.paths)
		}
		if got := Names(tt.sentence); !slices.Equal(got, tt.names) {
			t.Errorf("%s: names %q, want %q", tt.reason, got, tt.names)
		}
	}
}
