package shell

import (
	"math/big"
	"strings"
)

// integer reads a signed argument: a number in C's notation or a character
// behind a quote. What follows a number is an error, but the number counts.
func (f *formatter) integer(arg string) int64 {
	if n, ok := character(arg); ok {
		return n
	}
	n := f.big(arg)
	if !n.IsInt64() {
		f.fail(1, "%s: Numerical result out of range", arg)
		if n.Sign() < 0 {
			return -1 << 63
		}
		return 1<<63 - 1
	}
	return n.Int64()
}

// character returns the value of an argument such as "'a".
func character(arg string) (int64, bool) {
	if arg == "" || arg[0] != '"' && arg[0] != '\'' {
		return 0, false
	}
	if len(arg) == 1 {
		return 0, true
	}
	return int64(arg[1]), true
}

func (f *formatter) big(arg string) *big.Int {
	text := strings.TrimLeft(arg, " \t\n")
	end := integerPrefix(text)
	n := new(big.Int)
	if end > 0 {
		n = parseBig(text[:end])
	}
	switch {
	case arg == "":
	case end == 0:
		f.fail(1, "%s: expected numeric value", arg)
	case end < len(text):
		f.fail(1, "%s: not completely converted", arg)
	}
	return n
}

// integerPrefix returns the length of the number in C's notation that text
// starts with.
func integerPrefix(text string) int {
	sign := 0
	if text != "" && (text[0] == '-' || text[0] == '+') {
		sign = 1
	}
	digits, in := text[sign:], isDigit
	if len(digits) > 2 && digits[0] == '0' && digits[1]|0x20 == 'x' && classes["xdigit"](digits[2]) {
		sign, in = sign+2, classes["xdigit"]
	} else if strings.HasPrefix(digits, "0") {
		in = func(b byte) bool { return '0' <= b && b <= '7' }
	}
	end := sign
	for end < len(text) && in(text[end]) {
		end++
	}
	if end == sign {
		return 0
	}
	return end
}

func parseBig(text string) *big.Int {
	digits := strings.TrimLeft(text, "+-")
	base := 10
	switch {
	case len(digits) > 2 && digits[1]|0x20 == 'x':
		base, digits = 16, digits[2:]
	case len(digits) > 1 && digits[0] == '0':
		base = 8
	}
	const enough = 40 // digits: more is out of range anyway
	if digits = strings.TrimLeft(digits, "0"); len(digits) > enough {
		digits = digits[:enough]
	}
	n, ok := new(big.Int).SetString(digits, base)
	if !ok {
		n = new(big.Int)
	}
	if text[0] == '-' {
		n.Neg(n)
	}
	return n
}
