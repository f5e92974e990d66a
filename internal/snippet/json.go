package snippet

import (
	"bytes"
	"encoding/json"
	"math"

	"github.com/hopgrant/hopgrant/internal/value"
)

func writeJSON(all []subject) ([]byte, error) {
	var b bytes.Buffer
	for i, s := range all {
		if len(all) > 1 {
			if i > 0 {
				b.WriteByte('\n')
			}
			b.WriteString("# " + s.heading() + "\n")
		}
		b.Write(s.Document.JSON())
	}
	return b.Bytes(), nil
}

// writeJSONStatements returns the statements as the items of a JSON array, without its brackets.
func writeJSONStatements(statements value.Value) ([]byte, error) {
	var b bytes.Buffer
	for i, s := range statements.Items {
		if i > 0 {
			b.WriteString(",\n")
		}
		if err := json.Indent(&b, []byte(s.JSON(math.MaxInt)), "", "  "); err != nil {
			return nil, err
		}
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}
