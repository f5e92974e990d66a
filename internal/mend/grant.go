package mend

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/edit"
	"github.com/hopgrant/hopgrant/internal/snippet"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// grant adds statements to the policy that they belong to, or makes that policy. It returns the logical id of the policy if that is a
// resource of its own.
func (fs *Files) grant(f *check.Finding, fix *check.Fix, in []*topology.Topology) (policy string, err error) {
	h, err := holderOf(f, fix, in)
	if err != nil {
		return "", err
	}
	what := h.element.At.File + " " + h.element.Stack + " " + string(fix.On) + " " + fix.Of + " " + fix.Document.String()
	if policy, done := fs.done[what]; done {
		return policy, nil // another finding has the same mend
	}
	if isSource(h.element.At.File) {
		policy, err = fs.grantSource(fix, h)
		fs.done[what] = policy
		return policy, err
	}
	if err := notInText(h.element, in); err != nil {
		return "", err
	}
	err = fs.edit(h.file(fix.On), func(f *edit.File) error {
		named := fix.Mapped(func(arn string) string { return reference(f, h.element.Stack, arn, in) })
		if withoutCircle(f, func() (err error) { policy, err = grantIn(f, h, &named); return err }) == nil {
			return nil
		}
		policy, err = grantIn(f, h, fix)
		return err
	})
	fs.done[what] = policy
	return policy, err
}

// reference returns how a template refers to what of its own stack has an ARN, or the ARN. The ARN may be that of one account and Region
// alone, for which the template was checked.
func reference(f *edit.File, stack, arn string, in []*topology.Topology) string {
	for _, t := range in {
		for h := range t.Holders() {
			if h.ARN != arn || arn == "" || h.Foreign || h.Stack != stack || !has(f, h.ID) {
				continue
			}
			if h.Topic != nil {
				return "${" + h.ID + "}"
			}
			return "${" + h.ID + ".Arn}"
		}
	}
	return arn
}

// grantIn adds the statements of a fix to the policy in a template.
func grantIn(f *edit.File, h holder, fix *check.Fix) (policy string, err error) {
	statements, err := snippet.TemplateValue(snippet.Tree(fix.Document).Get("Statement"), f.Full())
	if err != nil {
		return "", err
	}
	if fix.On == policygen.OnIdentity {
		return "", grantRole(f, h, statements.Items)
	}
	if added := policyAdded(f, h.element.ID, fix.On); len(h.policies) == 0 && added != "" {
		return added, appendStatements(f, []string{"Resources", added, "Properties", "PolicyDocument"}, statements.Items)
	}
	path, ok := h.document(f, fix.On)
	switch {
	case !ok && !has(f, h.element.ID):
		return "", notThere(h.element.ID)
	case ok && fix.On != policygen.OnKey:
		policy = h.policies[0].ID
		fallthrough
	case ok:
		return policy, appendStatements(f, path, statements.Items)
	case fix.On == policygen.OnKey:
		return "", setProperty(f, h.element.ID, "KeyPolicy", document(statements.Items))
	}
	return addPolicy(f, h.element.ID, policyOf[fix.On], statements.Items)
}

// A holder is what has a policy, or is to get one.
type holder struct {
	element  *topology.Element
	policies []*topology.Policy
}

// file returns the template that has the policy, or that the policy is to be added to.
func (h *holder) file(on policygen.Target) string {
	if on != policygen.OnIdentity && len(h.policies) > 0 && h.policies[0].At.File != "" {
		return h.policies[0].At.File
	}
	return h.element.At.File
}

func has(f *edit.File, id string) bool { return f.Root().Path("Resources", id).Kind == value.Object }

func notThere(id string) error {
	return fmt.Errorf("resource %q: the template does not have it, want a change by hand", id)
}

// holderOf returns what the fix is for; of several with the same id, the one that the finding is about.
func holderOf(f *check.Finding, fix *check.Fix, in []*topology.Topology) (found holder, err error) {
	for _, t := range in {
		for h := range t.Holders() {
			if h.On == fix.On && h.Label() == fix.Of && !h.Foreign && (h.Key == nil || h.Key.AWSManaged == "") &&
				(found.element == nil || slices.Contains(f.Elements, h.Element) && !slices.Contains(f.Elements, found.element)) {
				found = holder{h.Element, h.Policies()}
			}
		}
	}
	if found.element != nil {
		return found, nil
	}
	return holder{}, fmt.Errorf("%s policy of \"%s\": it is not in these files, want a change where it is", fix.On, fix.Of)
}

