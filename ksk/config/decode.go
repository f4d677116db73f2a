package config

import (
	"cmp"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"coen/ksk/lexical"
)

// decoder turns nodes into values and keeps the first fault. A fault of the class
// that has an exit code of its own wins over all others.
type decoder struct {
	err      error
	positive error
	unknown  func(path, name string) // told of unknown keys; nil: they are faults
}

func (d *decoder) fail(path, format string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf("%s: %s", cmp.Or(path, "top level"), fmt.Sprintf(format, args...))
	}
}

// section hands each entry of a mapping with text keys to its field, by name.
func (d *decoder) section(path string, n *yaml.Node, fields map[string]func(string, *yaml.Node)) map[string]bool {
	seen := map[string]bool{}
	for _, e := range d.mapping(path, n) {
		name := e.key.text
		field, ok := fields[name]
		if !ok || e.key.kind != isText {
			d.unexpected(path, name)
			continue
		}
		seen[name] = true
		field(strings.TrimPrefix(path+"."+name, "."), e.value)
	}
	return seen
}

func (d *decoder) unexpected(path, name string) {
	if d.unknown == nil {
		d.fail(path, "unknown key %q", name)
		return
	}
	d.unknown(path, name)
}

// require reports the names that a section should have had.
func (d *decoder) require(path string, seen map[string]bool, names ...string) {
	for _, name := range names {
		if !seen[name] {
			d.fail(path, "missing %s", name)
		}
	}
}

func (d *decoder) mapping(path string, n *yaml.Node) []entry {
	all, err := entries(n)
	if err != nil {
		d.fail(path, "%v", err)
	}
	return all
}

// named hands each entry of a mapping to read; names must be text.
func (d *decoder) named(path string, n *yaml.Node, read func(name, path string, n *yaml.Node)) {
	for _, e := range d.mapping(path, n) {
		if e.key.kind != isText {
			d.fail(path, "name %q is not text", e.key.text)
			continue
		}
		read(e.key.text, path+"."+e.key.text, e.value)
	}
}

func (d *decoder) scalar(path string, n *yaml.Node) (scalar, bool) {
	if n.Kind != yaml.ScalarNode {
		d.fail(path, "is not a plain value")
		return scalar{}, false
	}
	s, err := resolve(n)
	if err != nil {
		d.fail(path, "%v", err)
	}
	return s, err == nil
}

func (d *decoder) list(path string, n *yaml.Node) []*yaml.Node {
	if n.Kind != yaml.SequenceNode {
		d.fail(path, "is not a list")
		return nil
	}
	all := make([]*yaml.Node, len(n.Content))
	for i, c := range n.Content {
		all[i] = follow(c)
	}
	return all
}

func (d *decoder) text(path string, n *yaml.Node) string {
	s, ok := d.scalar(path, n)
	if ok && s.kind != isText {
		d.fail(path, "%s is not text; put it in quotes", s.text)
	}
	return s.text
}

// matching reads a text of a certain form.
func (d *decoder) matching(path string, n *yaml.Node, form *pattern) string {
	s := d.text(path, n)
	if d.err == nil && !form.MatchString(s) {
		d.fail(path, "%q has characters that are not allowed", s)
	}
	return s
}

func (d *decoder) bool(path string, n *yaml.Node) bool {
	s, ok := d.scalar(path, n)
	switch {
	case !ok:
		return false
	case s.kind == isBool:
		return s.bool
	case s.kind == isInt && s.int.IsInt64() && (s.int.Int64() == 0 || s.int.Int64() == 1):
		return s.int.Int64() == 1
	case s.kind == isFloat && (s.float == 0 || s.float == 1):
		return s.float == 1
	case s.kind == isText:
		switch strings.ToLower(s.text) {
		case "1", "on", "t", "true", "y", "yes":
			return true
		case "0", "off", "f", "false", "n", "no":
			return false
		}
	}
	d.fail(path, "%q is not a boolean", s.text)
	return false
}

var trailingZeros = &pattern{text: `\.0*$`}

// int reads an integer from least to most.
func (d *decoder) int(path string, n *yaml.Node, least, most int64) int64 {
	v, ok := d.anyInt(path, n)
	if !ok {
		return 0
	}
	if !v.IsInt64() || v.Int64() < least || v.Int64() > most {
		d.fail(path, "%s is not between %d and %d", v, least, most)
		return 0
	}
	return v.Int64()
}

