package convert

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"coen/ksk/config"
)

// Dialect says how an .hsmconfig file is read.
type Dialect string

// The dialects. Any takes a file only if both others read the same from it.
const (
	Any    Dialect = "any"
	Kskm   Dialect = "kskm"   // [config.ParseHSMConfig]
	Legacy Dialect = "legacy" // [config.ParseLegacyHSMConfig]
)

// HSMConfig turns an .hsmconfig file into a section hsm with one entry of that name.
func HSMConfig(name string, text []byte, d Dialect, getenv func(string) string) ([]byte, error) {
	values, remarks, err := read(text, d, getenv)
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	for _, r := range remarks {
		fmt.Fprintf(&b, "# %q\n", r)
	}
	fmt.Fprintf(&b, "hsm:\n  %s:\n    module: %s\n", quote(name), quote(values[config.LibraryPath]))
	delete(values, config.LibraryPath)
	for i, variable := range slices.Sorted(maps.Keys(values)) {
		if i == 0 {
			b.WriteString("    env:\n")
		}
		fmt.Fprintf(&b, "      %s: %s\n", quote(variable), quote(values[variable]))
	}
	c, err := config.Load([]byte(b.String()), config.Host{Getenv: getenv})
	if err != nil {
		return nil, fmt.Errorf("this cannot be said in a configuration: %w", err)
	}
	if c.HSM[0].Name != name {
		return nil, fmt.Errorf("%q cannot be the name of an entry", name)
	}
	return []byte(b.String()), nil
}

// read reads a file in a dialect.
func read(text []byte, d Dialect, getenv func(string) string) (values map[string]string, remarks []string, err error) {
	switch d {
	case Kskm:
		values, err = config.ParseHSMConfig(text, getenv)
		return values, nil, err
	case Legacy:
		return config.ParseLegacyHSMConfig(text, getenv)
	case Any:
		return readBoth(text, getenv)
	}
	return nil, nil, fmt.Errorf("unknown dialect %q", d)
}

// readBoth reads a file in both dialects, which have to agree.
func readBoth(text []byte, getenv func(string) string) (map[string]string, []string, error) {
	kskm, err := config.ParseHSMConfig(text, getenv)
	legacy, remarks, legacyErr := config.ParseLegacyHSMConfig(text, getenv)
	if err != nil && legacyErr != nil {
		return nil, nil, err
	}
	var differences []string
	if err != nil || legacyErr != nil {
		differences = append(differences, errors.Join(err, legacyErr).Error()+" (only one of them objects)")
	} else {
		both := maps.Clone(kskm)
		maps.Copy(both, legacy)
		for _, name := range slices.Sorted(maps.Keys(both)) {
			if kskm[name] != legacy[name] {
				differences = append(differences, fmt.Sprintf("%q is %q for kskm and %q for the legacy tools", name, kskm[name], legacy[name]))
			}
		}
	}
	if differences != nil {
		return nil, nil, fmt.Errorf("kskm and the legacy tools read this file differently; choose a dialect: %s", strings.Join(differences, "; "))
	}
	return kskm, remarks, nil
}

// quote writes a text in YAML so that it stays a text.
func quote(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool {
		return r < ' ' || r == 0x7f || r == '\uFFFD' || r == '\u0085' || r == '\u2028' || r == '\u2029' || r == '\uFEFF'
	}) {
		return fmt.Sprintf("%+q", s)
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}
