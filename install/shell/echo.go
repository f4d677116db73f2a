package shell

import (
	"fmt"
	"strings"

	"coen/install/proc"
)

// Echo is dash's echo: a single option -n, and backslash escapes always.
func Echo(p *proc.Proc) (int, error) {
	args, newline := p.Args[1:], true
	if len(args) > 0 && args[0] == "-n" {
		args, newline = args[1:], false
	}
	var b strings.Builder
	for i, arg := range args {
		if i > 0 {
			b.WriteByte(' ')
		}
		if stop := writeEscaped(&b, arg); stop {
			newline = false
			break
		}
	}
	if newline {
		b.WriteByte('\n')
	}
	return write(p, b.String())
}

// write writes all of text to standard output. A failure is status 1.
func write(p *proc.Proc, text string) (int, error) {
	if text == "" {
		return 0, nil
	}
	if _, err := p.Stdout().Write([]byte(text)); err != nil {
		fmt.Fprintf(p.Stderr(), "%s: I/O error\n", p.Args[0])
		return 1, nil
	}
	return 0, nil
}

// writeEscaped writes text with the escapes of echo and of printf's %b. It
// reports whether "\c" ends all output.
func writeEscaped(b *strings.Builder, text string) (stop bool) {
	for {
		plain, rest, found := strings.Cut(text, `\`)
		b.WriteString(plain)
		if !found {
			return false
		}
		if strings.HasPrefix(rest, "c") {
			return true
		}
		if strings.HasPrefix(rest, "0") {
			rest = rest[1:]
			if n := octalDigits(rest, 3); n == 0 {
				b.WriteByte(0)
				text = rest
				continue
			}
		}
		n := writeEscape(b, rest)
		text = rest[n:]
	}
}

// writeEscape writes the character that the escape at the start of text, behind
// its backslash, stands for. It returns the length of the escape, which is 0
// if the backslash stands for itself.
func writeEscape(b *strings.Builder, text string) int {
	if n := octalDigits(text, 3); n > 0 {
		value := 0
		for _, c := range []byte(text[:n]) {
			value = value<<3 | int(c-'0')
		}
		b.WriteByte(byte(value))
		return n
	}
	if text != "" {
		if i := strings.IndexByte(`abefnrtv\`, text[0]); i >= 0 {
			b.WriteByte("\a\b\x1b\f\n\r\t\v\\"[i])
			return 1
		}
	}
	b.WriteByte('\\')
	return 0
}

// octalDigits returns how many of the first most bytes are octal digits.
func octalDigits(text string, most int) int {
	n := 0
	for n < len(text) && n < most && '0' <= text[n] && text[n] <= '7' {
		n++
	}
	return n
}
