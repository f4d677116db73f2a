package shell

import (
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"coen/install/proc"
)

// export is export and readonly.
func (s *shell) export(c *call) (int, error) {
	flag := exported
	if c.args[0] == "readonly" {
		flag = readOnly
	}
	args := c.args[1:]
	if len(args) > 0 && args[0] == "-p" || len(args) == 0 {
		s.printAttribute(c.args[0], flag)
		return 0, nil
	}
	if args[0] == "--" {
		args = args[1:]
	}
	for _, arg := range args {
		name, value, assigns := strings.Cut(arg, "=")
		if !syntax.ValidName(name) {
			return 0, s.fail("%s: %s: bad variable name", c.args[0], arg)
		}
		if assigns {
			if err := s.set(name, value); err != nil {
				return 0, err
			}
		}
		s.addFlags(name, flag)
	}
	return 0, nil
}

func (s *shell) printAttribute(command string, flag varFlags) {
	for _, name := range s.sorted(flag) {
		if v := s.vars[name]; v.isSet {
			s.printf("%s %s=%s\n", command, name, quote(v.value))
		} else {
			s.printf("%s %s\n", command, name)
		}
	}
}

// local makes variables local to the function being called.
func (s *shell) local(c *call) (int, error) {
	sc := s.scope()
	if sc == nil {
		return 0, s.fail("local: not in a function")
	}
	for _, arg := range c.args[1:] {
		if arg == "-" {
			if sc.opts == nil {
				old := s.opts
				sc.opts = &old
			}
			continue
		}
		name, value, assigns := strings.Cut(arg, "=")
		if !syntax.ValidName(name) {
			return 0, s.fail("local: %s: bad variable name", arg)
		}
		s.makeLocal(sc, name)
		if assigns {
			if err := s.set(name, value); err != nil {
				return 0, err
			}
		}
	}
	return 0, nil
}

// scope returns the scope of the function being called, or nil.
func (s *shell) scope() *scope {
	for i := len(s.locals) - 1; i >= 0; i-- {
		if !s.locals[i].transparent {
			return s.locals[i]
		}
	}
	return nil
}

func (s *shell) unsetBuiltin(c *call) (int, error) {
	args := c.args[1:]
	functions, variables := false, false
	for len(args) > 0 && strings.HasPrefix(args[0], "-") && len(args[0]) > 1 {
		opt := args[0]
		args = args[1:]
		if opt == "--" {
			break
		}
		for _, letter := range opt[1:] {
			switch letter {
			case 'f':
				functions = true
			case 'v':
				variables = true
			default:
				return 0, s.fail("unset: Illegal option -%c", letter)
			}
		}
	}
	for _, name := range args {
		if functions && !variables {
			delete(s.funcs, name)
			continue
		}
		if s.bash {
			if done, err := s.unsetBash(name, variables); done || err != nil {
				if err != nil {
					return 0, err
				}
				continue
			}
		}
		if !syntax.ValidName(name) {
			return 0, s.fail("unset: %s: bad variable name", name)
		}
		if err := s.unset(name); err != nil {
			return 0, err
		}
	}
	return 0, nil
}

// read reads a line, byte by byte so that the rest stays for others.
func (s *shell) read(c *call) (int, error) {
	args, raw := c.args[1:], false
	for len(args) > 0 && strings.HasPrefix(args[0], "-") && len(args[0]) > 1 {
		opt := args[0]
		args = args[1:]
		if opt == "--" {
			break
		}
		switch {
		case opt == "-r":
			raw = true
		case opt == "-p" && len(args) > 0:
			args = args[1:]
		default:
			return 0, s.fail("read: Illegal option %s", opt)
		}
	}
	if len(args) == 0 {
		return 0, s.fail("read: arg count")
	}
	for _, name := range args {
		if !syntax.ValidName(name) {
			return 0, s.fail("read: %s: bad variable name", name)
		}
	}
	line, status, err := s.readLine('\n', raw)
	if err != nil {
		return 0, err
	}
	return status, s.assignFields(args, line)
}

// readLine reads up to the delimiter. Escaped characters are marked as quoted.
// The status is 1 at the end of the input.
func (s *shell) readLine(delimiter byte, raw bool) (field, int, error) {
	var line field
	var text []byte
	in, buf := s.proc.Stdin(), make([]byte, 1)
	escaped := false
	flush := func() {
		if len(text) > 0 {
			line = append(line, segment{string(text), expanded})
			text = nil
		}
	}
	for {
		if n, err := in.Read(buf); n == 0 || err != nil && n == 0 {
			flush()
			return line, 1, nil
		}
		switch b := buf[0]; {
		case escaped:
			escaped = false
			if b != '\n' {
				flush()
				line = append(line, segment{string(b), quoted})
			}
		case b == '\\' && !raw:
			escaped = true
		case b == delimiter:
			flush()
			return line, 0, nil
		case b != 0:
			text = append(text, b)
			if len(text) > maxValue {
				return nil, 0, errEndless
			}
		}
	}
}

// assignFields splits a line among variables; the last one gets what is left.
func (s *shell) assignFields(names []string, line field) error {
	separators, isSet := s.get("IFS")
	if !isSet {
		separators = " \t\n"
	}
	values := splitInto(line, separators, len(names))
	for i, name := range names {
		value := ""
		if i < len(values) {
			value = values[i]
		}
		if err := s.set(name, value); err != nil {
			return err
		}
	}
	return nil
}

