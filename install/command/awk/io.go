package awk

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"strings"
)

// A reader gives out records of data.
type reader struct {
	data []byte
}

// next returns the next record; false means that there is none.
func (in *interp) next(r *reader) (string, bool) {
	in.step()
	separator := in.globals[slotRS].v.s
	if separator == "" {
		r.data = bytes.TrimLeft(r.data, "\n")
	}
	if len(r.data) == 0 {
		return "", false
	}
	from, to := len(r.data), len(r.data)
	switch {
	case separator == "":
		if i := bytes.Index(r.data, []byte("\n\n")); i >= 0 {
			from, to = i, i+2
		} else if bytes.HasSuffix(r.data, []byte("\n")) {
			from--
		}
	case len(separator) == 1:
		if i := bytes.IndexByte(r.data, separator[0]); i >= 0 {
			from, to = i, i+1
		}
	default:
		loc, err := in.regex(separator).Find(r.data, 0)
		in.check(err)
		if loc != nil && loc[1] > loc[0] {
			from, to = loc[0], loc[1]
		}
	}
	record := string(r.data[:from])
	r.data = r.data[to:]
	return record, true
}

// nextRecord reads the next record of the main input.
func (in *interp) nextRecord() bool {
	record, ok := in.mainRecord()
	if ok {
		in.setRecord(record)
	}
	return ok
}

func (in *interp) mainRecord() (string, bool) {
	for {
		if in.input == nil && !in.nextFile() {
			return "", false
		}
		if record, ok := in.next(in.input); ok {
			in.count(slotNR)
			in.count(slotFNR)
			return record, true
		}
		in.skipFile()
	}
}

func (in *interp) count(slot int) { in.globals[slot].v = num(in.globals[slot].v.number() + 1) }

func (in *interp) skipFile() { in.input = nil }

// nextFile opens the next file of ARGV, performing the assignments before it;
// without any file, standard input. False means that there is none left.
func (in *interp) nextFile() bool {
	argv := in.arrayOf(&in.globals[slotARGV])
	for float64(in.nextArg) < in.globals[slotARGC].v.number() {
		arg := argv.elements[num(float64(in.nextArg)).string("")].s
		in.nextArg++
		if arg == "" || in.assignment(arg) {
			continue
		}
		in.open(arg)
		return true
	}
	if in.opened {
		return false
	}
	in.open("-")
	return true
}

func (in *interp) open(name string) {
	data, err := in.Read(name)
	if err != nil {
		in.fail("cannot open %q (%s)", name, errorText(err))
	}
	in.opened = true
	shown := name
	if name == "-" {
		shown = ""
	}
	in.globals[slotFILENAME].v = str(shown)
	in.globals[slotFNR].v = num(0)
	in.input = &reader{data}
}

// errorText leaves the path out of a file error.
func errorText(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}

// assignment performs "name=value" and reports whether arg is one.
func (in *interp) assignment(arg string) bool {
	name, text, ok := strings.Cut(arg, "=")
	if !ok || name == "" || !isLetter(name[0]) {
		return false
	}
	for i := range len(name) {
		if !isLetter(name[i]) && !isDigit(name[i]) {
			return false
		}
	}
	if slot, ok := in.Program.globals[name]; ok {
		in.assignGlobal(slot, input(unescape(text)))
	}
	return true
}

// getline reads a record from a file, a command or the main input.
func (in *interp) getline(e *getline) value {
	var record string
	var ok bool
	if e.kind == 'm' {
		record, ok = in.mainRecord()
	} else {
		r := in.source(e)
		if r == nil {
			return num(-1)
		}
		record, ok = in.next(r)
	}
	switch {
	case !ok:
		return num(0)
	case e.target == nil:
		in.setRecord(record)
	default:
		in.assign(e.target, input(record))
	}
	return num(1)
}

