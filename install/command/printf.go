package command

import (
	"fmt"
	"strconv"
	"strings"
)

// printf is /usr/bin/printf, not the built-in command of a shell.
func printf(c *call) int {
	if len(c.operands) > 0 && c.operands[0] == "--" {
		c.operands = c.operands[1:]
	}
	if len(c.operands) == 0 {
		return c.missing()
	}
	f := &formatter{call: c, rest: c.operands[1:]}
	for {
		before := len(f.rest)
		f.pass(c.operands[0])
		if f.stopped || len(f.rest) == 0 {
			return f.status
		}
		if len(f.rest) == before {
			c.failf("warning: ignoring excess arguments, starting with %s", quote(f.rest[0]))
			return f.status
		}
	}
}

// A formatter goes through a format, again and again while there are arguments.
type formatter struct {
	*call
	rest    []string
	status  int
	stopped bool // by \c or an error
}

func (f *formatter) pass(format string) {
	for i := 0; i < len(format) && !f.stopped; {
		switch {
		case format[i] == '\\':
			text, n, stop := printfEscape(format[i:], false)
			f.out.WriteString(text)
			f.stopped = stop
			i += n
		case strings.HasPrefix(format[i:], "%%"):
			f.out.WriteByte('%')
			i += 2
		case format[i] == '%':
			i += f.directive(format[i:])
		default:
			f.out.WriteByte(format[i])
			i++
		}
	}
}

func (f *formatter) next() string {
	if len(f.rest) == 0 {
		return ""
	}
	arg := f.rest[0]
	f.rest = f.rest[1:]
	return arg
}

// directive formats one argument and returns the length of the directive.
func (f *formatter) directive(s string) int {
	spec := "%"
	i := 1
	for i < len(s) && strings.IndexByte("-+ #0'", s[i]) >= 0 {
		if s[i] != '\'' {
			spec += s[i : i+1]
		}
		i++
	}
	number := func() {
		if i < len(s) && s[i] == '*' {
			spec += strconv.FormatInt(f.integer(f.next()), 10)
			i++
		}
		for i < len(s) && isDigit(s[i]) {
			spec += s[i : i+1]
			i++
		}
	}
	number()
	if i < len(s) && s[i] == '.' {
		spec += "."
		i++
		number()
	}
	for i < len(s) && strings.IndexByte("hlLjzt", s[i]) >= 0 {
		i++
	}
	if i == len(s) || !f.convert(spec, s[i]) {
		f.status = f.failf("%s: invalid conversion specification", s[:min(i+1, len(s))])
		f.stopped = true
		return len(s)
	}
	return i + 1
}

// convert writes the next argument under a conversion letter.
func (f *formatter) convert(spec string, letter byte) bool {
	switch letter {
	case 's':
		f.printf(spec+"s", f.next())
	case 'b':
		text, stop := expandEscapes(f.next())
		f.printf(spec+"s", text)
		f.stopped = stop
	case 'c':
		arg := f.next()
		f.printf(strings.SplitN(spec, ".", 2)[0]+"s", arg[:min(1, len(arg))])
	case 'q':
		f.printf(spec+"s", shellQuote(f.next()))
	case 'd', 'i':
		f.integerOut(spec, 'd', f.integer(f.next()))
	case 'u', 'o', 'x', 'X':
		v := f.integer(f.next())
		if letter == 'u' {
			letter = 'd'
		}
		f.unsignedOut(spec, letter, uint64(v))
	case 'e', 'E', 'f', 'F', 'g', 'G':
		f.floatOut(spec, letter)
	default:
		return false
	}
	return true
}

// integerOut and unsignedOut follow C where Go differs: a precision overrides
// the flag 0.
func (f *formatter) integerOut(spec string, letter byte, v int64) {
	f.printf(withoutZero(spec)+string(letter), v)
}

func (f *formatter) unsignedOut(spec string, letter byte, v uint64) {
	if v == 0 && letter != 'o' {
		spec = strings.Replace(spec, "#", "", 1)
	}
	f.printf(withoutZero(spec)+string(letter), v)
}

func withoutZero(spec string) string {
	if flags := strings.TrimLeft(spec, "%-+ #0"); strings.Contains(spec, ".") || strings.Contains(spec, "-") {
		head := spec[:len(spec)-len(flags)]
		return strings.ReplaceAll(head, "0", "") + flags
	}
	return spec
}

func (f *formatter) floatOut(spec string, letter byte) {
	arg := f.next()
	v, err := strconv.ParseFloat(strings.TrimSpace(arg), 64)
	if err != nil && arg != "" {
		f.status = f.failf("%s: expected a numeric value", quote(arg))
	}
	if !strings.Contains(spec, ".") {
		spec += ".6"
	}
	text := fmt.Sprintf(spec+string(letter), v)
	f.out.WriteString(text)
}

// integer reads a number as strtoimax does, or the code of a character after a
// quote.
func (f *formatter) integer(arg string) int64 {
	if arg == "" {
		return 0
	}
	if (arg[0] == '\'' || arg[0] == '"') && len(arg) > 1 {
		return int64(arg[1])
	}
	text := strings.TrimLeft(arg, " \t\n")
	for n := len(text); n > 0; n-- {
		v, err := parseInteger(text[:n])
		if err != nil {
			continue
		}
		if n < len(text) {
			f.status = f.failf("%s: value not completely converted", quote(arg))
		}
		return v
	}
	f.status = f.failf("%s: expected a numeric value", quote(arg))
	return 0
}

// parseInteger reads decimal, octal or hexadecimal as in C.
func parseInteger(s string) (int64, error) {
	if strings.ContainsAny(s, "_bBoO") && !strings.ContainsAny(s, "xX") {
		return 0, strconv.ErrSyntax
	}
	if strings.Contains(s, "_") {
		return 0, strconv.ErrSyntax
	}
	v, err := strconv.ParseInt(s, 0, 64)
	if err != nil {
		u, err := strconv.ParseUint(s, 0, 64)
		return int64(u), err
	}
	return v, nil
}