// document returns the path of the document to which statements are added; ok is false if there is none yet.
func (h *holder) document(f *edit.File, on policygen.Target) (path []string, ok bool) {
	if on == policygen.OnKey {
		path = []string{"Resources", h.element.ID, "Properties", "KeyPolicy"}
		return path, f.Root().Path(path...).Kind != value.Absent
	}
	if len(h.policies) == 0 {
		return nil, false
	}
	return []string{"Resources", h.policies[0].ID, "Properties", "PolicyDocument"}, true
}

// appendStatements adds statements to the document at a path; to each of them where a condition chooses between several.
func appendStatements(f *edit.File, path []string, statements []value.Value) error {
	for _, document := range branches(f, path) {
		for _, list := range branches(f, append(slices.Clone(document), "Statement")) {
			if err := appendTo(f, list, statements); err != nil {
				return err
			}
		}
	}
	return nil
}

// branches returns the paths of the values between which Fn::If chooses at a path: the path itself, if it does not.
func branches(f *edit.File, path []string) [][]string {
	choice := f.At(path...)
	if choice.Kind != value.Object || len(choice.Members) != 1 || len(choice.Get("Fn::If").Items) != 3 {
		return [][]string{path}
	}
	chosen := func(i string) [][]string { return branches(f, append(slices.Clone(path), "Fn::If", i)) }
	return append(chosen("1"), chosen("2")...)
}

// appendTo adds statements to a list of them, each under a Sid that it does not have. A statement that is there but for its resources,
// such as one for another queue of the policy, gets them too.
func appendTo(f *edit.File, path []string, statements []value.Value) error {
	there := f.At(path...)
	if there.Kind != value.List && (there.Kind != value.Object || !there.Has("Effect")) {
		return fmt.Errorf("%s: the statements are not written there, want a change by hand", strings.Join(path[:len(path)-1], "."))
	}
	sids := map[string]bool{}
	for _, s := range there.OneOrMany() {
		sids[s.Get("Sid").Text] = true
	}
	added := slices.DeleteFunc(slices.Clone(statements), func(s value.Value) bool {
		for i := range there.Items {
			at := append(slices.Clone(path), strconv.Itoa(i))
			if sameBut("Resource", f.At(at...), s) && addResources(f, at, s.Get("Resource").OneOrMany()) == nil {
				return true
			}
		}
		return false
	})
	for i := range added {
		added[i].Members = slices.Clone(added[i].Members)
		for j := range added[i].Members {
			if m := &added[i].Members[j]; m.Key == "Sid" {
				for n, sid := 2, m.Value.Text; sids[m.Value.Text]; n++ {
					m.Value.Text = sid + strconv.Itoa(n)
				}
				sids[m.Value.Text] = true
			}
		}
	}
	return f.Append(path, added...)
}

// sameBut reports whether two statements say the same, Sids included, apart from one element that both have.
func sameBut(element string, a, b value.Value) bool {
	return len(a.Members) == len(b.Members) && a.Has(element) && !slices.ContainsFunc(a.Members, func(m value.Member) bool {
		return !b.Has(m.Key) || m.Key != element && m.Value.JSON(math.MaxInt) != b.Get(m.Key).JSON(math.MaxInt)
	})
}

// addResources adds resources to the statement at a path.
func addResources(f *edit.File, path []string, more []value.Value) error {
	resource := append(slices.Clone(path), "Resource")
	there := f.At(resource...)
	more = slices.DeleteFunc(slices.Clone(more), func(v value.Value) bool {
		return slices.ContainsFunc(there.OneOrMany(), func(has value.Value) bool { return has.JSON(math.MaxInt) == v.JSON(math.MaxInt) })
	})
	if len(more) == 0 {
		return nil
	}
	if there.Kind == value.List {
		return f.Append(resource, more...)
	}
	return f.Set(path, "Resource", list(append(there.OneOrMany(), more...)...))
}
