package shell

import (
	"strconv"
	"strings"

	"coen/install/proc"
)

// bashEcho is bash's echo: options -n, -e and -E, escapes only with -e.
func (s *shell) bashEcho(c *call) (int, error) {
	args, newline, escapes := c.args[1:], true, false
	for len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' && strings.Trim(args[0][1:], "neE") == "" {
		for _, letter := range args[0][1:] {
			switch letter {
			case 'n':
				newline = false
			default:
				escapes = letter == 'e'
			}
		}
		args = args[1:]
	}
	text := strings.Join(args, " ")
	if escapes {
		var b strings.Builder
		newline = !writeBashEscaped(&b, text) && newline
		text = b.String()
	}
	if newline {
		text += "\n"
	}
	p := *s.proc
	p.Args = c.args
	return write(&p, text)
}

// writeBashEscaped is writeEscaped with the escapes of bash.
func writeBashEscaped(b *strings.Builder, text string) (stop bool) {
	for {
		plain, rest, found := strings.Cut(text, `\`)
		b.WriteString(plain)
		switch {
		case !found:
			return false
		case strings.HasPrefix(rest, "c"):
			return true
		case strings.HasPrefix(rest, "0"):
			n := octalDigits(rest[1:], 3)
			v, _ := strconv.ParseUint("0"+rest[1:1+n], 8, 16)
			b.WriteByte(byte(v))
			text = rest[1+n:]
		case rest == "" || strings.IndexByte(`'"?1234567`, rest[0]) >= 0:
			b.WriteByte('\\')
			text = rest
		default:
			n, out := escapeC(rest)
			b.WriteString(out)
			text = rest[n:]
		}
	}
}

// bashPrintf is printf with -v and %q.
func (s *shell) bashPrintf(c *call) (int, error) {
	args, name := c.args, ""
	if len(args) > 2 && args[1] == "-v" {
		name = args[2]
		args = append([]string{args[0]}, args[3:]...)
	}
	p := *s.proc
	p.Args = args
	if name == "" {
		return runPrintf(&p, true)
	}
	out := &pipe{in: s.in}
	p.Files = map[int]*proc.File{1: {W: out}, 2: s.proc.Files[2]}
	status, err := runPrintf(&p, true)
	if err != nil {
		return 0, err
	}
	return status, s.setElement(name, string(out.data))
}
