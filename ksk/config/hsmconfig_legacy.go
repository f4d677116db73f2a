package config

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// legacyTerminators end the name of a variable in a value.
const legacyTerminators = "|&:; \t/\\()<>"

// ParseLegacyHSMConfig reads an .hsmconfig file as the legacy tools did. A comment has its "#" in the first
// column; blanks at the end of a line belong to the value, of which a second "=" and what follows is cut off; a value in double
// quotes ends at the next one; NAME alone, or with an empty value, takes the name back. $NAME runs up to one of
// | & : ; blank / \ ( ) < > or the end; an undefined one vanishes together with that character, which is reported as a remark.
func ParseLegacyHSMConfig(text []byte, defaults func(name string) string) (assigned map[string]string, remarks []string, err error) {
	assigned = map[string]string{}
	for i, line := range bytes.Split(bytes.TrimSuffix(text, []byte("\n")), []byte("\n")) {
		if i >= maxHSMConfigLines {
			return nil, nil, fmt.Errorf("more than %d lines", maxHSMConfigLines)
		}
		s := strings.TrimSuffix(string(line), "\r")
		if strings.HasPrefix(s, "#") || strings.TrimSpace(s) == "" {
			continue
		}
		name, value, _ := strings.Cut(strings.TrimLeft(s, " \t"), "=")
		value, undefined := expandLegacy(legacyValue(value), assigned, defaults)
		for _, u := range undefined {
			remarks = append(remarks, fmt.Sprintf("line %d: variable %q is not set and vanishes", i+1, u))
		}
		if len(value) > maxHSMConfigValue {
			return nil, nil, fmt.Errorf("line %d: value of more than %d bytes", i+1, maxHSMConfigValue)
		}
		if value == "" {
			delete(assigned, name)
			remarks = append(remarks, fmt.Sprintf("line %d: variable %q is taken back", i+1, name))
			continue
		}
		assigned[name] = value
	}
	if assigned[LibraryPath] == "" {
		return nil, nil, errors.New(LibraryPath + " is not assigned")
	}
	return assigned, remarks, nil
}

// legacyValue cuts a value out of what follows the first "=".
func legacyValue(s string) string {
	if quoted, ok := strings.CutPrefix(s, `"`); ok {
		s, _, _ = strings.Cut(quoted, `"`)
		return s
	}
	s, _, _ = strings.Cut(s, "=")
	return s
}

// expandLegacy replaces variables once, from left to right, and returns the names of those that are not set.
func expandLegacy(value string, assigned map[string]string, defaults func(string) string) (string, []string) {
	var b strings.Builder
	var undefined []string
	for {
		before, rest, found := strings.Cut(value, "$")
		b.WriteString(before)
		if !found {
			return b.String(), undefined
		}
		end := strings.IndexAny(rest, legacyTerminators)
		if end < 0 {
			end = len(rest)
		}
		name := rest[:end]
		replacement, ok := assigned[name]
		if !ok {
			replacement = defaults(name)
		}
		if replacement == "" {
			undefined = append(undefined, name)
			end = min(end+1, len(rest))
		}
		b.WriteString(replacement)
		value = rest[end:]
	}
}
