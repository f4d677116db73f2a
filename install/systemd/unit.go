package systemd

import (
	"path"
	"slices"
	"strings"

	"coen/tree"
)

// An instance is the system manager or the users' one: where its unit files
// lie.
type instance string

const (
	system instance = "system"
	user   instance = "user"
)

// config is where links are made.
func (i instance) config() string { return "/etc/systemd/" + string(i) }

// dirs are the places where unit files are sought, the first having priority.
func (i instance) dirs() []string {
	s := string(i)
	return []string{"/etc/systemd/" + s, "/run/systemd/" + s, "/usr/local/lib/systemd/" + s, "/usr/lib/systemd/" + s}
}

// A unit is a unit file with what its [Install] section says.
type unit struct {
	name   string // as asked for, "getty@tty1.service"
	path   string // of the file, without symbolic links among units followed
	masked bool

	alias, also, wantedBy, requiredBy, upheldBy []string
	defaultInstance                             string
}

// hasInstall says whether the unit can be enabled at all.
func (u *unit) hasInstall() bool {
	return len(u.alias)+len(u.wantedBy)+len(u.requiredBy)+len(u.upheldBy) > 0
}

// splitName parts "getty@tty1.service" into "getty", "tty1", ".service"; a
// template's instance is empty, and at tells whether there was an "@".
func splitName(name string) (prefix, inst, suffix string, at bool) {
	stem := name
	if dot := strings.LastIndexByte(name, '.'); dot >= 0 {
		stem, suffix = name[:dot], name[dot:]
	}
	prefix, inst, at = strings.Cut(stem, "@")
	return prefix, inst, suffix, at
}

// template gives "getty@.service" for an instance or template, "" otherwise.
func template(name string) string {
	prefix, _, suffix, at := splitName(name)
	if !at {
		return ""
	}
	return prefix + "@" + suffix
}

func isTemplate(name string) bool {
	_, inst, _, at := splitName(name)
	return at && inst == ""
}

// mangle completes a unit name without a suffix, as systemctl does.
func mangle(name string) string {
	for _, s := range unitSuffixes {
		if strings.HasSuffix(name, s) {
			return name
		}
	}
	return name + ".service"
}

var unitSuffixes = []string{".service", ".socket", ".target", ".device", ".mount", ".automount", ".swap",
	".timer", ".path", ".slice", ".scope"}

// find looks for a unit file, nil if there is none. An alias, which is a link
// to a unit of another name, is followed.
func (i instance) find(t *tree.Tree, name string) *unit {
	for _, try := range []string{name, template(name)} {
		if try == "" {
			continue
		}
		for _, dir := range i.dirs() {
			if u := i.load(t, name, path.Join(dir, try)); u != nil {
				return u
			}
		}
	}
	return nil
}

func (i instance) load(t *tree.Tree, name, file string) *unit {
	n, err := t.Lstat(file)
	if err != nil {
		return nil
	}
	u := &unit{name: name, path: file}
	if n.Kind == tree.Symlink {
		if n.Target == "/dev/null" {
			u.masked = true
			return u
		}
		target, err := t.Resolve(file)
		if err != nil {
			return nil
		}
		if base := path.Base(target); base != path.Base(file) && template(name) == "" {
			return i.find(t, base)
		}
		u.path = target
	}
	data, err := t.ReadFile(u.path)
	if err != nil {
		return nil
	}
	if len(data) == 0 {
		u.masked = true
	}
	u.parse(data)
	for _, drop := range i.dropIns(t, name) {
		if data, err := t.ReadFile(drop); err == nil {
			u.parse(data)
		}
	}
	return u
}

// dropIns lists the files NAME.d/*.conf, by name, the first directory's taking
// the place of those of the same name further on.
func (i instance) dropIns(t *tree.Tree, name string) []string {
	files := map[string]string{}
	dirs := i.dirs()
	slices.Reverse(dirs)
	for _, dir := range dirs {
		for _, base := range []string{template(name), name} {
			n, err := t.Lookup(path.Join(dir, base+".d"))
			if err != nil || base == "" {
				continue
			}
			for _, f := range n.Names() {
				if strings.HasSuffix(f, ".conf") {
					files[f] = path.Join(dir, base+".d", f)
				}
			}
		}
	}
	return sortedValues(files)
}

func sortedValues(files map[string]string) []string {
	var names, list []string
	for f := range files {
		names = append(names, f)
	}
	slices.Sort(names)
	for _, f := range names {
		list = append(list, files[f])
	}
	return list
}

// parse takes the settings of an [Install] section. An empty assignment clears
// a list.
func (u *unit) parse(data []byte) {
	section := ""
	for _, line := range logicalLines(string(data)) {
		if strings.HasPrefix(line, "[") {
			section = line
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		if !ok || section != "[Install]" {
			continue
		}
		u.set(strings.TrimSpace(key), strings.TrimSpace(value))
	}
}

func (u *unit) set(key, value string) {
	lists := map[string]*[]string{"Alias": &u.alias, "Also": &u.also, "WantedBy": &u.wantedBy,
		"RequiredBy": &u.requiredBy, "UpheldBy": &u.upheldBy}
	if list := lists[key]; list != nil {
		if value == "" {
			*list = nil
		}
		*list = append(*list, words(value)...)
	}
	if key == "DefaultInstance" {
		u.defaultInstance = value
	}
}

// logicalLines joins continued lines and leaves out comments.
func logicalLines(text string) []string {
	var lines []string
	held := ""
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if trimmed := strings.TrimSpace(line); strings.HasPrefix(trimmed, "#") || strings.HasPrefix(trimmed, ";") {
			continue
		}
		if body, ok := strings.CutSuffix(line, "\\"); ok {
			held += body + " "
			continue
		}
		if line = strings.TrimSpace(held + line); line != "" {
			lines = append(lines, line)
		}
		held = ""
	}
	return lines
}

// words splits a value at spaces; quotes hold together what they enclose.
func words(value string) []string {
	var list []string
	for _, w := range strings.Fields(value) {
		list = append(list, strings.Trim(w, `"'`))
	}
	return list
}
