package config

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// The bounds of an .hsmconfig file. Without the second, a file of a few lines that
// double each other would fill any memory.
const (
	maxHSMConfigLines = 99
	maxHSMConfigValue = 1 << 16 // bytes
)

// LibraryPath is the variable of an .hsmconfig file that names the PKCS#11 module.
const LibraryPath = "PKCS11_LIBRARY_PATH"

var variableForm = &pattern{text: `\$([` + word + `]+)`}

// ParseHSMConfig reads an .hsmconfig file: lines NAME=VALUE, blank lines and comments
// after "#". In a value, $NAME stands for a name assigned in a line above, or else for what
// defaults says; ${NAME} stays as it is. PKCS11_LIBRARY_PATH must be assigned. Nothing is put into
// the environment.
func ParseHSMConfig(text []byte, defaults func(name string) string) (map[string]string, error) {
	assigned := map[string]string{}
	for i, line := range bytes.Split(bytes.TrimSuffix(text, []byte("\n")), []byte("\n")) {
		if i >= maxHSMConfigLines {
			return nil, fmt.Errorf("more than %d lines", maxHSMConfigLines)
		}
		s := strings.TrimSpace(string(line))
		if s == "" || strings.HasPrefix(s, "#") {
			continue
		}
		name, value, ok := strings.Cut(s, "=")
		if !ok {
			return nil, fmt.Errorf("line %d: no assignment in %q", i+1, s)
		}
		value, err := expand(value, assigned, defaults)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
		assigned[name] = value
	}
	if _, ok := assigned[LibraryPath]; !ok {
		return nil, errors.New(LibraryPath + " is not assigned")
	}
	return assigned, nil
}

// expand replaces the first variable wherever its text occurs, even as the front of a longer
// name, until there is none left.
func expand(value string, assigned map[string]string, defaults func(string) string) (string, error) {
	for {
		found := variableForm.FindStringSubmatch(value)
		if found == nil {
			return value, nil
		}
		replacement, ok := assigned[found[1]]
		if !ok {
			replacement = defaults(found[1])
		}
		switch {
		case replacement == "":
			return "", fmt.Errorf("variable %q is not set", found[1])
		case strings.Contains(replacement, "$"):
			return "", fmt.Errorf("variable %q has a $ in its value", found[1])
		}
		if value = strings.ReplaceAll(value, found[0], replacement); len(value) > maxHSMConfigValue {
			return "", fmt.Errorf("value of more than %d bytes", maxHSMConfigValue)
		}
	}
}
