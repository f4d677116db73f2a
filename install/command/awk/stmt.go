package awk

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
)

// How a statement ended.
type flow byte

const (
	goOn flow = iota
	breaks
	continues
	returns
)

func (in *interp) run(b *block) { in.block(b) }

// block runs statements; a return leaves its value in the frame's result.
func (in *interp) block(b *block) flow {
	for _, s := range b.stmts {
		if f := in.stmt(s); f != goOn {
			return f
		}
	}
	return goOn
}

func (in *interp) stmt(s stmt) flow {
	in.step()
	switch s := s.(type) {
	case *exprStmt:
		in.eval(s.e)
	case *printStmt:
		in.print(s)
	case *block:
		return in.block(s)
	case *ifStmt:
		if in.eval(s.cond).boolean() {
			return in.block(s.then)
		}
		if s.els != nil {
			return in.block(s.els)
		}
	case *whileStmt:
		return in.while(s)
	case *forStmt:
		return in.forLoop(s)
	case *forInStmt:
		return in.forIn(s)
	case *deleteStmt:
		a := in.arrayOf(in.slot(s.array))
		if s.index == nil {
			in.elements -= len(a.elements)
			clear(a.elements)
		} else if key := in.key(s.index); hasKey(a, key) {
			delete(a.elements, key)
			in.elements--
		}
	case *jumpStmt:
		return in.jump(s)
	}
	return goOn
}

func hasKey(a *array, key string) bool {
	_, ok := a.elements[key]
	return ok
}

func (in *interp) while(s *whileStmt) flow {
	for first := true; ; first = false {
		in.step()
		if !(first && s.do) && !in.eval(s.cond).boolean() {
			return goOn
		}
		switch in.block(s.body) {
		case breaks:
			return goOn
		case returns:
			return returns
		}
	}
}

func (in *interp) forLoop(s *forStmt) flow {
	if s.init != nil {
		in.stmt(s.init)
	}
	for s.cond == nil || in.eval(s.cond).boolean() {
		in.step()
		switch in.block(s.body) {
		case breaks:
			return goOn
		case returns:
			return returns
		}
		if s.step != nil {
			in.stmt(s.step)
		}
	}
	return goOn
}

// forIn visits the keys that are there when it begins.
func (in *interp) forIn(s *forInStmt) flow {
	for _, key := range sortedKeys(in.arrayOf(in.slot(s.array))) {
		in.step()
		in.assign(s.key, input(key))
		switch in.block(s.body) {
		case breaks:
			return goOn
		case returns:
			return returns
		}
	}
	return goOn
}

// sortedKeys returns the keys of an array in the order of the package's
// documentation.
func sortedKeys(a *array) []string {
	return slices.SortedFunc(maps.Keys(a.elements), func(x, y string) int {
		m, errX := strconv.ParseUint(x, 10, 62)
		n, errY := strconv.ParseUint(y, 10, 62)
		switch {
		case errX == nil && errY == nil:
			return cmp.Or(cmp.Compare(m, n), cmp.Compare(x, y))
		case errX == nil:
			return -1
		case errY == nil:
			return 1
		}
		return cmp.Compare(x, y)
	})
}

func (in *interp) jump(s *jumpStmt) flow {
	switch s.word {
	case "break":
		return breaks
	case "continue":
		return continues
	case "next":
		panic(nextJump{})
	case "nextfile":
		panic(nextFileJump{})
	case "exit":
		if s.value != nil {
			in.status = int(int64(in.eval(s.value).number())) & 0xff
		}
		panic(exitJump{})
	}
	result := value{}
	if s.value != nil {
		result = in.eval(s.value)
	}
	frame := in.frames[len(in.frames)-1]
	frame[len(frame)-1].v = result
	return returns
}

// call runs a function of the program. Its frame has one slot more than
// parameters, for the result.
func (in *interp) call(c *call) value {
	if len(c.args) > len(c.f.params) {
		in.fail("too many arguments in call to %s", c.f.name)
	}
	if len(in.frames) >= maxCalls {
		panic(failure{ErrSteps})
	}
	in.step()
	frame := make([]slot, len(c.f.params)+1)
	for i, arg := range c.args {
		v, ok := arg.(*variable)
		if !ok || in.isSpecial(v) {
			frame[i].v = in.eval(arg)
			continue
		}
		from := in.slot(v)
		if from.array == nil && from.v.kind == unset {
			frame[i].from = from
		}
		frame[i].v, frame[i].array = from.v, from.array
	}
	in.frames = append(in.frames, frame)
	in.block(c.f.body)
	in.frames = in.frames[:len(in.frames)-1]
	return frame[len(frame)-1].v
}

func (in *interp) isSpecial(v *variable) bool { return !v.local && v.slot == slotNF }
