package sed

import (
	"bytes"
	"fmt"
)

// What becomes of the cycle after a command.
type outcome byte

const (
	goOn    outcome = iota
	endIt           // print the pattern space and start the next cycle
	deleted         // start the next cycle without printing
	restart         // start over with what is in the pattern space
	quit            // print and stop
	abort           // stop
)

// run edits the loaded lines; stopped means that q or Q ended it.
func (m *machine) run() (stopped bool, err error) {
	keep := false
	for keep || !m.atEnd() {
		if !keep {
			m.read(false)
		}
		result, err := m.cycle()
		if err != nil {
			return false, err
		}
		if (result == endIt || result == quit) && !m.Quiet {
			m.print()
		}
		m.flush()
		if result == quit || result == abort {
			return true, nil
		}
		keep = result == restart
	}
	return false, nil
}

// cycle runs the commands once.
func (m *machine) cycle() (outcome, error) {
	for pc := 0; pc < len(m.commands); {
		c := m.commands[pc]
		pc++
		m.steps += 1 + len(m.space)/64
		if m.steps > maxSteps || len(m.space) > maxSpace || len(m.hold) > maxSpace {
			return abort, ErrSteps
		}
		match, err := m.selects(c)
		if err != nil {
			return abort, err
		}
		if !match {
			if c.name == '{' {
				pc = c.jump
			}
			continue
		}
		if to, jumps := m.branch(c); jumps {
			pc = to
			continue
		}
		result, err := m.execute(c)
		if result != goOn || err != nil {
			return result, err
		}
	}
	return endIt, nil
}

// branch performs b, t and T.
func (m *machine) branch(c *command) (to int, jumps bool) {
	switch c.name {
	case 'b':
		return c.jump, true
	case 't', 'T':
		replaced := m.replaced
		m.replaced = false
		return c.jump, replaced == (c.name == 't')
	}
	return 0, false
}

func (m *machine) execute(c *command) (outcome, error) {
	switch c.name {
	case '=':
		m.complete()
		fmt.Fprintf(m.out, "%d\n", m.number)
	case 'a':
		m.later(c.text)
	case 'i':
		m.complete()
		m.out.Write(c.text)
	case 'c':
		if !c.active || c.negated {
			m.complete()
			m.out.Write(c.text)
		}
		return deleted, nil
	case 'e':
		return abort, ErrExec
	case 'F':
		m.complete()
		fmt.Fprintln(m.out, m.name)
	case 'l':
		m.list(c.number)
	case 'p':
		m.print()
	case 'P':
		m.write(m.firstLine(), true)
	case 'q', 'Q':
		m.status = max(c.number, 0) & 0xff
		if c.name == 'Q' {
			m.appends = nil
			return abort, nil
		}
		return quit, nil
	case 's':
		return goOn, m.substitute(c.subst)
	case 'y':
		for i, b := range m.space {
			m.space[i] = c.table[b]
		}
	case 'w':
		m.fileWrite(c.file, m.space)
	case 'W':
		m.fileWrite(c.file, m.firstLine())
	case 'r', 'R':
		m.include(c)
	default:
		return m.move(c), nil
	}
	return goOn, nil
}

// move performs the commands that move text between spaces and input.
func (m *machine) move(c *command) outcome {
	switch c.name {
	case 'd':
		return deleted
	case 'D':
		i := bytes.IndexByte(m.space, m.end())
		if i < 0 {
			return deleted
		}
		m.space = m.space[i+1:]
		return restart
	case 'g':
		m.space = bytes.Clone(m.hold)
	case 'G':
		m.space = append(append(m.space, m.end()), m.hold...)
	case 'h':
		m.hold = bytes.Clone(m.space)
	case 'H':
		m.hold = append(append(m.hold, m.end()), m.space...)
	case 'x':
		m.space, m.hold = m.hold, m.space
	case 'z':
		m.space = nil
	case 'n':
		if m.atEnd() {
			return endIt
		}
		if !m.Quiet {
			m.print()
		}
		m.flush()
		m.read(false)
	case 'N':
		if m.atEnd() {
			return endIt
		}
		m.flush()
		m.read(true)
	}
	return goOn
}

// firstLine returns the pattern space up to the first newline.
func (m *machine) firstLine() []byte {
	first, _, _ := bytes.Cut(m.space, []byte{m.end()})
	return first
}

func (m *machine) substitute(s *substitution) error {
	if s.eval {
		return ErrExec
	}
	changed, err := m.replace(s)
	if err != nil || !changed {
		return err
	}
	m.replaced = true
	if s.print > 0 {
		m.print()
	}
	if s.file != "" {
		m.fileWrite(s.file, m.space)
	}
	return nil
}

// include performs r and R.
func (m *machine) include(c *command) {
	if c.name == 'r' {
		if data, err := m.Read(c.file); err == nil && len(data) > 0 {
			m.later(data)
		}
		return
	}
	rest, ok := m.readers[c.file]
	if !ok {
		data, _ := m.Read(c.file)
		if data = bytes.TrimSuffix(data, []byte{m.end()}); len(data) > 0 {
			rest = bytes.Split(data, []byte{m.end()})
		}
	}
	if len(rest) > 0 {
		text := rest[0]
		m.appends = append(m.appends, func() { m.write(text, true) })
		rest = rest[1:]
	}
	m.readers[c.file] = rest
}

// list performs l: the pattern space with everything visible, folded.
func (m *machine) list(width int) {
	if width < 0 {
		width = m.Wrap
		if width == 0 {
			width = 70
		}
	}
	m.complete()
	column := 0
	for _, b := range m.space {
		piece := visible(b)
		if width > 0 && column+len(piece) > width-1 {
			m.out.WriteString("\\\n")
			column = 0
		}
		m.out.WriteString(piece)
		column += len(piece)
	}
	m.out.WriteString("$\n")
}

var visibleEscapes = map[byte]string{
	'\\': `\\`, '\a': `\a`, '\b': `\b`, '\f': `\f`, '\n': `\n`, '\r': `\r`, '\t': `\t`, '\v': `\v`,
}

func visible(b byte) string {
	if s, ok := visibleEscapes[b]; ok {
		return s
	}
	if b < ' ' || b > '~' {
		return fmt.Sprintf("\\%03o", b)
	}
	return string(b)
}