// source returns what a getline reads from, nil if it cannot be read.
func (in *interp) source(e *getline) *reader {
	name := in.text(e.source)
	key := string(e.kind) + name
	if r := in.readers[key]; r != nil {
		return r
	}
	in.flush()
	var data []byte
	var err error
	if e.kind == '|' {
		data, _, err = in.Command(name, nil, true)
		in.check(err)
	} else if data, err = in.Read(name); err != nil {
		return nil
	}
	r := &reader{data}
	in.readers[key] = r
	return r
}

// A writer collects what goes to a file or a command.
type writer struct {
	name string
	pipe bool
	data bytes.Buffer
}

// output returns where a print statement writes.
func (in *interp) output(s *printStmt) io.Writer {
	if s.op == "" {
		return in.Out
	}
	name := in.text(s.dest)
	if s.op != "|" {
		switch name {
		case "/dev/stdout", "-":
			return in.Out
		case "/dev/stderr":
			return in.Errors
		}
	}
	key := name
	if s.op == "|" {
		key = "|" + name
	}
	w := in.writers[key]
	if w == nil {
		w = &writer{name: name, pipe: s.op == "|"}
		if s.op == ">>" {
			old, _ := in.Read(name)
			w.data.Write(old)
		}
		in.writers[key] = w
		in.order = append(in.order, key)
		in.write(w)
	}
	return &w.data
}

// write puts what a file's writer has collected into the file.
func (in *interp) write(w *writer) {
	if w.pipe {
		return
	}
	if err := in.Write(w.name, bytes.Clone(w.data.Bytes())); err != nil {
		in.fail("cannot open %q for output (%s)", w.name, errorText(err))
	}
}

// flush brings all files up to date.
func (in *interp) flush() {
	for _, key := range in.order {
		if w := in.writers[key]; w != nil {
			in.write(w)
		}
	}
}

// close closes what goes by a name and returns the status of a command, 0 for
// a file, -1 if nothing is open.
func (in *interp) close(name string) int {
	result := -1
	for _, kind := range []string{"<", "|"} {
		if in.readers[kind+name] != nil {
			delete(in.readers, kind+name)
			result = 0
		}
	}
	for _, key := range []string{name, "|" + name} {
		w := in.writers[key]
		if w == nil {
			continue
		}
		in.flush()
		delete(in.writers, key)
		result = 0
		if w.pipe {
			_, status, err := in.Command(w.name, w.data.Bytes(), false)
			in.check(err)
			result = status
		}
	}
	return result
}

func (in *interp) closeAll() {
	in.flush()
	for _, key := range in.order {
		if w := in.writers[key]; w != nil {
			in.close(w.name)
		}
	}
}

func (in *interp) print(s *printStmt) {
	text := ""
	switch {
	case s.format:
		args := make([]value, len(s.args))
		for i, e := range s.args {
			args[i] = in.eval(e)
		}
		text = in.sprintf(args)
	case len(s.args) == 0:
		text = in.recordText() + in.toString(in.globals[slotORS].v)
	default:
		parts := make([]string, len(s.args))
		for i, e := range s.args {
			v := in.eval(e)
			if parts[i] = v.s; v.kind == isNumber {
				parts[i] = v.string(in.globals[slotOFMT].v.s)
			}
		}
		text = strings.Join(parts, in.toString(in.globals[slotOFS].v)) + in.toString(in.globals[slotORS].v)
	}
	_, err := io.WriteString(in.output(s), text)
	in.check(err)
}

// sprintf formats the arguments behind the first one.
func (in *interp) sprintf(args []value) string {
	format := in.toString(args[0])
	if conversions(format) > len(args)-1 {
		in.fail("run time error: not enough arguments passed to printf(\"%s\")\n\tFILENAME=\"%s\" FNR=%g NR=%g",
			format, in.globals[slotFILENAME].v.s, in.globals[slotFNR].v.number(), in.globals[slotNR].v.number())
	}
	return sprintf(format, args[1:], in.globals[slotCONVFMT].v.s)
}
