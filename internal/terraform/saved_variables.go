package terraform

import (
	"encoding/binary"
	"fmt"

	"github.com/hopgrant/hopgrant/internal/value"
)

// savedVariables returns the variables that a saved plan was made with. The plan is a protocol buffer that is Terraform's own;
// of it, only the version and the variables are read.
//
// [planfile.proto]
//
// [planfile.proto]: https://github.com/hashicorp/terraform/blob/main/internal/plans/planproto/planfile.proto
func savedVariables(name string, data []byte) (map[string]any, error) {
	all := map[string]any{}
	version := uint64(0)
	ok := fields(data, func(field int, number uint64, content []byte) {
		switch field {
		case 1:
			version = number
		case 2:
			var key string
			var packed []byte
			fields(content, func(field int, _ uint64, content []byte) {
				switch field {
				case 1:
					key = string(content)
				case 2:
					fields(content, func(field int, _ uint64, content []byte) {
						if field == 1 {
							packed = content
						}
					})
				}
			})
			if v, rest := unpack(packed, 0); rest != nil {
				all[key] = v
			}
		}
	})
	if !ok || version != savedVersion {
		return nil, &value.Error{File: name, What: "saved plan of version", Value: fmt.Sprint(version), Got: "it is not read", Want: fmt.Sprintf("version %d", savedVersion),
			Fix: "run terraform show -json on it with the Terraform that wrote it", Cause: value.ErrShape}
	}
	return all, nil
}

// fields calls f for each field of a protocol buffer: number is that of a varint, content that of anything with a length.
//
// [Encoding]
//
// [Encoding]: https://protobuf.dev/programming-guides/encoding/
func fields(data []byte, f func(field int, number uint64, content []byte)) bool {
	for len(data) > 0 {
		tag, n := binary.Uvarint(data)
		if n <= 0 {
			return false
		}
		data = data[n:]
		switch field := int(tag >> 3); tag & 7 {
		case 0:
			number, n := binary.Uvarint(data)
			if n <= 0 {
				return false
			}
			data = data[n:]
			f(field, number, nil)
		case 1, 5:
			size := map[uint64]int{1: 8, 5: 4}[tag&7]
			if len(data) < size {
				return false
			}
			data = data[size:]
		case 2:
			length, n := binary.Uvarint(data)
			if n <= 0 || length > uint64(len(data)-n) {
				return false
			}
			f(field, 0, data[n:n+int(length)])
			data = data[n+int(length):]
		default:
			return false
		}
	}
	return true
}
