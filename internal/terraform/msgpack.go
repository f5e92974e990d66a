package terraform

import (
	"encoding/binary"
	"math"

	"github.com/hopgrant/hopgrant/internal/value"
)

// unpack returns a value in MessagePack, as encoding/json has it, and what follows; nil if it is not all known. A value with its
// type, as cty writes it, is a list of both.
//
// [MessagePack]
//
// [MessagePack]: https://github.com/msgpack/msgpack/blob/master/spec.md
func unpack(b []byte, depth int) (v any, rest []byte) {
	if len(b) == 0 || depth > value.MaxDepth {
		return nil, nil
	}
	c, b := b[0], b[1:]
	switch {
	case c < 0x80:
		return float64(c), b
	case c < 0x90:
		return unpackMap(b, int(c&0x0f), depth)
	case c < 0xa0:
		return unpackList(b, int(c&0x0f), depth)
	case c < 0xc0:
		if n := int(c & 0x1f); n <= len(b) {
			return string(b[:n]), b[n:]
		}
		return nil, nil
	case c >= 0xe0:
		return float64(int8(c)), b
	}
	return unpackTagged(c, b, depth)
}

// unpackTagged returns a value whose first byte says what it is and how long its length is.
func unpackTagged(c byte, b []byte, depth int) (v any, rest []byte) {
	sized := func(bytes int) (int, bool) {
		if len(b) < bytes {
			return 0, false
		}
		n := 0
		for _, c := range b[:bytes] {
			n = n<<8 | int(c)
		}
		b = b[bytes:]
		return n, n >= 0
	}
	text := func(bytes int) (any, []byte) {
		n, ok := sized(bytes)
		if !ok || n > len(b) {
			return nil, nil
		}
		return string(b[:n]), b[n:]
	}
	switch c {
	case 0xc0:
		return nil, b
	case 0xc2, 0xc3:
		return c == 0xc3, b
	case 0xc4, 0xd9:
		return text(1)
	case 0xc5, 0xda:
		return text(2)
	case 0xc6, 0xdb:
		return text(4)
	case 0xca:
		if n, ok := sized(4); ok {
			return float64(math.Float32frombits(uint32(n))), b
		}
	case 0xcb:
		if len(b) >= 8 {
			return math.Float64frombits(binary.BigEndian.Uint64(b)), b[8:]
		}
	case 0xcc, 0xcd, 0xce:
		if n, ok := sized(1 << (c - 0xcc)); ok {
			return float64(n), b
		}
	case 0xcf:
		if len(b) >= 8 {
			return float64(binary.BigEndian.Uint64(b)), b[8:]
		}
	case 0xd0:
		if n, ok := sized(1); ok {
			return float64(int8(n)), b
		}
	case 0xd1:
		if n, ok := sized(2); ok {
			return float64(int16(n)), b
		}
	case 0xd2:
		if n, ok := sized(4); ok {
			return float64(int32(n)), b
		}
	case 0xd3:
		if len(b) >= 8 {
			return float64(int64(binary.BigEndian.Uint64(b))), b[8:]
		}
	case 0xdc, 0xdd:
		if n, ok := sized(2 << (c - 0xdc)); ok {
			return unpackList(b, n, depth)
		}
	case 0xde, 0xdf:
		if n, ok := sized(2 << (c - 0xde)); ok {
			return unpackMap(b, n, depth)
		}
	}
	return nil, nil // an extension stands for what is not known
}

func unpackList(b []byte, n, depth int) (any, []byte) {
	typed := depth == 0 && n == 2 && len(b) > 0 && b[0] >= 0xc4 && b[0] <= 0xc6 // the type is binary
	all := make([]any, 0, min(n, len(b)))
	for range n {
		var v any
		if v, b = unpack(b, depth+1); b == nil {
			return nil, nil
		}
		all = append(all, v)
	}
	if typed {
		return all[1], notNil(b)
	}
	return all, notNil(b)
}

func unpackMap(b []byte, n, depth int) (any, []byte) {
	all := make(map[string]any, min(n, len(b)))
	for range n {
		var key, v any
		if key, b = unpack(b, depth+1); b == nil {
			return nil, nil
		}
		if v, b = unpack(b, depth+1); b == nil {
			return nil, nil
		}
		name, ok := key.(string)
		if !ok {
			return nil, nil
		}
		all[name] = v
	}
	return all, notNil(b)
}

// notNil returns the bytes, which are not nil where nothing is wrong.
func notNil(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
