package pam

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"coen/tree"
)

// profileDir is where packages put their profiles.
const profileDir = "/usr/share/pam-configs"

// A profile is a file of fields, some of them of several lines.
type profile map[string]string

// kinds are the stacks, by the names of the files common-KIND.
var kinds = []string{"auth", "account", "password", "session", "session-noninteractive"}

// field is the name of a stack's field in a profile.
func field(kind string) string { return strings.ToUpper(kind[:1]) + kind[1:] }

var fieldLine = regexp.MustCompile(`^(\S+):\s+(.*)\s*$`)

// parseProfile reads a profile. One that uses a module PAM no longer has is
// disabled.
func parseProfile(data string) (p profile, disabled bool) {
	p = profile{}
	name := ""
	for line := range strings.Lines(data) {
		// The newline counts as the blank that must follow the colon.
		if m := fieldLine.FindStringSubmatch(line); m != nil {
			name = strings.TrimSuffix(m[1], "-Final")
			p[name] = m[2]
			continue
		}
		if line = strings.TrimSpace(line); line != "" {
			p[name] += "\n" + line
		}
		disabled = disabled || strings.Contains(p[name], "pam_tally")
		p[name] = strings.TrimLeft(p[name], "\n\t ")
	}
	if p["Session-Interactive-Only"] != "yes" {
		for _, suffix := range []string{"-Type", "", "-Initial"} {
			p["Session-noninteractive"+suffix] = p["Session"+suffix]
		}
	}
	return p, disabled
}

// lines are the modules a profile adds to a stack: those for the first place if
// it is the first.
func (p profile) lines(kind string, first bool) string {
	if initial := p[field(kind)+"-Initial"]; first && initial != "" {
		return initial
	}
	return p[field(kind)]
}

func (p profile) conflicts(other string) bool {
	return slices.Contains(strings.Split(p["Conflicts"], ", "), other)
}

// profiles reads all profiles and their names in the order of their priority.
func profiles(t *tree.Tree) (map[string]profile, []string, error) {
	dir, err := t.Lookup(profileDir)
	if err != nil {
		return nil, nil, err
	}
	all := map[string]profile{}
	var names []string
	for _, name := range dir.Names() {
		if strings.HasSuffix(name, "~") || strings.HasPrefix(name, "#") && strings.HasSuffix(name, "#") {
			continue
		}
		data, err := t.ReadFile(profileDir + "/" + name)
		if err != nil {
			return nil, nil, err
		}
		if p, disabled := parseProfile(string(data)); !disabled {
			all[name] = p
			names = append(names, name)
		}
	}
	sortByPriority(all, names)
	return all, names, nil
}

// sortByPriority puts the highest first; of equals the name later in the
// alphabet.
func sortByPriority(all map[string]profile, names []string) {
	priority := func(name string) int {
		n, _ := strconv.Atoi(strings.TrimSpace(all[name]["Priority"]))
		return n
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(priority(b), priority(a)), cmp.Compare(b, a))
	})
}