func (d *decoder) anyInt(path string, n *yaml.Node) (*big.Int, bool) {
	s, ok := d.scalar(path, n)
	if !ok {
		return nil, false
	}
	v := s.integer()
	if v == nil {
		d.fail(path, "%q is not an integer", s.text)
	}
	return v, v != nil
}

// integer converts what can be an integer, or returns nil.
func (s scalar) integer() *big.Int {
	switch {
	case s.kind == isInt:
		return s.int
	case s.kind == isBool && s.bool:
		return big.NewInt(1)
	case s.kind == isBool:
		return new(big.Int)
	case s.kind == isFloat && s.float == math.Trunc(s.float) && math.Abs(s.float) < 1<<53:
		return big.NewInt(int64(s.float))
	case s.kind == isText && len(s.text) <= maxIntText:
		if n, err := lexical.ParseInteger(trailingZeros.re().ReplaceAllString(s.text, "")); err == nil {
			v, _ := new(big.Int).SetString(string(n), 10)
			return v
		}
	}
	return nil
}

// positiveInt reads an integer that must be at least one, on pain of an error of its own class.
func (d *decoder) positiveInt(path string, n *yaml.Node) int64 {
	v, ok := d.anyInt(path, n)
	switch {
	case !ok:
		return 1
	case v.Sign() <= 0:
		if d.positive == nil {
			d.positive = &PositiveError{Name: path[strings.LastIndexByte(path, '.')+1:]}
		}
		return 1
	case !v.IsInt64():
		return math.MaxInt64
	}
	return v.Int64()
}

// moment reads a time stamp, a date, an ISO 8601 text or Unix seconds.
func (d *decoder) moment(path string, n *yaml.Node) lexical.Moment {
	s, ok := d.scalar(path, n)
	if !ok {
		return lexical.Moment{}
	}
	switch s.kind {
	case isTime:
		return s.moment
	case isInt, isFloat:
		return d.unix(path, s)
	case isText:
		if timeForm.MatchString(s.text) {
			if s, err := makeTime(s.text); err == nil {
				return s.moment
			}
		}
		if m, ok := textMoment(s.text); ok {
			return m
		}
		if n, err := lexical.ParseInteger(s.text); err == nil && len(n) < maxIntText {
			if v, ok := new(big.Int).SetString(string(n), 10); ok {
				return d.unix(path, scalar{kind: isInt, text: s.text, int: v})
			}
		}
	}
	d.fail(path, "%q is not a time stamp", s.text)
	return lexical.Moment{}
}

// textMomentForm is a date with perhaps a time of day and an offset.
var textMomentForm = &pattern{text: `^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[Tt _][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?(?:[Zz]|[-+][0-9]{2}:?[0-9]{2})?)?$`}

func textMoment(s string) (lexical.Moment, bool) {
	if !textMomentForm.MatchString(s) {
		return lexical.Moment{}, false
	}
	m, err := lexical.ParseMoment(strings.ToUpper(s))
	return m, err == nil
}

// maxUnixSeconds is the largest number that counts seconds; larger ones count milliseconds.
const maxUnixSeconds = 20_000_000_000

func (d *decoder) unix(path string, s scalar) lexical.Moment {
	f := s.float
	if s.kind == isInt {
		f, _ = new(big.Float).SetInt(s.int).Float64()
	}
	if math.Abs(f) > maxUnixSeconds {
		f /= 1000
	}
	t := time.UnixMicro(int64(math.Round(f * 1e6))).UTC()
	if math.IsNaN(f) || math.Abs(f) > 1e12 || t.Year() < 1 || t.Year() > 9999 {
		d.fail(path, "%q is not a time stamp", s.text)
	}
	return lexical.Moment{Clock: t, Zoned: true}
}

func isNullNode(n *yaml.Node) bool {
	if n.Kind != yaml.ScalarNode {
		return false
	}
	s, err := resolve(n)
	return err == nil && s.kind == isNull
}

// integers reads a list of integers from least to most.
func (d *decoder) integers(path string, n *yaml.Node, least, most int64) []int64 {
	var all []int64
	for i, c := range d.list(path, n) {
		all = append(all, d.int(fmt.Sprintf("%s[%d]", path, i), c, least, most))
	}
	return all
}

// texts reads a list of texts of a certain form; nil stands for any.
func (d *decoder) texts(path string, n *yaml.Node, form *pattern) []string {
	var all []string
	for i, c := range d.list(path, n) {
		at := fmt.Sprintf("%s[%d]", path, i)
		if form == nil {
			all = append(all, d.text(at, c))
		} else {
			all = append(all, d.matching(at, c, form))
		}
	}
	return slices.Clip(all)
}
