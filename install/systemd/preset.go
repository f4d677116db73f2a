package systemd

import (
	"path"
	"slices"
	"strings"

	"coen/tree"
)

// A presetRule is one line of a preset file.
type presetRule struct {
	enable    bool
	pattern   string
	instances []string // of a template
}

// presets reads all preset files in the order of their names; a file hides
// those of the same name in directories further on.
func (i instance) presets(t *tree.Tree) []presetRule {
	files := map[string]string{}
	dirs := []string{"/usr/lib/systemd", "/usr/local/lib/systemd", "/run/systemd", "/etc/systemd"}
	for _, dir := range dirs {
		dir = path.Join(dir, string(i)+"-preset")
		n, err := t.Lookup(dir)
		if err != nil {
			continue
		}
		for _, f := range n.Names() {
			if strings.HasSuffix(f, ".preset") {
				files[f] = path.Join(dir, f)
			}
		}
	}
	var rules []presetRule
	for _, file := range sortedValues(files) {
		data, err := t.ReadFile(file)
		if err != nil {
			continue
		}
		for _, line := range logicalLines(string(data)) {
			f := strings.Fields(line)
			if len(f) > 1 && (f[0] == "enable" || f[0] == "disable" || f[0] == "ignore") {
				rules = append(rules, presetRule{f[0] == "enable", f[1], f[2:]})
			}
		}
	}
	return rules
}

// wants says whether the presets enable a unit: the first rule that matches
// decides, and without one it is enabled. Instances are those a rule names for
// a template.
func wants(rules []presetRule, name string) (enable bool, instances []string) {
	for _, r := range rules {
		if ok, _ := path.Match(r.pattern, name); ok {
			return r.enable, r.instances
		}
		if tmpl := template(name); tmpl != "" && tmpl != name && r.pattern == tmpl {
			_, inst, _, _ := splitName(name)
			if len(r.instances) == 0 || slices.Contains(r.instances, inst) {
				return r.enable, nil
			}
		}
	}
	return true, nil
}
