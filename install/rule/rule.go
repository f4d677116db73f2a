// Package rule carries out what a recipe asks of the tree beyond its packages:
// password fields, files, links, directories and units. Each path written is
// signed with the recipe's name and the rule's place in it.
package rule

import (
	"bytes"
	"fmt"
	"path"
	"strings"

	"coen/install/proc"
	"coen/recipe"
	"coen/tree"
)

// Apply carries out the rules of r in the order passwords, files, units. The
// packages must be installed: units are enabled by the machine's systemctl.
func Apply(m *proc.Machine, r *recipe.Recipe) error {
	a := applier{m, r, m.Tree}
	defer a.tree.By(a.tree.Author())
	for _, step := range []func() error{a.passwords, a.files, a.units} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

type applier struct {
	machine *proc.Machine
	recipe  *recipe.Recipe
	tree    *tree.Tree
}

// at signs what follows with a place in the recipe, and returns the place for
// errors.
func (a applier) at(format string, args ...any) string {
	place := fmt.Sprintf(format, args...)
	a.tree.By(tree.Author{Kind: tree.ByRule, Name: a.recipe.Name, Detail: place})
	return place
}

func (a applier) passwords() error {
	for i, p := range a.recipe.Passwords {
		at := a.at("passwords[%d]", i)
		if err := a.setPassword(p.Account, p.Field); err != nil {
			return fmt.Errorf("%s: %w", at, err)
		}
	}
	return nil
}

func (a applier) setPassword(account, field string) error {
	const file = "/etc/shadow"
	data, err := a.tree.ReadFile(file)
	if err != nil {
		return err
	}
	lines := bytes.SplitAfter(data, []byte("\n"))
	for i, line := range lines {
		fields := strings.Split(string(line), ":")
		if fields[0] == account && len(fields) > 2 {
			fields[1] = field
			lines[i] = []byte(strings.Join(fields, ":"))
			return a.tree.WriteFile(file, bytes.Join(lines, nil), 0o640)
		}
	}
	return fmt.Errorf("%s has no account %s", file, account)
}

func (a applier) files() error {
	for i, f := range a.recipe.Files {
		at := a.at("files[%d]", i)
		if err := a.file(f); err != nil {
			return fmt.Errorf("%s: %w", at, err)
		}
	}
	return nil
}

func (a applier) file(f recipe.File) error {
	if err := a.tree.MkdirAll(path.Dir(f.Path), 0o755); err != nil {
		return err
	}
	if f.Directory {
		if err := a.tree.MkdirAll(f.Path, 0o755); err != nil {
			return err
		}
		return a.tree.Chmod(f.Path, orDefault(f.Mode, 0o755))
	}
	n := &tree.Node{ModTime: a.tree.Epoch()}
	if f.Link != "" {
		n.Kind, n.Mode, n.Target = tree.Symlink, 0o777, f.Link
	} else {
		n.Kind, n.Mode, n.Content = tree.Regular, orDefault(f.Mode, 0o644), tree.Bytes([]byte(*f.Content))
	}
	return a.tree.Put(f.Path, n)
}

func orDefault(m recipe.Mode, otherwise uint32) uint32 {
	if m == 0 {
		return otherwise
	}
	return uint32(m)
}

func (a applier) units() error {
	u := a.recipe.Units
	for _, step := range []struct {
		verb  string
		names []string
	}{{"enable", u.Enable}, {"disable", u.Disable}, {"mask", u.Mask}} {
		for i, name := range step.names {
			at := a.at("units: %s[%d]", step.verb, i)
			if err := a.systemctl(step.verb, name); err != nil {
				return fmt.Errorf("%s: %w", at, err)
			}
		}
	}
	if u.Default == "" {
		return nil
	}
	at := a.at("units: default")
	if err := a.systemctl("set-default", u.Default); err != nil {
		return fmt.Errorf("%s: %w", at, err)
	}
	return nil
}

// systemctl runs systemctl as it runs in a directory where nothing is booted.
func (a applier) systemctl(verb, unit string) error {
	var stderr bytes.Buffer
	p := &proc.Proc{
		Machine: a.machine,
		Args:    []string{"systemctl", verb, unit},
		Env:     map[string]string{"PATH": "/usr/sbin:/usr/bin", "LC_ALL": "C"},
		Dir:     "/",
		Umask:   0o022,
		Files:   map[int]*proc.File{1: {W: &stderr}, 2: {W: &stderr}},
	}
	status, err := p.Run()
	if err != nil {
		return err
	}
	if status != 0 {
		return fmt.Errorf("systemctl %s %s: status %d: %s", verb, unit, status, bytes.TrimSpace(stderr.Bytes()))
	}
	return nil
}
