package shell

import (
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// A variable has a value or, after "export x" or "local x", only attributes.
type variable struct {
	value string
	isSet bool
	flags varFlags
	list  *list // bash: an array
}

type varFlags byte

const (
	exported varFlags = 1 << iota
	readOnly
	integer // bash
	lower   // bash
	upper   // bash
)

// importEnvironment sets the variables a new shell starts with.
func (s *shell) importEnvironment(env map[string]string) {
	for name, value := range env {
		if syntax.ValidName(name) {
			s.vars[name] = variable{value: value, isSet: true, flags: exported}
		}
	}
	plain := func(name, value string) {
		s.vars[name] = variable{value: value, isSet: true, flags: s.vars[name].flags}
	}
	plain("IFS", " \t\n")
	plain("OPTIND", "1")
	plain("PPID", strconv.Itoa(parentPID))
	plain("PWD", s.proc.Dir)
	if _, ok := s.vars["PATH"]; !ok {
		plain("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
	}
	for name, value := range map[string]string{"PS1": "# ", "PS2": "> ", "PS4": "+ "} {
		if _, ok := s.vars[name]; !ok {
			plain(name, value)
		}
	}
	if s.bash {
		s.importBash(plain)
	}
}

// environment returns the exported variables.
func (s *shell) environment() map[string]string {
	env := map[string]string{}
	for name, v := range s.vars {
		if v.flags&exported != 0 && v.isSet && v.list == nil {
			env[name] = v.value
		}
	}
	return env
}

// get returns the value of a variable.
func (s *shell) get(name string) (string, bool) {
	if v, ok := s.vars[name]; ok && (v.isSet || v.list != nil) {
		if v.list != nil {
			return v.list.get("0")
		}
		return v.value, true
	}
	return "", false
}

// set assigns to a variable; a read-only one is a failure.
func (s *shell) set(name, value string) error {
	v := s.vars[name]
	if v.flags&readOnly != 0 {
		return s.fail("%s: is read only", name)
	}
	if len(value) > maxValue {
		return s.at(errEndless)
	}
	if err := s.in.step(len(value) / 256); err != nil {
		return s.at(err)
	}
	if s.opts.allexport {
		v.flags |= exported
	}
	if v.flags&(integer|lower|upper) != 0 {
		var err error
		if value, err = s.convert(v.flags, value); err != nil {
			return err
		}
	}
	if v.list != nil {
		v.list.set("0", value)
		return nil
	}
	v.value, v.isSet = value, true
	s.vars[name] = v
	if name == "OPTIND" {
		s.resetOptions(value)
	}
	return nil
}

// unset removes a variable and its attributes.
func (s *shell) unset(name string) error {
	if s.vars[name].flags&readOnly != 0 {
		return s.fail("unset: %s: is read only", name)
	}
	delete(s.vars, name)
	return nil
}

// assign does name=value, adding flags.
func (s *shell) assign(a *syntax.Assign, flags varFlags) error {
	name := a.Name.Value
	if s.bash && (a.Array != nil || a.Index != nil || a.Append) {
		return s.assignBash(a, flags)
	}
	value := ""
	if a.Value != nil {
		var err error
		if value, err = s.assignmentText(a.Value); err != nil {
			return err
		}
	}
	if err := s.set(name, value); err != nil {
		return err
	}
	s.addFlags(name, flags)
	return nil
}

// assignAll does several assignments in order.
func (s *shell) assignAll(list []*syntax.Assign, flags varFlags) error {
	for _, a := range list {
		if err := s.assign(a, flags); err != nil {
			return err
		}
	}
	return nil
}

func (s *shell) addFlags(name string, flags varFlags) {
	if flags != 0 {
		v := s.vars[name]
		v.flags |= flags
		s.vars[name] = v
	}
}

// sorted lists the variables with all the given flags.
func (s *shell) sorted(flags varFlags) []string {
	var names []string
	for name, v := range s.vars {
		if v.flags&flags == flags {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// quote writes a value so that the shell reads it back, as dash does.
func quote(value string) string {
	var b strings.Builder
	for {
		plain, rest, found := strings.Cut(value, "'")
		if plain != "" || !found && b.Len() == 0 {
			b.WriteString("'" + plain + "'")
		}
		if !found {
			return b.String()
		}
		n := 1
		for strings.HasPrefix(rest, "'") {
			rest, n = rest[1:], n+1
		}
		b.WriteString(`"` + strings.Repeat("'", n) + `"`)
		if value = rest; value == "" {
			return b.String()
		}
	}
}
