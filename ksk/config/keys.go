package config

import (
	"math"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"coen/dnssec"
)

func (l *loader) hsm(path string, n *yaml.Node) {
	l.named(path, n, func(name, path string, n *yaml.Node) {
		h := HSM{Name: name}
		seen := l.section(path, n, map[string]func(string, *yaml.Node){
			"module":   func(path string, n *yaml.Node) { h.Module = l.module(path, n) },
			"pin":      func(path string, n *yaml.Node) { h.PIN = l.pin(path, n) },
			"so_pin":   func(path string, n *yaml.Node) { clear(l.pin(path, n)) },
			"pin_file": func(path string, n *yaml.Node) { h.PINFile = l.text(path, n) },
			"token":    func(path string, n *yaml.Node) { h.Token = l.text(path, n) },
			"env":      func(path string, n *yaml.Node) { h.Env = l.env(path, n) },
		})
		l.require(path, seen, "module")
		if h.PIN != nil && h.PINFile != "" {
			l.fail(path, "pin and pin_file are both there")
		}
		l.c.HSM = append(l.c.HSM, h)
	})
}

// module reads the path of a library, or "$" and the name of the variable that has it.
func (l *loader) module(path string, n *yaml.Node) string {
	s := l.text(path, n)
	if !strings.HasPrefix(s, "$") {
		return s
	}
	name := strings.TrimLeft(s, "$")
	value := l.host.Getenv(name)
	if value == "" {
		l.fail(path, "environment variable %q is not set", name)
	}
	return value
}

// pin reads a PIN, which may look like a number. Unquoted, a leading zero makes it an
// octal one, which is rarely meant.
func (l *loader) pin(path string, n *yaml.Node) []byte {
	s, ok := l.scalar(path, n)
	switch {
	case !ok:
	case s.kind == isText:
		return []byte(s.text)
	case s.kind == isInt:
		digits, _ := cutSign(s.text)
		switch {
		case len(digits) > 1 && digits[0] == '0':
			l.c.Warnings = append(l.c.Warnings, path+" starts with a zero and has no quotes: it is read as an octal number")
		case s.text != s.int.String():
			l.c.Warnings = append(l.c.Warnings, path+" has no quotes and is read as another number than the digits that it shows")
		}
		return []byte(s.int.String())
	case s.kind == isNull:
		return nil
	default:
		l.fail(path, "is neither text nor a number")
	}
	return nil
}

func (l *loader) env(path string, n *yaml.Node) []Variable {
	var all []Variable
	l.named(path, n, func(name, path string, n *yaml.Node) {
		if name == "" || strings.ContainsAny(name, "=\x00") {
			l.fail(path, "is not a name for a variable")
		}
		all = append(all, Variable{name, l.text(path, n)})
	})
	return all
}

func (l *loader) keys(path string, n *yaml.Node) {
	l.named(path, n, func(name, path string, n *yaml.Node) {
		k := Key{Name: name}
		seen := l.section(path, n, map[string]func(string, *yaml.Node){
			"description": func(path string, n *yaml.Node) { k.Description = l.text(path, n) },
			"label":       func(path string, n *yaml.Node) { k.Label = l.matching(path, n, wordForm) },
			"algorithm":   func(path string, n *yaml.Node) { k.Algorithm = l.algorithm(path, n) },
			"valid_from":  func(path string, n *yaml.Node) { k.ValidFrom = l.moment(path, n) },
			"valid_until": optional(func(path string, n *yaml.Node) {
				m := l.moment(path, n)
				k.ValidUntil = &m
			}),
			"key_tag":        optional(func(path string, n *yaml.Node) { k.KeyTag = l.int(path, n, 1, 65535) }),
			"rsa_size":       optional(func(path string, n *yaml.Node) { k.RSASize = l.int(path, n, 1, 65535) }),
			"rsa_exponent":   optional(func(path string, n *yaml.Node) { k.RSAExponent = l.int(path, n, 1, math.MaxInt64) }),
			"ds_sha256":      optional(func(path string, n *yaml.Node) { k.DSSHA256 = l.matching(path, n, hexForm) }),
			"hash_using_hsm": optional(func(path string, n *yaml.Node) { k.HashUsingHSM = l.bool(path, n) }),
		})
		l.require(path, seen, "description", "label", "algorithm", "valid_from")
		l.c.Keys = append(l.c.Keys, k)
	})
}

// optional takes null for a value that is not given.
func optional(read func(string, *yaml.Node)) func(string, *yaml.Node) {
	return func(path string, n *yaml.Node) {
		if !isNullNode(n) {
			read(path, n)
		}
	}
}

func (l *loader) algorithm(path string, n *yaml.Node) dnssec.Algorithm {
	name := l.text(path, n)
	a, ok := dnssec.ParseAlgorithm(name)
	if !ok {
		l.fail(path, "unknown algorithm %q", name)
	}
	return a
}

// Schema says for each slot, that is for each bundle of a request counted from one,
// which keys to use.
type Schema map[int64]Slot

// Slot has the names of keys in the configuration.
type Slot struct {
	Publish, Sign, Revoke []string
}

func (l *loader) schemas(path string, n *yaml.Node) {
	l.c.Schemas = map[string]Schema{}
	l.named(path, n, func(name, path string, n *yaml.Node) {
		schema := Schema{}
		for _, e := range l.mapping(path, n) {
			number := e.key.integer()
			if number == nil || !number.IsInt64() {
				l.fail(path, "slot %q is not a number", e.key.text)
				continue
			}
			schema[number.Int64()] = l.slot(path+"."+strconv.FormatInt(number.Int64(), 10), e.value)
		}
		l.c.Schemas[name] = schema
	})
}

func (l *loader) slot(path string, n *yaml.Node) Slot {
	var s Slot
	names := func(to *[]string) func(string, *yaml.Node) {
		return func(path string, n *yaml.Node) {
			if n.Kind == yaml.SequenceNode {
				*to = l.texts(path, n, wordForm)
			} else {
				*to = []string{l.matching(path, n, wordForm)}
			}
		}
	}
	seen := l.section(path, n, map[string]func(string, *yaml.Node){
		"publish": names(&s.Publish), "sign": names(&s.Sign), "revoke": names(&s.Revoke),
	})
	l.require(path, seen, "publish", "sign")
	return s
}
