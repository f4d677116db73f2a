package getopt

import (
	"fmt"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	decls := []string{"r|system", "g|gid:", "help", "c|color?", "home-dir:", "home-mode:"}
	for _, c := range []struct{ args, want string }{
		{"-r -g 5 name", "system gid=5 | name"},
		{"-rg5 name", "system gid=5 | name"},
		{"name -r", "system | name"},
		{"-- -r", "| -r"},
		{"--gid=5 --sys", "gid=5 system |"},
		{"--gid", "option '--gid' requires an argument"},
		{"-g", "option requires an argument -- 'g'"},
		{"-x", "invalid option -- 'x'"},
		{"--home x", "option '--home' is ambiguous"},
		{"--nope", "unrecognized option '--nope'"},
		{"--help=1", "option '--help' doesn't allow an argument"},
		{"-c name", "color | name"},
		{"-cred - ", "color=red | -"},
	} {
		opts, rest, err := Parse(strings.Fields(c.args), decls...)
		if got := show(opts, rest, err); got != c.want {
			t.Errorf("%q: got %q, want %q", c.args, got, c.want)
		}
	}
}

func TestParsePerl(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"--System -home /x name --gecos --quiet", "system home=/x gecos quiet | name"},
		{"--gecos name", "gecos=name |"},
	} {
		opts, rest, err := ParsePerl(strings.Fields(c.args), "system", "home:", "gecos?", "q|quiet")
		if got := show(opts, rest, err); got != c.want {
			t.Errorf("%q: got %q, want %q", c.args, got, c.want)
		}
	}
}

func TestParseLeading(t *testing.T) {
	opts, rest, err := ParseLeading([]string{"-r", "x", "-r"}, "r|system")
	if got := show(opts, rest, err); got != "system | x -r" {
		t.Errorf("got %q", got)
	}
}

func show(opts []Option, rest []string, err error) string {
	if err != nil {
		return err.Error()
	}
	var s []string
	for _, o := range opts {
		if o.Value != "" {
			o.Name += "=" + o.Value
		}
		s = append(s, o.Name)
	}
	return strings.TrimSpace(fmt.Sprintln(strings.Join(append(append(s, "|"), rest...), " ")))
}
