package awk

import (
	"math"
	"strings"
)

func (in *interp) eval(e expr) value {
	in.step()
	switch e := e.(type) {
	case numberLit:
		return num(float64(e))
	case stringLit:
		return str(string(e))
	case regexLit:
		return boolean(in.matches(string(e), in.recordText()))
	case *variable:
		return in.load(e)
	case *element:
		return in.element(e)
	case *field:
		return in.field(in.fieldIndex(e))
	case *assign:
		return in.evalAssign(e)
	case *increment:
		old := num(in.eval(e.target).number())
		v := num(old.n + e.by)
		in.assign(e.target, v)
		if e.post {
			return old
		}
		return v
	case *unary:
		return in.unary(e)
	case *binary:
		return in.binary(e)
	case *ternary:
		if in.eval(e.cond).boolean() {
			return in.eval(e.x)
		}
		return in.eval(e.y)
	case *match:
		return boolean(in.matches(in.pattern(e.y), in.text(e.x)) != e.negated)
	case *inArray:
		return boolean(hasKey(in.arrayOf(in.slot(e.array)), in.key(e.index)))
	case *grouping:
		return in.eval(e.list[0])
	case *getline:
		return in.getline(e)
	case *call:
		return in.call(e)
	case *builtinCall:
		return e.f.call(in, e.args)
	}
	return value{}
}

// text evaluates to a string.
func (in *interp) text(e expr) string { return in.toString(in.eval(e)) }

func (in *interp) toString(v value) string {
	if v.kind != isNumber {
		return v.s
	}
	return v.string(in.globals[slotCONVFMT].v.s)
}

func (in *interp) load(v *variable) value {
	s := in.slot(v)
	if s.array != nil {
		in.fail("array %s is used as a scalar", v.name)
	}
	if !v.local && v.slot == slotNF {
		in.splitRecord()
		return num(float64(in.nf))
	}
	return s.v
}

// element returns an element, which comes to be by being asked for.
func (in *interp) element(e *element) value {
	a := in.arrayOf(in.slot(e.array))
	key := in.key(e.index)
	v, ok := a.elements[key]
	if !ok {
		in.setElement(a, key, value{})
	}
	return v
}

// key joins the parts of an index.
func (in *interp) key(index []expr) string {
	if len(index) == 1 {
		return in.text(index[0])
	}
	parts := make([]string, len(index))
	for i, e := range index {
		parts[i] = in.text(e)
	}
	return strings.Join(parts, in.toString(in.globals[slotSUBSEP].v))
}

func (in *interp) evalAssign(e *assign) value {
	v := in.eval(e.value)
	if e.op != "" {
		v = num(in.arithmetic(e.op, in.eval(e.target).number(), v.number()))
	}
	in.assign(e.target, v)
	return v
}

// assign gives a variable, element or field a value.
func (in *interp) assign(target expr, v value) {
	switch t := target.(type) {
	case *variable:
		s := in.slot(t)
		if s.array != nil {
			in.fail("array %s is used as a scalar", t.name)
		}
		if !t.local {
			in.assignGlobal(t.slot, v)
			return
		}
		s.v = v
	case *element:
		key := in.key(t.index)
		in.setElement(in.arrayOf(in.slot(t.array)), key, v)
	case *field:
		in.setField(in.fieldIndex(t), in.toString(v), v)
	}
}

// assignGlobal heeds the variables that mean something to awk.
func (in *interp) assignGlobal(slot int, v value) {
	switch slot {
	case slotNF:
		in.setNF(int(math.Max(0, math.Min(v.number(), maxFields))))
		return
	case slotCONVFMT, slotOFMT, slotFS, slotOFS, slotORS, slotRS, slotSUBSEP:
		v = str(in.toString(v))
	}
	in.globals[slot].v = v
}

func (in *interp) unary(e *unary) value {
	v := in.eval(e.e)
	switch e.op {
	case "!":
		return boolean(!v.boolean())
	case "-":
		return num(-v.number())
	}
	return num(v.number())
}

func (in *interp) binary(e *binary) value {
	switch e.op {
	case "&&":
		return boolean(in.eval(e.x).boolean() && in.eval(e.y).boolean())
	case "||":
		return boolean(in.eval(e.x).boolean() || in.eval(e.y).boolean())
	case " ":
		x := in.text(e.x)
		s := x + in.text(e.y)
		in.work(len(s))
		return str(s)
	}
	x := in.eval(e.x)
	y := in.eval(e.y)
	switch e.op {
	case "<", "<=", "==", "!=", ">", ">=":
		return boolean(in.compare(e.op, x, y))
	}
	return num(in.arithmetic(e.op, x.number(), y.number()))
}

func (in *interp) compare(op string, x, y value) bool {
	order := compare(x, y, in.globals[slotCONVFMT].v.s)
	switch op {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case "==":
		return order == 0
	case "!=":
		return order != 0
	case ">":
		return order > 0
	}
	return order >= 0
}

func (in *interp) arithmetic(op string, x, y float64) float64 {
	switch op {
	case "+":
		return x + y
	case "-":
		return x - y
	case "*":
		return x * y
	case "/":
		return x / y
	case "%":
		return math.Mod(x, y)
	}
	return math.Pow(x, y)
}
