package shell

import (
	"fmt"
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
