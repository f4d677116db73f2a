package command

import (
	"bytes"
	"fmt"
	"strings"
)

const xargsOptions = "+ 0,null a,arg-file: d,delimiter: I: i,replace:: L: l,max-lines:: n,max-args: " +
	"P,max-procs: r,no-run-if-empty s,max-chars: t,verbose x,exit E: e,eof::"

func xargs(c *call) int {
	if c.has("E") || c.has("e") {
		return c.unmodelled("option -E")
	}
	x := &argumentRunner{call: c, command: c.operands, stdin: !c.has("a")}
	if len(x.command) == 0 {
		x.command = []string{"echo"}
	}
	file := "-"
	if !x.stdin {
		file = c.value("a")
	}
	data, err := c.read(file)
	if err != nil {
		return c.failf("Cannot open input file %s: %s", quote(file), reason(err))
	}
	if status := x.limits(); status != 0 {
		return status
	}
	items, err := x.items(data)
	if err != nil {
		return c.failf("%v", err)
	}
	x.all(items)
	return x.status
}

// An argumentRunner is one run of xargs.
type argumentRunner struct {
	*call
	command []string
	stdin   bool   // the arguments come from standard input
	replace string // of -I, else ""
	words   int    // at most in one command; 0 means without limit
	lines   int
	chars   int
	status  int
}

// An item is an argument; last marks the last one on its line.
type item struct {
	text string
	last bool
}

func (x *argumentRunner) limits() int {
	x.chars = maxArguments
	for _, s := range x.given {
		if s.name == "i" || s.name == "I" {
			if x.replace = s.value; s.value == "" {
				x.replace = "{}"
			}
			x.exclusive("replace/-I/-i", x.words > 0, "max-args")
			x.exclusive("replace/-I/-i", x.lines > 0, "max-lines")
			x.words, x.lines = 0, 0
			continue
		}
		if !strings.Contains("n L l s", s.name) {
			continue
		}
		n, ok := atoi(s.value)
		if s.name == "l" && s.value == "" {
			n, ok = 1, true
		}
		if !ok || n < 1 {
			return x.failf("invalid number \"%s\" for -%s option", s.value, s.name)
		}
		if s.name == "s" {
			x.chars = n
			continue
		}
		x.count(s.name, n)
	}
	return 0
}

// count sets how many words or lines one command takes; of that and -I, the
// last one given counts, but that "-n 1" goes with -I.
func (x *argumentRunner) count(option string, n int) {
	if option == "n" {
		if x.replace != "" && n == 1 {
			return
		}
		x.exclusive("max-args", x.replace != "", "replace")
		x.exclusive("max-args", x.lines > 0, "max-lines")
		x.words, x.lines, x.replace = n, 0, ""
		return
	}
	x.exclusive("max-lines", x.replace != "", "replace")
	x.exclusive("max-lines", x.words > 0, "max-args")
	x.words, x.lines, x.replace = 0, n, ""
}

// exclusive warns that an option overrides one given before.
func (x *argumentRunner) exclusive(option string, given bool, before string) {
	if given {
		x.failf("warning: options --%s and --%s are mutually exclusive, ignoring previous --%s value",
			before, option, before)
	}
}

// items divides the input into arguments.
func (x *argumentRunner) items(data []byte) ([]item, error) {
	switch {
	case x.has("0") || x.has("d"):
		delimiter := byte(0)
		if x.last("0", "d") == "d" {
			text, _ := expandEscapes(x.value("d"))
			if len(text) != 1 {
				return nil, fmt.Errorf("Invalid input delimiter specification %s: the delimiter must be either a single character or an escape sequence starting with \\.", x.value("d"))
			}
			delimiter = text[0]
		}
		var all []item
		for _, record := range records(data, delimiter) {
			all = append(all, item{string(bytes.TrimSuffix(record, []byte{delimiter})), true})
		}
		return all, nil
	case x.replace != "":
		return lineItems(data)
	}
	return wordItems(data)
}

