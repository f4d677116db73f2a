package pam

import (
	"regexp"
	"slices"
	"strings"

	"coen/tree"
)

// changes are how the files in use differ from what was last written: options
// that were added to, or removed from, modules.
type changes struct {
	profiles []string // whose modules are in use
	added    map[string]options
	removed  map[string]options
}

// options are sets of options by module line, for one stack.
type options map[string]map[string]bool

func (o options) add(module, option string) {
	if o[module] == nil {
		o[module] = map[string]bool{}
	}
	o[module][option] = true
}

// The lines that bound the managed blocks.
const (
	primaryMark    = `# here are the per-package modules (the "Primary" block)`
	fallbackMark   = `# here's the fallback if no module succeeds`
	additionalMark = `# and here are more per-package modules (the "Additional" block)`
	endMark        = `# end of pam-auth-update config`
)

var (
	jump       = regexp.MustCompile(`(\[[^0-9]*)[0-9]+(.*\])`)
	jumpEnd    = regexp.MustCompile(`(\[.*)end(.*\])`)
	moduleLine = regexp.MustCompile(`^((?:\[[^]]+\]|\w+)\s+\S+)\s*(.*)`)
)

// A savedLine is a module line as it was last written.
type savedLine struct{ profile, line string }

// readChanges compares the files with what was saved. It is nil if they cannot
// be compared: nothing was saved, or more than options was changed.
func readChanges(t *tree.Tree) *changes {
	c := &changes{added: map[string]options{}, removed: map[string]options{}}
	for _, kind := range kinds {
		c.added[kind], c.removed[kind] = options{}, options{}
		saved, err := t.ReadFile(saveDir + "/" + kind)
		if err != nil {
			return nil
		}
		current, err := t.ReadFile(confDir + "/common-" + kind)
		if err != nil || !c.compare(kind, parseSaved(string(saved)), string(current)) {
			return nil
		}
	}
	return c
}

func parseSaved(data string) []savedLine {
	var lines []savedLine
	name := ""
	for line := range strings.Lines(data) {
		line = strings.TrimSuffix(line, "\n")
		if n, ok := strings.CutPrefix(line, "Module: "); ok {
			name = n
			continue
		}
		line = jumpEnd.ReplaceAllString(jump.ReplaceAllString(line, "$1$2"), "$1$2")
		lines = append(lines, savedLine{name, line})
	}
	return lines
}

// compare matches the managed lines of one file with the saved ones, in order.
func (c *changes) compare(kind string, saved []savedLine, current string) bool {
	prefix := regexp.MustCompile(`^` + strings.TrimSuffix(kind, "-noninteractive") + `\s+`)
	state := 0
	for line := range strings.Lines(current) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case state == 0 && strings.HasPrefix(line, primaryMark),
			state == 1 && strings.HasPrefix(line, fallbackMark),
			state == 2 && strings.HasPrefix(line, additionalMark):
			state++
			continue
		case state == 0 || state == 2:
			continue
		case state == 3 && strings.HasPrefix(line, endMark):
			return true
		}
		line = jump.ReplaceAllString(prefix.ReplaceAllString(line, ""), "$1$2")
		var ok bool
		if saved, ok = c.match(kind, saved, line); !ok {
			return false
		}
	}
	return state == 3
}

// match looks for the saved line of the same module and notes how the options
// differ.
func (c *changes) match(kind string, saved []savedLine, line string) ([]savedLine, bool) {
	for len(saved) > 0 {
		s := saved[0]
		saved = saved[1:]
		m := moduleLine.FindStringSubmatch(s.line)
		if m == nil {
			continue
		}
		rest, ok := strings.CutPrefix(line, m[1])
		if !ok {
			continue
		}
		c.profiles = append(c.profiles, s.profile)
		before, now := strings.Fields(m[2]), strings.Fields(rest)
		for _, o := range now {
			if i := slices.Index(before, o); i >= 0 {
				before = slices.Delete(before, i, i+1)
			} else {
				c.added[kind].add(m[1], o)
			}
		}
		for _, o := range before {
			c.removed[kind].add(m[1], o)
		}
		return saved, true
	}
	return nil, false
}
