package shell

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// array returns the array called name, which it makes if there is none.
func (s *shell) array(name string) (*list, error) {
	v := s.vars[name]
	if v.flags&readOnly != 0 {
		return nil, s.fail("%s: readonly variable", name)
	}
	if v.list == nil {
		v.list = &list{items: map[string]string{}}
		if v.isSet {
			v.list.set("0", v.value)
		}
		v.isSet, v.value = false, ""
		s.vars[name] = v
	}
	return v.list, nil
}

// key evaluates the subscript of an element of the array called name.
func (s *shell) key(name string, index syntax.ArithmExpr) (string, error) {
	l := s.vars[name].list
	if l != nil && l.assoc {
		if w, ok := index.(*syntax.Word); ok {
			return s.text(w)
		}
		text, err := s.arithmeticText(index)
		return strings.ReplaceAll(text, " ", ""), err
	}
	n, err := s.number(index)
	if err != nil {
		return "", err
	}
	return s.indexed(name, n)
}

// indexed turns a number into a key; a negative one counts from the end.
func (s *shell) indexed(name string, n int64) (string, error) {
	if l := s.vars[name].list; n < 0 && l != nil {
		n += l.end
	}
	if n < 0 {
		s.warn("%s: bad array subscript", name)
		return "", &jump{kind: failed, status: 1}
	}
	return strconv.FormatInt(n, 10), nil
}

// whole returns "@" or "*" if index is that.
func wholeIndex(index syntax.ArithmExpr) string {
	if w, ok := index.(*syntax.Word); ok {
		if text := w.Lit(); text == "@" || text == "*" {
			return text
		}
	}
	return ""
}

// assignBash does the assignments that only bash has.
func (s *shell) assignBash(a *syntax.Assign, flags varFlags) error {
	name := a.Name.Value
	switch {
	case a.Array != nil:
		if err := s.assignArray(name, a.Array, a.Append); err != nil {
			return err
		}
	case a.Index != nil:
		key, err := s.key(name, a.Index)
		if err != nil {
			return err
		}
		value, err := s.assignedText(a)
		if err != nil {
			return err
		}
		if err := s.setKey(name, key, value, a.Append); err != nil {
			return err
		}
	default:
		value, err := s.assignedText(a)
		if err != nil {
			return err
		}
		if err := s.appendTo(name, value); err != nil {
			return err
		}
	}
	s.addFlags(name, flags)
	return nil
}

func (s *shell) assignedText(a *syntax.Assign) (string, error) {
	if a.Value == nil {
		return "", nil
	}
	return s.assignmentText(a.Value)
}

// appendTo does name+=value.
func (s *shell) appendTo(name, value string) error {
	old, _ := s.get(name)
	if s.vars[name].flags&integer != 0 {
		return s.set(name, "("+old+"+0)+("+value+")")
	}
	return s.set(name, old+value)
}

// setKey sets one element.
func (s *shell) setKey(name, key, value string, add bool) error {
	l, err := s.array(name)
	if err != nil {
		return err
	}
	if flags := s.vars[name].flags; flags&(integer|lower|upper) != 0 {
		if value, err = s.convert(flags, value); err != nil {
			return err
		}
	}
	if add {
		value = l.items[key] + value
	}
	if err := s.in.step(1 + len(value)/256); err != nil {
		return s.at(err)
	}
	l.set(key, value)
	return nil
}

// assignArray does name=(...).
func (s *shell) assignArray(name string, a *syntax.ArrayExpr, add bool) error {
	type element struct{ key, value string }
	var elements []element
	for _, e := range a.Elems {
		if e.Index != nil {
			key, err := s.key(name, e.Index)
			if err != nil {
				return err
			}
			value, err := s.assignedText(&syntax.Assign{Value: e.Value})
			if err != nil {
				return err
			}
			elements = append(elements, element{key, value})
			continue
		}
		values, err := s.fields([]*syntax.Word{e.Value})
		if err != nil {
			return err
		}
		for _, v := range values {
			elements = append(elements, element{"", v})
		}
	}
	l, err := s.array(name)
	if err != nil {
		return err
	}
	if !add {
		l.clear()
	}
	next := l.next()
	for _, e := range elements {
		if e.key == "" {
			e.key = next
		}
		if err := s.setKey(name, e.key, e.value, false); err != nil {
			return err
		}
		n, _ := strconv.ParseInt(e.key, 10, 64)
		next = strconv.FormatInt(n+1, 10)
	}
	return nil
}

// element returns the value of a name that may carry a subscript, as "a[1]".
func (s *shell) element(name string) (string, bool) {
	base, key, ok := strings.Cut(strings.TrimSuffix(name, "]"), "[")
	if !ok {
		return s.parameter(name)
	}
	if l := s.vars[base].list; l != nil {
		if key == "@" || key == "*" {
			return strings.Join(l.values(), " "), len(l.items) > 0
		}
		return l.get(key)
	}
	if key == "0" {
		return s.get(base)
	}
	return "", false
}

// setElement sets a variable whose name may carry an evaluated subscript.
func (s *shell) setElement(name, value string) error {
	base, key, ok := strings.Cut(strings.TrimSuffix(name, "]"), "[")
	if !syntax.ValidName(base) {
		return s.fail("%s: not a valid identifier", name)
	}
	if !ok {
		return s.set(name, value)
	}
	return s.setKey(base, key, value, false)
}

// unsetBash removes what only bash has: elements, and a function if there is no
// variable of that name.
func (s *shell) unsetBash(name string, variables bool) (bool, error) {
	if base, rest, ok := strings.Cut(name, "["); ok {
		l := s.vars[base].list
		if l == nil || s.vars[base].flags&readOnly != 0 {
			return true, nil
		}
		key := strings.TrimSuffix(rest, "]")
		if key == "@" || key == "*" {
			return true, s.unset(base)
		}
		if !l.assoc {
			n, err := s.evaluate(key)
			if err != nil {
				return true, err
			}
			if key, err = s.indexed(base, n); err != nil {
				return true, err
			}
		}
		l.remove(key)
		return true, nil
	}
	if _, isVar := s.vars[name]; !isVar && !variables && s.funcs[name] != nil {
		delete(s.funcs, name)
		return true, nil
	}
	return false, nil
}
