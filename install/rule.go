package install

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"coen/install/dpkg"
	"coen/install/proc"
)

// A Rule answers for a command that a maintainer script calls, or for the whole
// script, in place of a model.
type Rule struct {
	// Package is the name of the package; it may have wildcards, as in
	// "linux-image-*".
	Package string
	Script  string // "preinst", "postinst"
	// Command is the command answered for: its name, or name and first
	// arguments separated by blanks ("udevadm trigger"). Empty stands for the
	// whole script, which then does not run.
	Command string
	Status  int    // exit status to answer with, 0 to 255
	Reason  string // why this is right
}

func (r Rule) String() string {
	if r.Command == "" {
		return fmt.Sprintf("rule for %s of %s", r.Script, r.Package)
	}
	return fmt.Sprintf("rule for %q in %s of %s", r.Command, r.Script, r.Package)
}

// matches reports whether the rule answers for a command of a script.
func (r Rule) matches(p *dpkg.Package, script string, args []string, file string) bool {
	if p == nil || r.Script != script || len(args) == 0 {
		return false
	}
	if ok, err := path.Match(r.Package, p.Name); !ok || err != nil {
		return false
	}
	if r.Command == "" {
		return path.Dir(file) == "/var/lib/dpkg/info" && path.Ext(file) == "."+script ||
			file == "/var/lib/dpkg/tmp.ci/"+script
	}
	words := strings.Fields(r.Command)
	if len(args) < len(words) || !slices.Equal(args[1:len(words)], words[1:]) {
		return false
	}
	return words[0] == args[0] || words[0] == file || words[0] == path.Base(args[0])
}

// rules keeps track of which rules were of use.
type rules struct {
	list []Rule
	used []bool
}

func newRules(list []Rule) (*rules, error) {
	for i, r := range list {
		switch {
		case r.Package == "" || r.Script == "":
			return nil, fmt.Errorf("%s: no package or no script", r)
		case r.Reason == "":
			return nil, fmt.Errorf("%s: no reason", r)
		case r.Status < 0 || r.Status > 255:
			return nil, fmt.Errorf("%s: status %d is not one", r, r.Status)
		case slices.ContainsFunc(list[:i], func(o Rule) bool {
			return o.Package == r.Package && o.Script == r.Script && o.Command == r.Command
		}):
			return nil, fmt.Errorf("%s: there are two", r)
		}
	}
	return &rules{list, make([]bool, len(list))}, nil
}

// answer returns the status of the first rule that matches.
func (r *rules) answer(p *dpkg.Package, script string, args []string, file string) (int, bool) {
	for i, rule := range r.list {
		if rule.matches(p, script, args, file) {
			r.used[i] = true
			return rule.Status, true
		}
	}
	return 0, false
}

// idle is an error if rules were of no use.
func (r *rules) idle() error {
	var errs []error
	for i, rule := range r.list {
		if !r.used[i] {
			errs = append(errs, fmt.Errorf("%s: never needed", rule))
		}
	}
	return errors.Join(errs...)
}

// hint adds to an error about an unmodelled command how a recipe can answer it.
func hint(err error, call []string) error {
	var script *dpkg.ScriptError
	var unmodelled *proc.Unmodelled
	if !errors.As(err, &script) || !errors.As(err, &unmodelled) || len(call) == 0 {
		return err
	}
	return fmt.Errorf("%w\n  the recipe can answer this with a script rule: package %q, script %q, command %q, a status and a reason",
		err, script.Package.Name, script.Script, call[0])
}
