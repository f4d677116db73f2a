package overlay

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"coen/recipe"
)

// settings writes what makes the system find the files.
func (a *applier) settings(map[string][]byte) error {
	o := &a.overlay
	for _, s := range []struct{ key, path, text string }{
		{"libraries", "/etc/ld.so.conf.d/" + o.Name + ".conf", lines(o.Libraries)},
		{"environment", "/etc/profile.d/" + o.Name + ".sh", profile(o)},
		{"hsm", "/opt/dnssec/" + o.Name + ".hsmconfig", o.HSM},
		{"udev", "/etc/udev/rules.d/70-" + o.Name + ".rules", o.Udev},
	} {
		if s.text == "" {
			continue
		}
		a.by("%s", s.key)
		if err := a.put(s.path, regular([]byte(s.text), 0o644)); err != nil {
			return err
		}
	}
	if len(o.Libraries) == 0 {
		return nil
	}
	a.by("ld.so.cache")
	return a.run("ldconfig")
}

func lines(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return strings.Join(list, "\n") + "\n"
}

// profile is a script for login shells. The recipe has made sure that values have
// no quotation marks and directories nothing that a shell would take for more.
func profile(o *recipe.Overlay) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(o.Environment)) {
		fmt.Fprintf(&b, "export %s='%s'\n", name, o.Environment[name])
	}
	for _, dir := range o.Path {
		fmt.Fprintf(&b, "PATH=\"$PATH\":'%s'\n", dir)
	}
	return b.String()
}
