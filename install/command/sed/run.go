package sed

import (
	"bytes"
	"fmt"
	"io"
	"iter"

	"coen/install/command/regex"
)

// maxSteps and maxSpace bound a run.
const (
	maxSteps = 10_000_000
	maxSpace = 16 << 20
)

var errNoRegex = &SyntaxError{0, "no previous regular expression"}

// An Input is a file to edit.
type Input struct {
	Name string // as F prints it, "-" for standard input
	Data []byte
}

// Env is what a run reads and writes.
type Env struct {
	Inputs iter.Seq[Input] // asked for one after the other, as they are needed
	Out    io.Writer
	Errors io.Writer // where w /dev/stderr goes; may be nil

	// Read returns the content of a file named by r or R; what cannot be read
	// counts as empty.
	Read func(name string) ([]byte, error)

	// Write is called with the content of each file named by w, in the order
	// of the script, when the run ends.
	Write func(name string, data []byte) error

	// Edited, if not nil, is called after each input of a separate run with
	// what was written for it, instead of Out.
	Edited func(in Input, data []byte) error
}

// A line of input.
type line struct {
	text    []byte
	chopped bool // it had its end
}

// machine is a run.
type machine struct {
	*Program
	*Env
	out     *bytes.Buffer
	partial bool // the last line written lacks its end

	more   func() (Input, bool) // the next input
	lines  []line               // of the current input
	next   int                  // index of the line to read next
	number int                  // of the line read last
	name   string               // of the input that the last line came from

	following string // name of an input of which no line was read yet

	space, hold []byte
	chopped     bool
	replaced    bool // for t
	last        *regex.Regexp
	appends     []func()
	readers     map[string][][]byte
	files       map[string]*bytes.Buffer
	steps       int
	status      int
}

// Run edits the inputs and returns the exit status.
func (p *Program) Run(env *Env) (status int, err error) {
	m := &machine{
		Program: p, Env: env, out: &bytes.Buffer{},
		readers: map[string][][]byte{}, files: map[string]*bytes.Buffer{},
	}
	for _, name := range p.files {
		if m.files[name] == nil {
			m.files[name] = &bytes.Buffer{}
		}
	}
	if err := m.writeFiles(); err != nil {
		return 0, err
	}
	more, stop := iter.Pull(env.Inputs)
	defer stop()
	if p.Separate {
		err = m.runSeparately(more)
	} else {
		m.more = more
		m.reset()
		_, err = m.run()
		env.Out.Write(m.out.Bytes())
	}
	if err != nil {
		return 0, err
	}
	return m.status, m.writeFiles()
}

func (m *machine) runSeparately(more func() (Input, bool)) error {
	m.more = func() (Input, bool) { return Input{}, false }
	for {
		in, ok := more()
		if !ok {
			return nil
		}
		m.reset()
		m.load(in)
		quit, err := m.run()
		if err != nil {
			return err
		}
		if m.Edited == nil {
			m.Out.Write(m.out.Bytes())
		} else if err := m.Edited(in, m.out.Bytes()); err != nil {
			return err
		} else {
			m.partial = false
		}
		m.out = &bytes.Buffer{}
		if quit {
			return nil
		}
	}
}

func (m *machine) writeFiles() error {
	done := map[string]bool{}
	for _, name := range m.Program.files {
		if done[name] || name == "/dev/stdout" || name == "/dev/stderr" {
			continue
		}
		done[name] = true
		if err := m.Env.Write(name, m.files[name].Bytes()); err != nil {
			return fmt.Errorf("couldn't open file %s: %w", name, err)
		}
	}
	return nil
}

// reset prepares for the first line of an input or of all.
func (m *machine) reset() {
	m.lines, m.next, m.number = nil, 0, 0
	for _, c := range m.commands {
		c.active = c.from != nil && c.from.kind == lineNumber && c.from.n == 0
		c.end = 0
	}
}

// load makes an input the current one.
func (m *machine) load(in Input) {
	m.lines, m.next, m.name = m.lines[:0], 0, in.Name
	for data := in.Data; len(data) > 0; {
		text, rest, chopped := bytes.Cut(data, []byte{m.end()})
		m.lines = append(m.lines, line{text, chopped})
		data = rest
	}
}

// end returns the byte that ends a line.
func (m *machine) end() byte {
	if m.Null {
		return 0
	}
	return '\n'
}

// atEnd reports whether there is no further line, going on to the next input if
// need be.
func (m *machine) atEnd() bool {
	for m.next == len(m.lines) {
		name := m.name
		in, ok := m.more()
		if !ok {
			return true
		}
		m.load(in)
		m.following, m.name = m.name, name
	}
	return false
}

// read takes the next line into the pattern space, behind a newline if more is
// set.
func (m *machine) read(more bool) {
	if m.following != "" {
		m.name, m.following = m.following, ""
	}
	l := m.lines[m.next]
	m.next++
	m.number++
	m.replaced = false
	m.chopped = l.chopped
	if more {
		m.space = append(append(m.space, m.end()), l.text...)
		return
	}
	m.space = append(m.space[:0:0], l.text...)
}

// write puts a line out, adding first the end that the line before lacked.
func (m *machine) write(text []byte, chopped bool) {
	m.complete()
	m.out.Write(text)
	if chopped {
		m.out.WriteByte(m.end())
	} else {
		m.partial = true
	}
}

func (m *machine) complete() {
	if m.partial {
		m.out.WriteByte(m.end())
		m.partial = false
	}
}

// print writes the pattern space.
func (m *machine) print() { m.write(m.space, m.chopped) }

// fileWrite is w: it writes a line to a file.
func (m *machine) fileWrite(name string, text []byte) {
	switch name {
	case "/dev/stdout":
		m.write(text, m.chopped)
	case "/dev/stderr":
		if m.Errors != nil {
			m.Errors.Write(append(bytes.Clone(text), '\n'))
		}
	default:
		b := m.files[name]
		b.Write(text)
		if m.chopped {
			b.WriteByte(m.end())
		}
	}
}

// regex returns re, or the last one used if it is nil.
func (m *machine) regex(re *regex.Regexp) *regex.Regexp {
	if re != nil {
		m.last = re
	}
	return m.last
}

// flush writes what a, r and R put off to the end of the cycle.
func (m *machine) flush() {
	for _, f := range m.appends {
		f()
	}
	m.appends = m.appends[:0]
}

func (m *machine) later(text []byte) {
	m.appends = append(m.appends, func() {
		m.complete()
		m.out.Write(text)
	})
}