// splitInto splits f into at most n strings. The last keeps its separators, but
// for white space at the end and a single separator behind a single field.
func splitInto(f field, separators string, n int) []string {
	var bytes []byte
	var hard []bool
	for _, seg := range f {
		bytes = append(bytes, seg.text...)
		for range len(seg.text) {
			hard = append(hard, seg.from == quoted)
		}
	}
	isSep := func(i int) bool { return !hard[i] && strings.IndexByte(separators, bytes[i]) >= 0 }
	isSpace := func(i int) bool { return isSep(i) && strings.IndexByte(" \t\n", bytes[i]) >= 0 }
	skip := func(i int) int {
		for i < len(bytes) && isSpace(i) {
			i++
		}
		return i
	}
	var out []string
	i := skip(0)
	for len(out) < n-1 && i < len(bytes) {
		start := i
		for i < len(bytes) && !isSep(i) {
			i++
		}
		out = append(out, string(bytes[start:i]))
		i = skip(i)
		if i < len(bytes) && isSep(i) && (i == start || !isSpace(i)) && !afterSpaceOnly(i, start, isSep, isSpace) {
			i = skip(i + 1)
		}
	}
	if i >= len(bytes) {
		return out
	}
	return append(out, lastField(bytes, i, isSep, isSpace, skip))
}

// afterSpaceOnly is false: a separator that is no white space belongs to the
// white space before it.
func afterSpaceOnly(int, int, func(int) bool, func(int) bool) bool { return false }

// lastField is what the last variable gets: all of the rest, or a single field
// without its separator.
func lastField(bytes []byte, start int, isSep, isSpace func(int) bool, skip func(int) int) string {
	i := start
	for i < len(bytes) && !isSep(i) {
		i++
	}
	end := skip(i)
	if end < len(bytes) && isSep(end) && skip(end+1) == len(bytes) {
		return string(bytes[start:i])
	}
	end = len(bytes)
	for end > start && isSpace(end-1) {
		end--
	}
	return string(bytes[start:end])
}

type getoptState struct {
	offset int // in the argument being read
}

// getopts reads one option from the arguments (XCU getopts).
func (s *shell) getopts(c *call) (int, error) {
	if len(c.args) < 3 {
		return 0, s.fail("getopts: Usage: getopts optstring var [arg...]")
	}
	spec, name, args := c.args[1], c.args[2], s.params
	if len(c.args) > 3 {
		args = c.args[3:]
	}
	text, _ := s.get("OPTIND")
	index, err := strconv.Atoi(text)
	if err != nil || index < 1 {
		index = 1
	}
	offset := s.getopt.offset
	if index > len(args) || offset == 0 && !isOption(args[index-1]) {
		return s.getoptsEnd(name, args, index)
	}
	arg := args[index-1]
	if offset == 0 {
		offset = 1
	}
	if offset >= len(arg) {
		return s.getoptsEnd(name, args, index)
	}
	letter := arg[offset]
	offset++
	o := optResult{letter: string(letter)}
	index, offset = s.parseOption(&o, spec, args, index, offset)
	if err := s.getoptsSet(name, &o, index); err != nil {
		return 0, err
	}
	s.getopt.offset = offset
	return 0, nil
}

func isOption(arg string) bool { return len(arg) > 1 && arg[0] == '-' && arg != "--" }

// optResult is what getopts found.
type optResult struct {
	letter string
	arg    *string
}

// parseOption looks up the letter at offset-1 of args[index-1], with its
// argument, and returns where to go on.
func (s *shell) parseOption(o *optResult, spec string, args []string, index, offset int) (int, int) {
	arg := args[index-1]
	silent := strings.HasPrefix(spec, ":")
	at := strings.Index(strings.TrimPrefix(spec, ":"), o.letter)
	known := at >= 0 && o.letter != ":"
	wants := known && strings.HasPrefix(strings.TrimPrefix(spec, ":")[at+1:], ":")
	rest := arg[offset:]
	if rest == "" || wants {
		index, offset = index+1, 0
	}
	letter := o.letter
	switch {
	case !known:
		o.letter = "?"
		if silent {
			o.arg = &letter
		} else {
			s.warnOption("Illegal option -%s", letter)
		}
	case wants && rest != "":
		o.arg = &rest
	case wants && index > len(args):
		o.letter = "?"
		if silent {
			o.letter, o.arg = ":", &letter
		} else {
			s.warnOption("No arg for -%s option", letter)
		}
	case wants:
		o.arg = &args[index-1]
		index++
	}
	return index, offset
}

func (s *shell) warnOption(format, letter string) {
	if text, ok := s.get("OPTERR"); !ok || text != "0" {
		s.warn(format, letter)
	}
}

func (s *shell) getoptsSet(name string, o *optResult, index int) error {
	if o.arg != nil {
		if err := s.set("OPTARG", *o.arg); err != nil {
			return err
		}
	} else if err := s.unset("OPTARG"); err != nil {
		return err
	}
	if err := s.set("OPTIND", strconv.Itoa(index)); err != nil {
		return err
	}
	return s.set(name, o.letter)
}

func (s *shell) getoptsEnd(name string, args []string, index int) (int, error) {
	if index <= len(args) && args[index-1] == "--" {
		index++
	}
	err := s.getoptsSet(name, &optResult{letter: "?"}, index)
	s.getopt = getoptState{}
	return 1, err
}

// ulimit knows no limits.
func (s *shell) ulimit(c *call) (int, error) {
	args := slices.DeleteFunc(slices.Clone(c.args[1:]), func(arg string) bool { return strings.HasPrefix(arg, "-") })
	if slices.Contains(c.args, "-a") {
		return 0, &proc.Unmodelled{What: "ulimit -a"}
	}
	if len(args) == 0 {
		s.printf("unlimited\n")
	}
	return 0, nil
}
