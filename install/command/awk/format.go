package awk

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// sprintf formats as C's printf does with the conversions of awk. Too few
// arguments are an error for mawk; the caller checks with conversions.
func sprintf(format string, args []value, convfmt string) string {
	var b strings.Builder
	next := func() value {
		if len(args) == 0 {
			return value{}
		}
		v := args[0]
		args = args[1:]
		return v
	}
	for i := 0; i < len(format); {
		if format[i] != '%' || i+1 == len(format) {
			b.WriteByte(format[i])
			i++
			continue
		}
		if format[i+1] == '%' {
			b.WriteByte('%')
			i += 2
			continue
		}
		d := parseDirective(format[i:])
		i += d.length
		if d.stars[0] {
			d.setWidth(int(clamp(next().number())))
		}
		if d.stars[1] {
			d.precision = int(clamp(next().number()))
		}
		if d.letter == 0 {
			b.WriteString(d.source)
			continue
		}
		b.WriteString(d.format(next(), convfmt))
	}
	return b.String()
}

// conversions returns how many arguments a format takes.
func conversions(format string) int {
	n := 0
	for i := 0; i+1 < len(format); {
		switch {
		case format[i] != '%':
			i++
		case format[i+1] == '%':
			i += 2
		default:
			d := parseDirective(format[i:])
			i += d.length
			for _, star := range d.stars {
				if star {
					n++
				}
			}
			if d.letter != 0 {
				n++
			}
		}
	}
	return n
}

// maxWidth bounds widths and precisions.
const maxWidth = 1 << 16

func clamp(f float64) float64 { return math.Max(-maxWidth, math.Min(maxWidth, f)) }

// A directive is one conversion of a format.
type directive struct {
	source    string
	length    int
	flags     string
	width     int
	precision int // -1 if there is none
	stars     [2]bool
	letter    byte // 0 if it is not known
}

func parseDirective(s string) directive {
	d := directive{precision: -1}
	i := 1
	for i < len(s) && strings.IndexByte("-+ #0", s[i]) >= 0 {
		d.flags += s[i : i+1]
		i++
	}
	field := func(which int) int {
		if i < len(s) && s[i] == '*' {
			d.stars[which] = true
			i++
			return 0
		}
		n := digits(s[i:])
		v, _ := strconv.Atoi(s[i : i+n])
		if n > 6 {
			v = maxWidth
		}
		i += n
		return min(v, maxWidth)
	}
	d.width = field(0)
	if i < len(s) && s[i] == '.' {
		i++
		d.precision = field(1)
	}
	for i < len(s) && strings.IndexByte("hlLqjzt", s[i]) >= 0 {
		i++
	}
	if i < len(s) && strings.IndexByte("diouxXcsfFeEgG", s[i]) >= 0 {
		d.letter = s[i]
		i++
	}
	d.length, d.source = i, s[:i]
	return d
}

func (d *directive) setWidth(n int) {
	if n < 0 {
		d.flags += "-"
		n = -n
	}
	d.width = n
}

func (d directive) format(v value, convfmt string) string {
	switch d.letter {
	case 'c':
		text := v.s
		if v.kind == isNumber || v.kind == unset {
			text = string([]byte{byte(int64(v.number()))})
		}
		d.precision = -1
		return d.pad(text[:min(1, len(text))])
	case 's':
		text := v.string(convfmt)
		if d.precision >= 0 {
			text = text[:min(d.precision, len(text))]
		}
		return d.pad(text)
	case 'd', 'i':
		return d.integer(v.number())
	case 'o', 'u', 'x', 'X':
		n := v.number()
		if n < 0 && n >= math.MinInt64 {
			return d.unsigned(uint64(int64(n)))
		}
		if n < 0 || n >= 1<<64 || math.IsNaN(n) {
			return d.float(n, 'g')
		}
		return d.unsigned(uint64(n))
	}
	return d.float(v.number(), d.letter)
}

// pad fills with blanks up to the width.
func (d directive) pad(s string) string {
	if fill := d.width - len(s); fill > 0 {
		if strings.Contains(d.flags, "-") {
			return s + strings.Repeat(" ", fill)
		}
		return strings.Repeat(" ", fill) + s
	}
	return s
}

func (d directive) integer(n float64) string {
	if n >= 1<<63 || n < -1<<63 || math.IsNaN(n) {
		return d.float(n, 'g')
	}
	v := int64(n)
	sign := ""
	switch {
	case v < 0:
		sign = "-"
	case strings.Contains(d.flags, "+"):
		sign = "+"
	case strings.Contains(d.flags, " "):
		sign = " "
	}
	return d.number(sign, strings.TrimPrefix(strconv.FormatInt(v, 10), "-"))
}

func (d directive) unsigned(v uint64) string {
	alternate := strings.Contains(d.flags, "#")
	switch d.letter {
	case 'o':
		text := strconv.FormatUint(v, 8)
		if alternate && text != "0" {
			text = "0" + text
		}
		return d.number("", text)
	case 'u':
		return d.number("", strconv.FormatUint(v, 10))
	}
	prefix, text := "0x", strconv.FormatUint(v, 16)
	if !alternate || v == 0 {
		prefix = ""
	}
	if d.letter == 'X' {
		prefix, text = strings.ToUpper(prefix), strings.ToUpper(text)
	}
	return d.number(prefix, text)
}

// number puts sign, zeros and digits together.
func (d directive) number(sign, text string) string {
	if d.precision == 0 && text == "0" {
		text = ""
	}
	if fill := d.precision - len(text); fill > 0 {
		text = strings.Repeat("0", fill) + text
	}
	if d.precision < 0 && strings.Contains(d.flags, "0") && !strings.Contains(d.flags, "-") {
		if fill := d.width - len(sign) - len(text); fill > 0 {
			text = strings.Repeat("0", fill) + text
		}
	}
	return d.pad(sign + text)
}

func (d directive) float(n float64, letter byte) string {
	spec := "%" + d.flags
	if math.IsInf(n, 0) || math.IsNaN(n) {
		spec = strings.ReplaceAll(spec, "0", "")
		text := strings.ToLower(fmt.Sprintf("%+f", n))
		if n > 0 && !strings.Contains(d.flags, "+") || math.IsNaN(n) {
			text = text[1:]
		}
		return d.pad(text)
	}
	precision := d.precision
	if precision < 0 {
		precision = 6
	}
	if letter == 'g' || letter == 'G' {
		precision = max(precision, 1)
	}
	return fmt.Sprintf(spec+"*.*"+string(letter), d.width, precision, n)
}
