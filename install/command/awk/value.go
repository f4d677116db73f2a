package awk

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A value is a number, a string, or a string from the input that looks like a
// number and then compares as one.
type value struct {
	kind valueKind
	n    float64
	s    string
}

type valueKind byte

const (
	unset    valueKind = iota // "" and 0
	isNumber                  // n
	isString                  // s
	isInput                   // s, which may look like a number
)

func num(n float64) value  { return value{kind: isNumber, n: n} }
func str(s string) value   { return value{kind: isString, s: s} }
func input(s string) value { return value{kind: isInput, s: s} }

func boolean(b bool) value {
	if b {
		return num(1)
	}
	return num(0)
}

// number converts as strtod(3) does: what comes before the first byte that
// does not belong to a decimal number.
func (v value) number() float64 {
	switch v.kind {
	case isNumber:
		return v.n
	case unset:
		return 0
	}
	n, _ := leadingNumber(v.s)
	return n
}

const spaces = " \t\n\r\f\v"

// leadingNumber returns the number at the start of s, and what follows it.
func leadingNumber(s string) (n float64, rest string) {
	t := strings.TrimLeft(s, spaces)
	start := t
	if t != "" && (t[0] == '+' || t[0] == '-') {
		t = t[1:]
	}
	if t == "" || !isDigit(t[0]) && !(t[0] == '.' && len(t) > 1 && isDigit(t[1])) {
		return 0, s
	}
	length := numberLength(t) + len(start) - len(t)
	n, _ = strconv.ParseFloat(start[:length], 64)
	return n, start[length:]
}

// looksNumeric reports whether all of s is a number with blanks around it.
func looksNumeric(s string) bool {
	if s == "" {
		return false
	}
	_, rest := leadingNumber(s)
	return len(rest) < len(s) && strings.Trim(rest, spaces) == ""
}

// string converts with the given format, that of CONVFMT or OFMT; whole numbers
// become integers.
func (v value) string(format string) string {
	if v.kind != isNumber {
		return v.s
	}
	switch {
	case math.IsNaN(v.n):
		return "nan"
	case math.IsInf(v.n, 0):
		return fmt.Sprintf("%+f", v.n)[:1] + "inf"
	case v.n == math.Trunc(v.n) && math.Abs(v.n) <= 1<<64:
		return strconv.FormatFloat(v.n+0, 'f', 0, 64)
	}
	return sprintf(format, []value{v}, format)
}

func (v value) boolean() bool {
	switch v.kind {
	case isNumber:
		return v.n != 0
	case isInput:
		if looksNumeric(v.s) {
			return v.number() != 0
		}
	}
	return v.s != ""
}

// numeric reports whether v compares as a number with another such value.
func (v value) numeric() bool {
	return v.kind == isNumber || v.kind == unset || v.kind == isInput && looksNumeric(v.s)
}

// compare orders two values.
func compare(x, y value, format string) int {
	if x.numeric() && y.numeric() {
		a, b := x.number(), y.number()
		switch {
		case a < b:
			return -1
		case a > b:
			return 1
		}
		return 0
	}
	return strings.Compare(x.string(format), y.string(format))
}
