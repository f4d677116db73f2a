package shell

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"coen/install/proc"
)

// A list is an array of bash. Its keys are decimal numbers, or any text if it
// is associative.
type list struct {
	assoc bool
	items map[string]string
	end   int64 // one more than the largest index ever set
}

func (l *list) clone() *list { return &list{l.assoc, maps.Clone(l.items), l.end} }

func (l *list) get(key string) (string, bool) {
	value, ok := l.items[key]
	return value, ok
}

func (l *list) set(key, value string) {
	l.items[key] = value
	if n, err := strconv.ParseInt(key, 10, 64); err == nil && !l.assoc && n < math.MaxInt64 {
		l.end = max(l.end, n+1)
	}
}

func (l *list) remove(key string) {
	delete(l.items, key)
	for l.end > 0 && len(l.items) > 0 {
		if _, ok := l.items[strconv.FormatInt(l.end-1, 10)]; ok {
			return
		}
		keys := l.keys()
		l.end, _ = strconv.ParseInt(keys[len(keys)-1], 10, 64)
		l.end++
	}
	l.end = 0
}

func (l *list) clear() {
	clear(l.items)
	l.end = 0
}

// keys returns the keys in order: those of an associative array in byte order,
// where bash has the order of its hash table.
func (l *list) keys() []string {
	keys := slices.Collect(maps.Keys(l.items))
	if l.assoc {
		slices.Sort(keys)
		return keys
	}
	slices.SortFunc(keys, func(a, b string) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	})
	return keys
}

func (l *list) values() []string {
	keys := l.keys()
	for i, key := range keys {
		keys[i] = l.items[key]
	}
	return keys
}

// next returns the key behind the last one.
func (l *list) next() string { return strconv.FormatInt(l.end, 10) }

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

// convert applies the attributes of declare -i, -l and -u to a value.
func (s *shell) convert(flags varFlags, value string) (string, error) {
	switch {
	case flags&integer != 0:
		n, err := s.evaluate(value)
		return strconv.FormatInt(n, 10), err
	case flags&lower != 0:
		return mapBytes(value, toLower), nil
	}
	return mapBytes(value, toUpper), nil
}

func toLower(b byte) byte {
	if isUpper(b) {
		return b | 0x20
	}
	return b
}

func toUpper(b byte) byte {
	if isLower(b) {
		return b &^ 0x20
	}
	return b
}

func mapBytes(s string, f func(byte) byte) string {
	out := []byte(s)
	for i, b := range out {
		out[i] = f(b)
	}
	return string(out)
}

// changing names the variables whose value differs from run to run.
var changing = map[string]bool{
	"RANDOM": true, "SRANDOM": true, "EPOCHREALTIME": true, "BASHPID": true,
}

// bashSubject finds what an expansion of bash is about.
func (e *expander) bashSubject(p *syntax.ParamExp) (*subject, error) {
	s, name := e.s, p.Param.Value
	if changing[name] && !s.vars[name].isSet {
		return nil, &proc.Unmodelled{What: "$" + name}
	}
	switch {
	case p.Excl && p.Names != 0:
		return s.namesSubject(name, p.Names), nil
	case p.Excl && p.Index != nil && wholeIndex(p.Index) != "":
		x := s.arraySubject(name, wholeIndex(p.Index))
		x.values = x.keys()
		return x, nil
	case p.Index != nil && wholeIndex(p.Index) != "":
		return s.arraySubject(name, wholeIndex(p.Index)), nil
	case p.Index != nil:
		key, err := s.key(name, p.Index)
		if err != nil {
			return nil, err
		}
		full := name + "[" + key + "]"
		value, ok := s.elementOf(name, key)
		return &subject{name: full, values: []string{value}, isSet: ok}, nil
	case p.Excl:
		return s.indirect(name)
	}
	if name == "LINENO" {
		return &subject{name: name, values: []string{strconv.Itoa(s.line)}, isSet: true}, nil
	}
	if s.dynamicList(name) != nil {
		value, ok := s.elementOf(name, "0")
		return &subject{name: name, values: []string{value}, isSet: ok}, nil
	}
	return s.named(name), nil
}

// elementOf returns an element of an array or of a plain variable.
func (s *shell) elementOf(name, key string) (string, bool) {
	l := s.dynamicList(name)
	if l == nil {
		l = s.vars[name].list
	}
	if l != nil {
		return l.get(key)
	}
	if key == "0" {
		return s.get(name)
	}
	return "", false
}

// dynamicList returns the arrays that bash keeps about calls and pipelines.
func (s *shell) dynamicList(name string) *list {
	l := &list{items: map[string]string{}}
	switch name {
	case "PIPESTATUS":
		for i, status := range s.pipeStatus {
			l.set(strconv.Itoa(i), strconv.Itoa(status))
		}
		return l
	case "FUNCNAME", "BASH_SOURCE":
	default:
		return nil
	}
	for i := len(s.callers) - 1; i >= 0; i-- {
		value := s.callers[i].name
		if name == "BASH_SOURCE" {
			value = s.callers[i].file
		}
		l.set(l.next(), value)
	}
	switch {
	case s.opts.command:
	case name == "BASH_SOURCE":
		l.set(l.next(), s.name)
	case len(l.items) > 0:
		l.set(l.next(), "main")
	}
	return l
}

// arraySubject is all of an array; a plain variable is an array of one.
func (s *shell) arraySubject(name, many string) *subject {
	x := &subject{name: name, many: many, list: s.vars[name].list}
	if l := s.dynamicList(name); l != nil {
		x.list = l
	}
	if x.list == nil {
		x.list = &list{items: map[string]string{}}
		if value, ok := s.get(name); ok {
			x.list.set("0", value)
		}
	}
	x.values = x.list.values()
	x.isSet = len(x.values) > 0
	return x
}

func (x *subject) keys() []string { return x.list.keys() }

// namesSubject is ${!prefix*}.
func (s *shell) namesSubject(prefix string, op syntax.ParNamesOperator) *subject {
	x := &subject{name: prefix, many: "*", isSet: true}
	if op == syntax.NamesPrefixWords {
		x.many = "@"
	}
	for _, name := range slices.Sorted(maps.Keys(s.vars)) {
		if _, set := s.get(name); set && strings.HasPrefix(name, prefix) {
			x.values = append(x.values, name)
		}
	}
	return x
}

// indirect is ${!name}: the parameter that name's value names.
func (s *shell) indirect(name string) (*subject, error) {
	target, ok := s.parameter(name)
	base, rest, subscript := strings.Cut(target, "[")
	switch {
	case !ok || target == "":
		return nil, s.fail("%s: invalid indirect expansion", name)
	case target == "@" || target == "*" || isUnsigned(target) || strings.ContainsAny(target, "#?$!-") && len(target) == 1:
		return s.named(target), nil
	case !syntax.ValidName(base):
		return nil, s.fail("%s: invalid variable name", target)
	case subscript && (rest == "@]" || rest == "*]"):
		return s.arraySubject(base, rest[:1]), nil
	}
	value, ok := s.element(target)
	return &subject{name: target, values: []string{value}, isSet: ok}, nil
}