// wordItems reads words divided by blanks and newlines; quotes and backslashes
// protect. A line that ends with a blank continues.
func wordItems(data []byte) ([]item, error) {
	var all []item
	var word []byte
	started := false
	finish := func(last bool) {
		if started {
			all = append(all, item{string(word), last})
		}
		word, started = nil, false
	}
	for i := 0; i < len(data); i++ {
		switch b := data[i]; {
		case b == '\n':
			if !started && len(all) > 0 && i > 0 && data[i-1] != '\n' && !isBlank(data[i-1]) {
				all[len(all)-1].last = true
			}
			finish(true)
		case b == ' ' || b == '\t' || b == '\v' || b == '\f' || b == '\r':
			finish(false)
		case b == '\\' && i+1 < len(data):
			i++
			word, started = append(word, data[i]), true
		case b == '\'' || b == '"':
			end := bytes.IndexByte(data[i+1:], b)
			if end < 0 || bytes.IndexByte(data[i+1:i+1+end], '\n') >= 0 {
				kind := map[byte]string{'\'': "single", '"': "double"}[b]
				return nil, fmt.Errorf("unmatched %s quote; by default quotes are special to xargs unless you use the -0 option", kind)
			}
			word, started = append(word, data[i+1:i+1+end]...), true
			i += end + 1
		default:
			word, started = append(word, b), true
		}
	}
	finish(true)
	return all, nil
}

// lineItems reads lines without their leading blanks, as -I has it; empty ones
// do not count.
func lineItems(data []byte) ([]item, error) {
	var all []item
	for line := range bytes.Lines(data) {
		line = bytes.TrimSuffix(bytes.TrimLeft(line, " \t"), []byte("\n"))
		if len(line) == 0 {
			continue
		}
		// Within a line, blanks do not divide words.
		var quoted []byte
		for _, b := range line {
			if b == ' ' || b == '\t' {
				quoted = append(quoted, '\\')
			}
			quoted = append(quoted, b)
		}
		if bytes.ContainsAny(line, `'"\`) {
			quoted = protectBlanks(line)
		}
		words, err := wordItems(quoted)
		if err != nil {
			return nil, err
		}
		var text strings.Builder
		for _, w := range words {
			text.WriteString(w.text)
		}
		all = append(all, item{text.String(), true})
	}
	return all, nil
}

// protectBlanks puts a backslash before the blanks that are not quoted.
func protectBlanks(line []byte) []byte {
	var out []byte
	quote := byte(0)
	for i := 0; i < len(line); i++ {
		b := line[i]
		switch {
		case quote != 0:
			if b == quote {
				quote = 0
			}
		case b == '\'' || b == '"':
			quote = b
		case b == '\\' && i+1 < len(line):
			out = append(out, b)
			i++
			b = line[i]
		case b == ' ' || b == '\t':
			out = append(out, '\\')
		}
		out = append(out, b)
	}
	return out
}

// all runs the command as often as the limits ask.
func (x *argumentRunner) all(items []item) {
	if x.replace != "" {
		for _, it := range items {
			args := make([]string, len(x.command))
			for i, arg := range x.command {
				args[i] = strings.ReplaceAll(arg, x.replace, it.text)
			}
			if !x.once(args) {
				return
			}
		}
		return
	}
	if len(items) == 0 {
		if !x.has("r") {
			x.once(x.command)
		}
		return
	}
	for len(items) > 0 {
		n := x.fitting(items)
		args := append([]string(nil), x.command...)
		for _, it := range items[:n] {
			args = append(args, it.text)
		}
		if !x.once(args) {
			return
		}
		items = items[n:]
	}
}

// fitting returns how many of the items one command takes.
func (x *argumentRunner) fitting(items []item) int {
	size, lines := 0, 0
	for _, arg := range x.command {
		size += len(arg) + 1
	}
	for n, it := range items {
		size += len(it.text) + 1
		if n > 0 && (size > x.chars || x.words > 0 && n == x.words) {
			return n
		}
		if it.last {
			if lines++; x.lines > 0 && lines == x.lines {
				return n + 1
			}
		}
	}
	return len(items)
}

// once runs the command; false means that xargs must stop.
func (x *argumentRunner) once(args []string) bool {
	if x.has("t") {
		fmt.Fprintln(x.Stderr(), strings.Join(args, " "))
	}
	child := x.Child(args...)
	if x.stdin {
		delete(child.Files, 0)
	}
	status, found := x.start(child)
	switch {
	case x.fatal != nil:
		return false
	case !found:
		x.failf("%s: No such file or directory", args[0])
		x.status = 127
		return false
	case status == 255:
		x.failf("%s: exited with status 255; aborting", args[0])
		x.status = 124
		return false
	case status == 126 || status == 127:
		x.status = status
		return false
	case status != 0:
		x.status = 123
	}
	return true
}
