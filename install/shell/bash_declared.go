package shell

import (
	"maps"
	"slices"
	"strings"

	"coen/install/proc"
)

// prepare makes a variable local and an array before it gets its value.
func (s *shell) prepare(d *declaration, name string) error {
	if d.local && !d.global {
		sc := s.scope()
		if _, done := sc.old[name]; !done {
			s.makeLocal(sc, name)
			s.vars[name] = variable{flags: s.vars[name].flags &^ (readOnly | integer | lower | upper)}
		}
	}
	v := s.vars[name]
	v.flags |= d.add &^ readOnly
	if (d.array || d.assoc) && v.list == nil {
		v.list = &list{assoc: d.assoc, items: map[string]string{}}
		if v.isSet {
			v.list.set("0", v.value)
		}
	}
	s.vars[name] = v
	return nil
}

func (s *shell) finishDeclaration(d *declaration, name string) {
	v := s.vars[name]
	v.flags |= d.add
	v.flags &^= d.remove &^ readOnly
	s.vars[name] = v
}

// listDeclared prints variables or functions.
func (s *shell) listDeclared(d *declaration, command string) error {
	switch {
	case d.functions:
		for _, name := range slices.Sorted(maps.Keys(s.funcs)) {
			s.printf("declare -f %s\n", name)
		}
	case command == "export" || command == "readonly":
		for _, name := range s.sorted(d.add) {
			v := s.vars[name]
			flags := ""
			if v.flags&readOnly != 0 {
				flags += "r"
			}
			if v.flags&exported != 0 {
				flags += "x"
			}
			if v.list != nil {
				continue
			}
			if v.isSet {
				s.printf("declare -%s %s=\"%s\"\n", flags, name, escapeDouble(v.value))
			} else {
				s.printf("declare -%s %s\n", flags, name)
			}
		}
	default:
		return &proc.Unmodelled{What: command + " without names"}
	}
	return nil
}

func escapeDouble(v string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "$", `\$`, "`", "\\`").Replace(v)
}
