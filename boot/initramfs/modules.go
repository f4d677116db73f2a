package initramfs

import (
	"bufio"
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"

	"coen/boot/handoff"
	"coen/tree"
)

// always are the modules loaded at every start; the others wait for a device
// that asks for them.
var always = []string{"loop", "dm_verity", "isofs", "squashfs", "overlay"}

// moduleSet is what depmod's files say about the modules of one kernel.
type moduleSet struct {
	dir     string              // "/usr/lib/modules/6.12.1-amd64"
	files   map[string]string   // name → path below dir
	needs   map[string][]string // name → names, nearest first, as in modules.dep
	aliases map[string][]string // name → patterns
	builtin map[string]bool     // names of modules inside the kernel
}

// moduleName turns a file's path into the name the kernel knows it by.
func moduleName(file string) string {
	base, _, _ := strings.Cut(path.Base(file), ".ko")
	return strings.ReplaceAll(base, "-", "_")
}

func readModules(t *tree.Tree, version string) (*moduleSet, error) {
	s := &moduleSet{
		dir:     "/usr/lib/modules/" + version,
		files:   map[string]string{},
		needs:   map[string][]string{},
		aliases: map[string][]string{},
		builtin: map[string]bool{},
	}
	err := lines(t, s.dir+"/modules.dep", func(line string) {
		file, deps, _ := strings.Cut(line, ":")
		name := moduleName(file)
		s.files[name] = file
		for dep := range strings.FieldsSeq(deps) {
			s.needs[name] = append(s.needs[name], moduleName(dep))
		}
	})
	if err != nil {
		return nil, err
	}
	err = lines(t, s.dir+"/modules.alias", func(line string) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "alias" {
			s.aliases[f[2]] = append(s.aliases[f[2]], f[1])
		}
	})
	if err != nil {
		return nil, err
	}
	return s, lines(t, s.dir+"/modules.builtin", func(line string) { s.builtin[moduleName(line)] = true })
}

func lines(t *tree.Tree, file string, f func(string)) error {
	data, err := t.ReadFile(file)
	if err != nil {
		return err
	}
	sc := bufio.NewScanner(bytes.NewReader(data))
	for sc.Scan() {
		if line := sc.Text(); line != "" && line[0] != '#' {
			f(line)
		}
	}
	return sc.Err()
}

// choose returns the named modules and all they need, each after its needs.
func (s *moduleSet) choose(names []string) ([]handoff.Module, error) {
	var chosen []handoff.Module
	done := map[string]bool{}
	var add func(name string) error
	add = func(name string) error {
		if done[name] || s.builtin[name] {
			return nil
		}
		done[name] = true
		file, ok := s.files[name]
		if !ok {
			return fmt.Errorf("kernel module %q is not in %s", name, s.dir)
		}
		needs := slices.Clone(s.needs[name])
		// modules.dep lists the nearest first; loading goes the other way.
		slices.Reverse(needs)
		for _, need := range needs {
			if err := add(need); err != nil {
				return err
			}
		}
		chosen = append(chosen, handoff.Module{
			Name:    name,
			File:    "/modules/" + path.Base(file),
			Needs:   slices.DeleteFunc(needs, func(n string) bool { return s.builtin[n] }),
			Aliases: s.aliases[name],
			Always:  slices.Contains(always, name),
		})
		return nil
	}
	for _, name := range slices.Concat(always, names) {
		if err := add(strings.ReplaceAll(name, "-", "_")); err != nil {
			return nil, err
		}
	}
	return chosen, nil
}
