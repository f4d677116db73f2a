package jinja

import (
	"fmt"
	"slices"
	"strings"
)

// Names are the variables of a template, with their attributes.
type Names map[string][]string

// Translate returns a template as one of Go that is executed with a map of the names. Its errors
// begin with "line N: ".
func Translate(text string, names Names) (string, error) {
	t := &translator{names: names, line: 1, rest: strings.TrimSuffix(text, "\n")}
	for t.rest != "" {
		if err := t.step(); err != nil {
			return "", fmt.Errorf("line %d: %w", t.line, err)
		}
	}
	if len(t.open) > 0 {
		return "", fmt.Errorf("line %d: {%% if %%} without {%% endif %%}", t.open[len(t.open)-1].line)
	}
	return t.out.String(), nil
}

type translator struct {
	names Names
	out   strings.Builder
	rest  string
	line  int
	open  []condition
}

// condition is an {% if %} that has not ended.
type condition struct {
	line    int
	hasElse bool
}

// tags are the ends of what begins with two characters.
var tags = map[string]string{"{{": "}}", "{%": "%}", "{#": "#}"}

// step translates the text up to the next tag, or a tag.
func (t *translator) step() error {
	begin := len(t.rest)
	for tag := range tags {
		if i := strings.Index(t.rest, tag); i >= 0 && i < begin {
			begin = i
		}
	}
	if begin > 0 {
		t.out.WriteString(t.rest[:begin])
		t.advance(begin)
		return nil
	}
	opening := t.rest[:2]
	closing := tags[opening]
	length := strings.Index(t.rest[2:], closing)
	if length < 0 {
		return fmt.Errorf("%s without %s", opening, closing)
	}
	inside, trimLeft, trimRight := trims(t.rest[2 : 2+length])
	action, err := t.action(opening, inside)
	if err != nil {
		return err
	}
	fmt.Fprintf(&t.out, "{{%s%s%s}}", trimLeft, action, trimRight)
	t.advance(2 + length + 2)
	return nil
}

func (t *translator) advance(n int) {
	t.line += strings.Count(t.rest[:n], "\n")
	t.rest = t.rest[n:]
}

// trims cuts off the minus signs of a tag, and returns those of Go.
func trims(inside string) (rest, left, right string) {
	if s, ok := strings.CutPrefix(inside, "-"); ok {
		inside, left = s, "- "
	}
	if s, ok := strings.CutSuffix(inside, "-"); ok {
		inside, right = s, " -"
	}
	return strings.TrimSpace(inside), left, right
}

// action returns what stands between Go's braces.
func (t *translator) action(opening, inside string) (string, error) {
	switch opening {
	case "{#":
		return `""`, nil
	case "{{":
		return t.value(inside)
	}
	word, rest, _ := strings.Cut(inside, " ")
	switch word {
	case "if":
		t.open = append(t.open, condition{line: t.line})
		test, err := t.test(rest)
		return "if " + test, err
	case "elif", "else", "endif":
		return t.branch(word, rest)
	}
	return "", fmt.Errorf("{%% %s %%} is not supported", inside)
}

// branch continues or ends the innermost condition.
func (t *translator) branch(word, rest string) (string, error) {
	if len(t.open) == 0 {
		return "", fmt.Errorf("{%% %s %%} without {%% if %%}", word)
	}
	if word != "elif" && rest != "" {
		return "", fmt.Errorf("{%% %s %s %%} is not supported", word, rest)
	}
	c := &t.open[len(t.open)-1]
	if word == "endif" {
		t.open = t.open[:len(t.open)-1]
		return "end", nil
	}
	if c.hasElse {
		return "", fmt.Errorf("{%% %s %%} after {%% else %%}", word)
	}
	if word == "else" {
		c.hasElse = true
		return "else", nil
	}
	test, err := t.test(rest)
	return "else if " + test, err
}

// test translates a condition.
func (t *translator) test(s string) (string, error) {
	s = strings.TrimSpace(s)
	if rest, ok := strings.CutPrefix(s, "not "); ok {
		test, err := t.test(rest)
		return "not (" + test + ")", err
	}
	i := strings.Index(s, "=")
	if i < 1 || i+1 == len(s) {
		return t.value(s)
	}
	function, left, right := "eq", s[:i], s[i+2:]
	switch {
	case s[i-1] == '!':
		function, left, right = "ne", s[:i-1], s[i+1:]
	case s[i+1] != '=':
		return "", fmt.Errorf("%q is not supported: only == and !=", s)
	}
	value, err := t.value(left)
	if err != nil {
		return "", err
	}
	text, err := quoted(strings.TrimSpace(right))
	// What prints as text need not be text: print makes it so.
	return fmt.Sprintf("%s (print %s) %q", function, value, text), err
}

// value translates a name with perhaps an attribute.
func (t *translator) value(s string) (string, error) {
	s = strings.TrimSpace(s)
	name, attribute := s, ""
	if i := strings.IndexAny(s, ".["); i >= 0 {
		name = strings.TrimSpace(s[:i])
		var err error
		if attribute, err = member(s[i:]); err != nil {
			return "", fmt.Errorf("{{ %s }}: %w", s, err)
		}
	}
	if !isName(name) {
		return "", fmt.Errorf("%q is not supported: only names, with one attribute", s)
	}
	attributes, ok := t.names[name]
	if !ok {
		return "", fmt.Errorf("unknown variable %q", name)
	}
	if attribute == "" {
		return "." + name, nil
	}
	if !slices.Contains(attributes, attribute) {
		return "", fmt.Errorf("variable %q has no attribute %q", name, attribute)
	}
	return "." + name + "." + attribute, nil
}

// member reads .attribute or ['attribute'].
func member(s string) (string, error) {
	if name, ok := strings.CutPrefix(s, "."); ok {
		return strings.TrimSpace(name), nil
	}
	inside, ok := strings.CutSuffix(s[1:], "]")
	if !ok {
		return "", fmt.Errorf("[ without ] at its end")
	}
	return quoted(strings.TrimSpace(inside))
}

// quoted reads a text in single or double quotes.
func quoted(s string) (string, error) {
	if len(s) >= 2 && (s[0] == '\'' || s[0] == '"') && s[len(s)-1] == s[0] && !strings.ContainsAny(s[1:len(s)-1], `\'"`) {
		return s[1 : len(s)-1], nil
	}
	return "", fmt.Errorf("%q is not a text in quotes", s)
}

func isName(s string) bool {
	for i, c := range s {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}
