package dpkg

import (
	"fmt"
	"strings"

	"coen/install/proc"
)

// An option is one that a dpkg program knows.
type option struct {
	name   string // "showformat"
	letter byte   // 'f', or 0
	value  bool   // takes a value
	dashed bool   // its value follows a dash: --force-all
	action bool   // says what to do; there can be only one
}

// A command is a command line taken apart.
type command struct {
	action string
	values map[string]string // by option name; "" for options without value
	args   []string
}

func (c *command) has(name string) bool { _, ok := c.values[name]; return ok }

// rooted are the options that all programs of dpkg have. Values other than the
// defaults would lead out of the image.
var rooted = []option{
	{name: "admindir", value: true}, {name: "root", value: true}, {name: "instdir", value: true},
	{name: "help", letter: '?', action: true}, {name: "version", action: true},
}

var defaultDirs = map[string][]string{
	"admindir": {adminDir}, "root": {"", "/"}, "instdir": {"", "/"},
}

// parseOptions takes p's arguments apart as dpkg does: options come first, a
// value follows in the same word or the next. A problem of usage is a message
// and status 2.
func parseOptions(p *proc.Proc, known ...[]option) (*command, error) {
	c := &command{values: map[string]string{}, args: p.Args[1:]}
	for len(c.args) > 0 && len(c.args[0]) > 1 && c.args[0][0] == '-' {
		word := c.args[0]
		c.args = c.args[1:]
		if word == "--" {
			break
		}
		var err error
		if strings.HasPrefix(word, "--") {
			err = c.long(p, word[2:], known)
		} else {
			err = c.short(p, word[1:], known)
		}
		if err != nil {
			return nil, err
		}
	}
	for name, allowed := range defaultDirs {
		if value, given := c.values[name]; given && value != allowed[0] && value != allowed[len(allowed)-1] {
			return nil, p.Unmodelledf("--%s=%s", name, value)
		}
	}
	return c, nil
}

func (c *command) long(p *proc.Proc, word string, known [][]option) error {
	name, value, inline := strings.Cut(word, "=")
	o := findOption(known, func(o option) bool {
		return o.name == name || o.dashed && strings.HasPrefix(name, o.name+"-")
	})
	switch {
	case o == nil:
		return p.Unmodelledf("option --%s", name)
	case o.dashed:
		return c.take(*o, strings.TrimPrefix(name[len(o.name):], "-"))
	case o.value && !inline && len(c.args) == 0:
		return usageError(fmt.Sprintf("--%s option takes a value", name))
	case !o.value && inline:
		return usageError(fmt.Sprintf("--%s option does not take a value", name))
	case o.value && !inline:
		value, c.args = c.args[0], c.args[1:]
	}
	return c.take(*o, value)
}

func (c *command) short(p *proc.Proc, word string, known [][]option) error {
	for word != "" {
		letter := word[0]
		word = word[1:]
		o := findOption(known, func(o option) bool { return o.letter == letter })
		if o == nil {
			return p.Unmodelledf("option -%c", letter)
		}
		value := ""
		if o.value {
			value, word = strings.TrimPrefix(word, "="), ""
			if value == "" && len(c.args) == 0 {
				return usageError(fmt.Sprintf("-%c option takes a value", letter))
			}
			if value == "" {
				value, c.args = c.args[0], c.args[1:]
			}
		}
		if err := c.take(*o, value); err != nil {
			return err
		}
	}
	return nil
}

func (c *command) take(o option, value string) error {
	if o.action && c.action != "" && c.action != o.name {
		return usageError(fmt.Sprintf("conflicting actions --%s and --%s", o.name, c.action))
	}
	if o.action {
		c.action = o.name
	}
	c.values[o.name] = value
	return nil
}

func findOption(known [][]option, is func(option) bool) *option {
	for _, list := range append(known, rooted) {
		for i := range list {
			if is(list[i]) {
				return &list[i]
			}
		}
	}
	return nil
}

// usageError is a mistake in a command line: a message, and status 2.
type usageError string

func (e usageError) Error() string { return string(e) }

// failure is what goes wrong in a command for good reason: a message, and
// status 2.
type failure string

func (e failure) Error() string { return string(e) }

// finish turns an error of a command into its message and status.
func finish(p *proc.Proc, name string, err error) (int, error) {
	switch e := err.(type) {
	case nil:
		return 0, nil
	case usageError:
		fmt.Fprintf(p.Stderr(), "%s: error: %s\n\nUse --help for help about %s.\n", name, e, name)
		return 2, nil
	case failure:
		fmt.Fprintf(p.Stderr(), "%s: error: %s\n", name, e)
		return 2, nil
	case exitStatus:
		return int(e), nil
	}
	return 0, err
}

// exitStatus is an exit status without a message.
type exitStatus int

func (exitStatus) Error() string { return "exit status" }
