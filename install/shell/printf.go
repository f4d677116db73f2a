package shell

import (
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"coen/install/proc"
)

// Printf is dash's printf (XCU printf).
func Printf(p *proc.Proc) (int, error) { return runPrintf(p, false) }

func runPrintf(p *proc.Proc, bash bool) (int, error) {
	args := p.Args[1:]
	switch {
	case len(args) > 0 && args[0] == "--":
		args = args[1:]
	case len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-':
		fmt.Fprintf(p.Stderr(), "%s: Illegal option %s\n", p.Args[0], args[0])
		return 2, nil
	}
	if len(args) == 0 {
		fmt.Fprintf(p.Stderr(), "%s: usage: printf format [arg ...]\n", p.Args[0])
		return 2, nil
	}
	f := &formatter{p: p, bash: bash, args: args[1:]}
	for {
		before := len(f.args)
		if !f.pass(args[0]) || len(f.args) == 0 || len(f.args) == before {
			break
		}
		if f.out.Len() > maxOutput {
			return 0, errTooLong
		}
	}
	status, err := write(p, f.out.String())
	return max(status, f.status), err
}

// formatter is one run of printf.
type formatter struct {
	p      *proc.Proc
	bash   bool // the directives and escapes of bash
	args   []string
	out    strings.Builder
	status int
}

func (f *formatter) fail(status int, format string, args ...any) {
	fmt.Fprintf(f.p.Stderr(), "%s: %s\n", f.p.Args[0], fmt.Sprintf(format, args...))
	f.status = status
}

// pass goes through the format once and reports whether to go on.
func (f *formatter) pass(format string) bool {
	for format != "" && f.out.Len() <= maxOutput {
		i := strings.IndexAny(format, `\%`)
		if i < 0 {
			f.out.WriteString(format)
			return true
		}
		f.out.WriteString(format[:i])
		rest := format[i+1:]
		switch {
		case format[i] == '\\' && f.bash && rest != "":
			n, out := escapeC(rest)
			f.out.WriteString(out)
			format = rest[n:]
		case format[i] == '\\':
			format = rest[writeEscape(&f.out, rest):]
		case strings.HasPrefix(rest, "%"):
			f.out.WriteByte('%')
			format = rest[1:]
		default:
			n, ok := f.conversion(rest)
			if !ok {
				return false
			}
			format = rest[n:]
		}
	}
	return true
}

// A directive is a conversion specification.
type directive struct {
	flags string
	width int
	prec  int // -1: none given
	verb  byte
}

// maxWidth bounds widths and precisions.
const maxWidth = 1 << 20

// conversion handles the specification at the start of text, behind its "%",
// and returns its length.
func (f *formatter) conversion(text string) (int, bool) {
	d := directive{prec: -1}
	i := len(text) - len(strings.TrimLeft(text, "#-+ 0"))
	d.flags = text[:i]
	i += f.size(text[i:], &d.width)
	if d.width < 0 {
		d.flags, d.width = d.flags+"-", -d.width
	}
	if strings.HasPrefix(text[i:], ".") {
		d.prec = 0
		i += 1 + f.size(text[i+1:], &d.prec)
	}
	i += len(text[i:]) - len(strings.TrimLeft(text[i:], "hljzt"))
	if i == len(text) {
		f.fail(2, "missing format character")
		return 0, false
	}
	d.verb = text[i]
	if d.width > maxWidth || d.prec > maxWidth {
		f.fail(2, "%%%s: too wide", text[:i+1])
		return 0, false
	}
	return i + 1, f.convert(d, text[:i+1])
}

// size reads a width or precision, from the arguments if it is "*".
func (f *formatter) size(text string, n *int) int {
	if strings.HasPrefix(text, "*") {
		*n = int(f.integer(f.arg()))
		return 1
	}
	end := 0
	for end < len(text) && isDigit(text[end]) {
		end++
	}
	if end > 0 {
		*n, _ = strconv.Atoi(text[:end])
	}
	return end
}

func (f *formatter) arg() string {
	if len(f.args) == 0 {
		return ""
	}
	arg := f.args[0]
	f.args = f.args[1:]
	return arg
}

func (f *formatter) convert(d directive, text string) bool {
	switch d.verb {
	case 'b':
		var b strings.Builder
		escapes := writeEscaped
		if f.bash {
			escapes = writeBashEscaped
		}
		stop := escapes(&b, f.arg())
		f.out.WriteString(d.text(b.String()))
		return !stop
	case 's':
		f.out.WriteString(d.text(f.arg()))
	case 'c':
		arg := f.arg()
		if arg == "" {
			arg = "\x00"
		}
		d.prec = -1
		f.out.WriteString(d.text(arg[:1]))
	case 'd', 'i':
		n := f.integer(f.arg())
		f.out.WriteString(d.number(strconv.FormatInt(n, 10)))
	case 'o', 'u', 'x', 'X':
		f.out.WriteString(d.unsigned(f.unsigned(f.arg())))
	case 'e', 'E', 'f', 'F', 'g', 'G', 'a', 'A':
		f.out.WriteString(d.float(f.float(f.arg())))
	case 'q':
		if f.bash {
			f.out.WriteString(d.text(shortQuote(f.arg())))
			break
		}
		fallthrough
	default:
		f.fail(2, "%%%s: invalid directive", text)
		return false
	}
	return true
}

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
