package shell

import (
	"maps"
)

// A scope remembers what a function's local variables hid.
type scope struct {
	old         map[string]*variable // nil: there was none
	opts        *options             // after "local -"
	transparent bool                 // belongs to assignments before a command
}

func cloneScopes(scopes []*scope) []*scope {
	out := make([]*scope, len(scopes))
	for i, sc := range scopes {
		c := *sc
		c.old = maps.Clone(sc.old)
		out[i] = &c
	}
	return out
}

// makeLocal saves name in sc, to be restored when the function ends. The
// variable keeps its value, as dash does.
func (s *shell) makeLocal(sc *scope, name string) {
	if _, done := sc.old[name]; done {
		return
	}
	v, ok := s.vars[name]
	if !ok {
		sc.old[name] = nil
		return
	}
	if v.list != nil {
		old := v
		old.list = v.list.clone()
		sc.old[name] = &old
		return
	}
	sc.old[name] = &v
}

// leaveScope undoes the innermost scope.
func (s *shell) leaveScope() {
	last := len(s.locals) - 1
	sc := s.locals[last]
	s.locals = s.locals[:last:last]
	for name, v := range sc.old {
		if v == nil {
			delete(s.vars, name)
		} else {
			s.vars[name] = *v
		}
		if name == "OPTIND" {
			s.resetOptions(s.vars[name].value)
		}
	}
	if sc.opts != nil {
		s.opts = *sc.opts
	}
}
