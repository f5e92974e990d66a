package policygen

import (
	"errors"
	"strconv"
	"strings"
	"testing"
)

// parseError returns the error of a text much larger than any document. A test would not end if Parse took longer than
// linear time.
func parseError(in string) error {
	_, err := Parse([]byte(in))
	return err
}

func TestParseDeepDocument(t *testing.T) {
	for _, open := range []string{"[", `{"a":`} {
		err := parseError(strings.Repeat(open, 1000))
		if err == nil || !strings.Contains(err.Error(), "nested too deep, want at most 100 levels") {
			t.Errorf("%s: got %v", open, err)
		}
	}
	// 100 levels are read, and then refused because they are no document.
	err := parseError(strings.Repeat("[", 100) + strings.Repeat("]", 100))
	if err == nil || !strings.Contains(err.Error(), "it is a list, want an object") {
		t.Errorf("100 levels: got %v", err)
	}
}

func TestParseLargeDocument(t *testing.T) {
	statement := `{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*"},`
	large := `{"Statement":[` + strings.Repeat(statement, 10<<20/len(statement)) + `{"Effect":"Allow","Action":"*"}]}`
	err := parseError(large)
	var input *InputError
	if !errors.As(err, &input) || input.Want != "at most 1048576" {
		t.Errorf("10 MB: got %v", err)
	}
	most := `{"Statement":[` + strings.Repeat(statement, 16<<10) + `{"Effect":"Allow","Action":"*"}]}`
	if len(most) > maxDocumentSize {
		t.Fatalf("the test document has %d bytes", len(most))
	}
	if err := parseError(most); err != nil {
		t.Errorf("%d bytes: %v", len(most), err)
	}
	padded := `{"Statement":[]}` + strings.Repeat(" ", maxDocumentSize-16)
	if err := parseError(padded); err != nil {
		t.Errorf("exactly the limit: %v", err)
	}
	if err := parseError(padded + " "); err == nil {
		t.Error("one byte more than the limit was read")
	}
}

// TestParseManyProblems checks that a document of nothing but problems takes no longer to report than to read.
func TestParseManyProblems(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"Statement":[`)
	for b.Len() < maxDocumentSize-200 {
		b.WriteString(`{"Effect":"x","Action":1},`)
	}
	b.WriteString(`{}]}`)
	err := parseError(b.String())
	if err == nil {
		t.Fatal("no error")
	}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != 101 || !strings.Contains(lines[100], "more problems from here on") {
		t.Errorf("got %d lines, the last one %q", len(lines), lines[len(lines)-1])
	}

	b.Reset()
	b.WriteString(`{"Statement":[]`)
	for i := 0; b.Len() < maxDocumentSize-200; i++ {
		b.WriteString(`,"k` + strconv.Itoa(i%1000) + `":1`)
	}
	b.WriteString(`}`)
	if err := parseError(b.String()); err == nil {
		t.Error("no error")
	}
}

func TestParseLongStrings(t *testing.T) {
	escapes := `{"Statement":[{"Sid":"` + strings.Repeat(`\u00e9`, 150_000) + `","Effect":"Allow","Action":"*"}]}`
	if err := parseError(escapes); err != nil {
		t.Error(err)
	}
	digits := `{"Statement":[{"Effect":"Allow","Action":"*","Condition":{"NumericEquals":{"a:b":` + strings.Repeat("9", 900_000) + `}}}]}`
	if err := parseError(digits); err != nil {
		t.Error(err)
	}
}
