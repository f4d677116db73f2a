package awk

import (
	"errors"
	"fmt"
	"io"

	"coen/install/command/regex"
)

// What ends a run that cannot go on.
var (
	ErrRandom = errors.New("random numbers")
	ErrSteps  = errors.New("awk program runs without end")
)

// Limits of a run.
const (
	maxSteps    = 10_000_000
	maxString   = 16 << 20
	maxElements = 1_000_000
	maxCalls    = 1000
)

// Env is what a run sees of the world.
type Env struct {
	Args    []string // ARGV: the program's name, files and assignments
	Assigns []string // of -v: "name=value"
	FS      string   // of -F, "" if not given
	Environ map[string]string
	Now     int64 // systime(), in seconds since 1970-01-01 UTC

	Out    io.Writer
	Errors io.Writer // standard error

	// Read returns the content of a file; "-" is standard input.
	Read func(name string) ([]byte, error)

	// Write replaces the content of a file.
	Write func(name string, data []byte) error

	// Command runs a command of the shell. With capture, it returns what the
	// command wrote to its standard output.
	Command func(command string, stdin []byte, capture bool) (out []byte, status int, err error)
}

// A RuntimeError is a mistake that shows while a program runs.
type RuntimeError struct{ Message string }

func (e *RuntimeError) Error() string { return e.Message }

// A slot holds a variable: a value, or an array.
type slot struct {
	v     value
	array *array
	from  *slot // the argument an untyped parameter stands for
}

type array struct{ elements map[string]value }

type interp struct {
	*Program
	*Env
	globals []slot
	frames  [][]slot // parameters of the running functions

	record  string
	fields  []value // of the record, from $1, once it is split
	split   bool
	stale   bool // fields were changed: $0 is to be made from them
	nf      int
	input   *reader // the main input
	nextArg int     // index into ARGV
	opened  bool    // a file of the main input was opened

	readers  map[string]*reader
	writers  map[string]*writer
	order    []string // of writers, as they were opened
	regexes  map[string]*regex.Regexp
	steps    int
	elements int
	status   int
	inEnd    bool
}

// exit, next and nextFile travel up as panics, like errors; none leaves Run.
type (
	exitJump     struct{}
	nextJump     struct{}
	nextFileJump struct{}
	failure      struct{ err error }
)

func (in *interp) fail(format string, args ...any) {
	panic(failure{&RuntimeError{fmt.Sprintf(format, args...)}})
}

func (in *interp) check(err error) {
	if err != nil {
		panic(failure{err})
	}
}

// Run runs the program and returns its exit status.
func (p *Program) Run(env *Env) (status int, err error) {
	in := &interp{
		Program: p, Env: env, globals: make([]slot, len(p.globals)), split: true,
		readers: map[string]*reader{}, writers: map[string]*writer{}, regexes: map[string]*regex.Regexp{},
	}
	defer func() {
		if f, failed := recover().(failure); failed {
			status, err = 2, f.err
		}
	}()
	in.start()
	exited := in.guard(func() {
		for _, b := range p.begin {
			in.run(b)
		}
	})
	if !exited && len(p.rules)+len(p.end) > 0 {
		exited = in.guard(in.main)
	}
	in.inEnd = true
	if !exited || len(p.end) > 0 {
		in.guard(func() {
			for _, b := range p.end {
				in.run(b)
			}
		})
	}
	in.closeAll()
	return in.status, nil
}

// guard calls f and reports whether it ended with exit.
func (in *interp) guard(f func()) (exited bool) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case exitJump:
			exited = true
		case nextJump, nextFileJump:
			panic(failure{&RuntimeError{"improper use of next"}})
		default:
			panic(r)
		}
	}()
	f()
	return false
}

// start gives the special variables their first values.
func (in *interp) start() {
	for slot, text := range map[int]string{
		slotFS: " ", slotOFS: " ", slotORS: "\n", slotRS: "\n", slotSUBSEP: "\x1c",
		slotCONVFMT: "%.6g", slotOFMT: "%.6g", slotFILENAME: "",
	} {
		in.globals[slot].v = str(text)
	}
	for _, slot := range []int{slotNR, slotFNR, slotRSTART} {
		in.globals[slot].v = num(0)
	}
	in.globals[slotRLENGTH].v = num(-1)
	environ := in.arrayOf(&in.globals[slotENVIRON])
	for name, text := range in.Environ {
		environ.elements[name] = input(text)
	}
	argv := in.arrayOf(&in.globals[slotARGV])
	for i, arg := range in.Args {
		argv.elements[fmt.Sprint(i)] = input(arg)
	}
	in.globals[slotARGC].v = num(float64(len(in.Args)))
	if in.FS != "" {
		in.globals[slotFS].v = str(unescape(in.FS))
	}
	for _, a := range in.Assigns {
		if !in.assignment(a) {
			in.fail("improper assignment: -v %s", a)
		}
	}
	in.nextArg = 1
}

// main applies the rules to every record.
func (in *interp) main() {
	for in.nextRecord() {
		if len(in.rules) > 0 && in.applyRules() {
			in.skipFile()
		}
	}
}

// applyRules applies the rules to the current record; true means that the rest of
// the file is to be skipped.
func (in *interp) applyRules() (skip bool) {
	defer func() {
		switch r := recover().(type) {
		case nil, nextJump:
		case nextFileJump:
			skip = true
		default:
			panic(r)
		}
	}()
	for _, r := range in.rules {
		if in.selects(r) {
			in.run(r.body)
		}
	}
	return false
}

func (in *interp) selects(r *rule) bool {
	switch {
	case r.pattern == nil:
		return true
	case r.to == nil:
		return in.eval(r.pattern).boolean()
	case !r.active && !in.eval(r.pattern).boolean():
		return false
	}
	r.active = !in.eval(r.to).boolean()
	return true
}

// step counts the work done.
func (in *interp) step() {
	if in.steps++; in.steps > maxSteps {
		panic(failure{ErrSteps})
	}
}

// work counts the bytes of a new string as steps.
func (in *interp) work(bytes int) {
	if bytes > maxString {
		panic(failure{ErrSteps})
	}
	in.steps += bytes / 64
}

// slot returns where a variable is kept.
func (in *interp) slot(v *variable) *slot {
	if v.local {
		return &in.frames[len(in.frames)-1][v.slot]
	}
	return &in.globals[v.slot]
}

// arrayOf returns the array in a slot, making it if the slot is unused.
func (in *interp) arrayOf(s *slot) *array {
	if s.array == nil {
		switch {
		case s.v.kind != unset:
			in.fail("a scalar is used as an array")
		case s.from != nil:
			s.array = in.arrayOf(s.from)
		default:
			s.array = &array{map[string]value{}}
		}
	}
	return s.array
}

// setElement assigns to an element, within the limits.
func (in *interp) setElement(a *array, key string, v value) {
	if _, ok := a.elements[key]; !ok {
		if in.elements++; in.elements > maxElements {
			panic(failure{ErrSteps})
		}
	}
	a.elements[key] = v
}
