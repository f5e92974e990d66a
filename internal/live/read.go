package live

import (
	"bytes"
	"encoding/json"
	"strconv"

	"github.com/hopgrant/hopgrant/internal/catalog"
	"github.com/hopgrant/hopgrant/internal/region"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/value"
)

// MaxSize is the size in bytes of the largest snapshot that is read.
const MaxSize = 64 << 20

// Detect reports whether a file that begins with head is a snapshot.
func Detect(head []byte) bool {
	return value.LooksLikeJSON(head) && bytes.Contains(head, []byte(`"hopgrantSnapshot"`))
}

// ReadFile reads a snapshot from a file. The errors that say what is wrong with it are of the type Error of package value.
func ReadFile(path string) (*Snapshot, error) {
	data, err := value.ReadFile(path, path, MaxSize)
	if err != nil {
		return nil, err
	}
	return Parse(path, data)
}

// Parse reads a snapshot; name stands for it in errors, which join everything that is wrong.
func Parse(name string, data []byte) (*Snapshot, error) {
	if err := value.CheckSize(name, int64(len(data)), MaxSize); err != nil {
		return nil, err
	}
	v, err := value.ParseJSON(name, data)
	if err != nil {
		return nil, err
	}
	f := form{file: name}
	f.snapshot(v)
	if err := f.problems.Err(); err != nil {
		return nil, err
	}
	var s Snapshot
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, &value.Error{File: name, What: "snapshot", Got: err.Error(), Cause: value.ErrShape}
	}
	return &s, nil
}

// A form finds what is wrong in the form of a snapshot.
type form struct {
	file     string
	problems value.Problems
}

func (f *form) wrong(at value.Place, what, is, got, want string) {
	f.problems.Add(at, &value.Error{File: f.file, What: what, Value: is, Got: got, Want: want, Cause: value.ErrShape})
}

func (f *form) snapshot(v value.Value) {
	switch version := v.Get("hopgrantSnapshot"); {
	case v.Kind != value.Object:
		f.wrong(v.At, "snapshot", "", "it is "+v.Kind.String(), "an object")
		return
	case version.Text != strconv.Itoa(Version) || version.Kind != value.Number:
		f.wrong(version.At, "snapshot", "", "its version is "+version.JSON(20), strconv.Itoa(Version)+", which this version of hopgrant writes")
		return
	}
	seen := map[string]bool{}
	for _, s := range f.list(v, "scopes", true) {
		f.scope(s, seen)
	}
}

// list returns the items of a list of objects.
func (f *form) list(v value.Value, key string, required bool) []value.Value {
	l := v.Get(key)
	switch {
	case l.Kind == value.Absent && !required, l.Kind == value.Null && !required:
		return nil
	case l.Kind != value.List:
		f.wrong(v.At, key, "", "it is "+l.Kind.String(), "a list")
		return nil
	}
	for _, item := range l.Items {
		if item.Kind != value.Object {
			f.wrong(item.At, key, "", item.Kind.String()+" is in it", "objects")
			return nil
		}
	}
	return l.Items
}

// texts checks that members of an object are strings; those with a value are returned.
func (f *form) texts(v value.Value, what string, keys ...string) {
	for _, key := range keys {
		if m := v.Get(key); m.Kind != value.Text && m.Kind != value.Absent {
			f.wrong(m.At, what+"'s "+key, "", "it is "+m.Kind.String(), "a string")
		}
	}
}

func (f *form) scope(v value.Value, seen map[string]bool) {
	f.texts(v, "scope", "account", "partition", "region", "readAt")
	account, at := v.Get("account").Text, v.Get("region").Text
	switch name := account + "/" + at; {
	case !text.IsAccount(account):
		f.wrong(v.At, "account", account, "it is no account", "12 digits")
	case at != "" && !region.Is(at):
		f.wrong(v.Get("region").At, "region", at, "it is no Region", "a code such as eu-central-1, or none for what the account has once")
	case v.Get("partition").Text == "":
		f.wrong(v.At, "scope", name, "it has no partition", "one such as aws")
	case seen[name]:
		f.wrong(v.At, "scope", name, "there are two", "each account and Region once")
	default:
		seen[name] = true
	}
	ids := map[[2]string]bool{}
	for _, r := range f.list(v, "resources", true) {
		f.resource(r, account, at, ids)
	}
	for _, g := range f.list(v, "gaps", false) {
		f.texts(g, "gap", "operation", "resource", "reason")
	}
	for _, e := range f.list(v, "evidence", false) {
		f.texts(e, "evidence", "resource", "source", "from", "to", "text")
	}
}

func (f *form) resource(v value.Value, account, at string, ids map[[2]string]bool) {
	f.texts(v, "resource", "type", "id", "readAt")
	typ, id := v.Get("type").Text, v.Get("id").Text
	row := catalog.CloudFormation(typ)
	arn, isARN := text.SplitARN(id)
	switch {
	case typ == "" || id == "":
		f.wrong(v.At, "resource", id, "it has no type or id", "both")
	case v.Get("properties").Kind != value.Object:
		f.wrong(v.At, "properties of", id, "they are "+v.Get("properties").Kind.String(), "an object")
	case ids[[2]string{typ, id}]:
		f.wrong(v.At, "resource", id, "there are two of type "+typ, "each id once for a type")
	case row != nil && messaging[row.Kind] && !isARN:
		f.wrong(v.At, typ, id, "it is no ARN", "the ARN of the "+row.Name)
	case row != nil && messaging[row.Kind] && arn[text.Account] != account && arn[text.Account] != "aws":
		f.wrong(v.At, typ, id, "it is in the scope of account "+account, "that of its own account")
	case row != nil && messaging[row.Kind] && arn[text.Region] != "" && arn[text.Region] != at:
		f.wrong(v.At, typ, id, "it is in the scope of Region "+at, "that of its own Region")
	}
	ids[[2]string{typ, id}] = true
}

// messaging are the kinds of resources whose ARNs everything else refers to.
var messaging = map[catalog.Kind]bool{catalog.Topic: true, catalog.Queue: true, catalog.Key: true, catalog.Role: true, catalog.User: true}
