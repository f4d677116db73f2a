package depmod

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// An output makes one of the files.
type output struct {
	name string
	make func(*set) ([]byte, error)
}

var outputs = []output{
	{"modules.dep", (*set).dependencies},
	{"modules.dep.bin", (*set).dependencyIndex},
	{"modules.alias", (*set).aliases},
	{"modules.alias.bin", (*set).aliasIndex},
	{"modules.softdep", (*set).softDependencies},
	{"modules.weakdep", (*set).weakDependencies},
	{"modules.symbols", (*set).symbols},
	{"modules.symbols.bin", (*set).symbolIndex},
	{"modules.builtin.bin", (*set).builtinIndex},
	{"modules.builtin.alias.bin", (*set).builtinAliasIndex},
	{"modules.devname", (*set).deviceNames},
}

// A set is all that is known about one kernel's modules.
type set struct {
	modules []*module
	owner   map[string]*module // by exported symbol
	builtin []string           // lines of modules.builtin
	modinfo string             // content of modules.builtin.modinfo
}

func (m *module) dependencyLine() string {
	var b strings.Builder
	b.WriteString(m.path + ":")
	for _, d := range m.needs() {
		b.WriteString(" " + d.path)
	}
	return b.String()
}

func (s *set) dependencies() ([]byte, error) {
	var b strings.Builder
	for _, m := range s.modules {
		b.WriteString(m.dependencyLine() + "\n")
	}
	return []byte(b.String()), nil
}

// dependencyIndex differs from the text in one blank: a module without
// dependencies has none behind its colon in either.
func (s *set) dependencyIndex() ([]byte, error) {
	x := newIndex()
	for _, m := range s.modules {
		if err := x.add(m.name, m.dependencyLine(), m.index); err != nil {
			return nil, err
		}
	}
	return x.bytes(), nil
}

// each makes a text file of one line for each value of each module.
func (s *set) each(head, format string, values func(*module) []string, nameFirst bool) ([]byte, error) {
	var b strings.Builder
	b.WriteString(head + "\n")
	for _, m := range s.modules {
		for _, v := range values(m) {
			if nameFirst {
				fmt.Fprintf(&b, format, m.name, v)
			} else {
				fmt.Fprintf(&b, format, v, m.name)
			}
		}
	}
	return []byte(b.String()), nil
}

func (s *set) aliases() ([]byte, error) {
	return s.each("# Aliases extracted from modules themselves.", "alias %s %s\n",
		func(m *module) []string { return m.Aliases }, false)
}

func (s *set) softDependencies() ([]byte, error) {
	return s.each("# Soft dependencies extracted from modules themselves.", "softdep %s %s\n",
		func(m *module) []string { return m.Softdeps }, true)
}

func (s *set) weakDependencies() ([]byte, error) {
	return s.each("# Weak dependencies extracted from modules themselves.", "weakdep %s %s\n",
		func(m *module) []string { return m.Weakdeps }, true)
}

func (s *set) aliasIndex() ([]byte, error) {
	x := newIndex()
	for _, m := range s.modules {
		for _, alias := range m.Aliases {
			key, err := normalize(alias)
			if err != nil {
				return nil, fmt.Errorf("module %s: %w", m.name, err)
			}
			if err := x.add(key, m.name, m.index); err != nil {
				return nil, err
			}
		}
	}
	return x.bytes(), nil
}

// normalize writes dashes as underscores, except between brackets.
func normalize(alias string) (string, error) {
	out := []byte(alias)
	inside := false
	for i, c := range out {
		switch {
		case c == '[':
			inside = true
		case c == ']' && !inside:
			return "", fmt.Errorf("alias %q: bracket without partner", alias)
		case c == ']':
			inside = false
		case c == '-' && !inside:
			out[i] = '_'
		}
	}
	if inside {
		return "", fmt.Errorf("alias %q: bracket without partner", alias)
	}
	return string(out), nil
}

func (s *set) symbols() ([]byte, error) {
	var b strings.Builder
	b.WriteString("# Aliases for symbols, used by symbol_request().\n")
	for _, name := range slices.Sorted(maps.Keys(s.owner)) {
		fmt.Fprintf(&b, "alias symbol:%s %s\n", name, s.owner[name].name)
	}
	return []byte(b.String()), nil
}

func (s *set) symbolIndex() ([]byte, error) {
	x := newIndex()
	for _, name := range slices.Sorted(maps.Keys(s.owner)) {
		if err := x.add("symbol:"+name, s.owner[name].name, s.owner[name].index); err != nil {
			return nil, err
		}
	}
	return x.bytes(), nil
}

func (s *set) builtinIndex() ([]byte, error) {
	x := newIndex()
	for _, line := range s.builtin {
		if err := x.add(moduleName(line), "", 0); err != nil {
			return nil, err
		}
	}
	return x.bytes(), nil
}

// builtinAliasIndex reads modules.builtin.modinfo: strings MODULE.KEY=VALUE
// ended by NUL.
func (s *set) builtinAliasIndex() ([]byte, error) {
	x := newIndex()
	for entry := range strings.SplitSeq(s.modinfo, "\x00") {
		name, rest, _ := strings.Cut(entry, ".")
		alias, ok := strings.CutPrefix(rest, "alias=")
		if !ok {
			continue
		}
		key, err := normalize(alias)
		if err != nil {
			return nil, fmt.Errorf("modules.builtin.modinfo: %s: %w", name, err)
		}
		if err := x.add(key, name, 0); err != nil {
			return nil, err
		}
	}
	return x.bytes(), nil
}

// deviceNames lists the modules that want a device node before they are loaded.
// Of several devname or number aliases the last before both are known counts.
func (s *set) deviceNames() ([]byte, error) {
	var b strings.Builder
	for _, m := range s.modules {
		line, ok := m.deviceNode()
		if !ok {
			continue
		}
		if b.Len() == 0 {
			b.WriteString("# Device nodes to trigger on-demand module loading.\n")
		}
		b.WriteString(line)
	}
	return []byte(b.String()), nil
}

func (m *module) deviceNode() (line string, ok bool) {
	var name, number string
	for _, alias := range m.Aliases {
		var major, minor uint
		if n, ok := strings.CutPrefix(alias, "devname:"); ok {
			name = n
		} else if k, _ := fmt.Sscanf(alias, "char-major-%d-%d", &major, &minor); k == 2 {
			number = fmt.Sprintf("c%d:%d", major, minor)
		} else if k, _ := fmt.Sscanf(alias, "block-major-%d-%d", &major, &minor); k == 2 {
			number = fmt.Sprintf("b%d:%d", major, minor)
		}
		if name != "" && number != "" {
			return fmt.Sprintf("%s %s %s\n", m.name, name, number), true
		}
	}
	return "", false
}
