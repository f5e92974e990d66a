package eval

import (
	"cmp"
	"math"
	"strconv"
	"time"
)

// A number is a value of a Numeric operator: exact if it is a whole number of up to 18 digits.
type number struct {
	whole   int64
	float   float64
	isWhole bool
}

func parseNumber(s string) (number, bool) {
	if s == "" || len(s) > 64 || s[0] == '+' {
		return number{}, false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case '0' <= c && c <= '9', c == '-', c == '+', c == '.', c == 'e', c == 'E':
		default:
			return number{}, false
		}
	}
	if len(s) <= 18 {
		if i, ok := parseWhole(s); ok {
			return number{whole: i, float: float64(i), isWhole: true}, true
		}
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return number{}, false
	}
	return number{float: f}, true
}

// parseWhole reads a whole number of few digits; unlike strconv's functions it makes no error value for others.
func parseWhole(s string) (int64, bool) {
	negative := s[0] == '-'
	if negative {
		s = s[1:]
	}
	if s == "" {
		return 0, false
	}
	var n int64
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int64(s[i]-'0')
	}
	if negative {
		n = -n
	}
	return n, true
}

func (n number) compare(m number) int {
	if n.isWhole && m.isWhole {
		return cmp.Compare(n.whole, m.whole)
	}
	return cmp.Compare(n.float, m.float)
}

// time returns the time that the number is in seconds since 1970, from year 0 to 9999.
func (n number) time() (time.Time, bool) {
	const most = 253402300799
	if math.Abs(n.float) > most {
		return time.Time{}, false
	}
	if n.isWhole {
		return time.Unix(n.whole, 0), true
	}
	seconds, fraction := math.Modf(n.float)
	return time.Unix(int64(seconds), int64(fraction*1e9)), true
}
