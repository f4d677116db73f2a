package shell

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// A directive is a conversion specification.
type directive struct {
	flags string
	width int
	prec  int // -1: none given
	verb  byte
}

// maxWidth bounds widths and precisions.
const maxWidth = 1 << 20

func (d directive) has(flag byte) bool { return strings.IndexByte(d.flags, flag) >= 0 }

// text pads and cuts a string.
func (d directive) text(s string) string {
	if d.prec >= 0 && d.prec < len(s) {
		s = s[:d.prec]
	}
	return d.pad(s, "")
}

// pad brings s with the given prefix to the width.
func (d directive) pad(s, prefix string) string {
	n := d.width - len(prefix) - len(s)
	switch {
	case n <= 0:
		return prefix + s
	case d.has('-'):
		return prefix + s + strings.Repeat(" ", n)
	case d.has('0') && d.prec < 0 && d.verb != 's' && d.verb != 'b' && d.verb != 'c':
		return prefix + strings.Repeat("0", n) + s
	}
	return strings.Repeat(" ", n) + prefix + s
}

// number formats a decimal number, sign included.
func (d directive) number(s string) string {
	prefix := ""
	switch {
	case s[0] == '-':
		prefix, s = "-", s[1:]
	case d.has('+'):
		prefix = "+"
	case d.has(' '):
		prefix = " "
	}
	return d.pad(d.digits(s), prefix)
}

// digits applies the precision to a number's digits.
func (d directive) digits(s string) string {
	if d.prec == 0 && s == "0" {
		return ""
	}
	if n := d.prec - len(s); n > 0 {
		return strings.Repeat("0", n) + s
	}
	return s
}

func (d directive) unsigned(n uint64) string {
	base, prefix := 10, ""
	switch d.verb {
	case 'o':
		base = 8
	case 'x', 'X':
		base = 16
		if d.has('#') && n != 0 {
			prefix = "0" + string(d.verb)
		}
	}
	s := strconv.FormatUint(n, base)
	if d.verb == 'X' {
		s = strings.ToUpper(s)
	}
	s = d.digits(s)
	if d.verb == 'o' && d.has('#') && !strings.HasPrefix(s, "0") {
		s = "0" + s
	}
	return d.pad(s, prefix)
}

func (d directive) float(x float64) string {
	prec := d.prec
	if prec < 0 {
		prec = 6
	}
	flags := strings.ReplaceAll(d.flags, "-", "")
	verb := d.verb
	if verb == 'a' || verb == 'A' {
		verb += 'x' - 'a'
		prec = d.prec
	}
	s := fmt.Sprintf("%"+strings.Map(keepSigns, flags)+"."+strconv.Itoa(max(prec, 0))+string(verb), x)
	prefix := ""
	if strings.IndexByte("+- ", s[0]) >= 0 {
		prefix, s = s[:1], s[1:]
	}
	d.prec = -1
	return d.pad(s, prefix)
}

func keepSigns(r rune) rune {
	if r == '0' {
		return -1
	}
	return r
}

func (f *formatter) unsigned(arg string) uint64 {
	if n, ok := character(arg); ok {
		return uint64(n)
	}
	n := f.big(arg)
	switch {
	case n.IsUint64():
		return n.Uint64()
	case n.IsInt64():
		return uint64(n.Int64())
	}
	f.fail(1, "%s: Numerical result out of range", arg)
	return 1<<64 - 1
}

func (f *formatter) float(arg string) float64 {
	if n, ok := character(arg); ok {
		return float64(n)
	}
	if arg == "" {
		return 0
	}
	x, err := strconv.ParseFloat(strings.TrimLeft(arg, " \t\n"), 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		f.fail(1, "%s: expected numeric value", arg)
	}
	return x
}
