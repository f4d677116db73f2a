package command

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"coen/tree"
)

func init() {
	findPlain = map[string]func(*finding) predicate{
		"-true":  func(*finding) predicate { return always },
		"-false": func(*finding) predicate { return func(*visit) bool { return false } },
		"-depth": func(f *finding) predicate { f.depth = true; return always },
		"-d":     func(f *finding) predicate { f.depth = true; return always },
		"-follow": func(f *finding) predicate {
			f.follow = 'L'
			return always
		},
		// There is one file system only, and nobody else at work.
		"-xdev": optionOnly, "-mount": optionOnly, "-noleaf": optionOnly, "-nowarn": optionOnly,
		"-warn": optionOnly, "-ignore_readdir_race": optionOnly,
		"-empty": func(*finding) predicate { return isEmpty },
		"-nouser": func(f *finding) predicate {
			return func(v *visit) bool { _, ok := nameOf(f.users(), v.node.UID); return !ok }
		},
		"-nogroup": func(f *finding) predicate {
			return func(v *visit) bool { _, ok := nameOf(f.groups(), v.node.GID); return !ok }
		},
		"-readable": accessible('r'), "-writable": accessible('w'), "-executable": accessible('x'),
		"-print": func(f *finding) predicate {
			f.acts = true
			return func(v *visit) bool { return f.print(v, '\n') }
		},
		"-print0": func(f *finding) predicate {
			f.acts = true
			return func(v *visit) bool { return f.print(v, 0) }
		},
		"-prune": func(*finding) predicate { return func(v *visit) bool { v.prune = true; return true } },
		"-quit": func(f *finding) predicate {
			f.acts = true
			return func(*visit) bool { f.quit = true; return false }
		},
		"-delete": func(f *finding) predicate {
			f.depth, f.acts = true, true
			return f.delete
		},
	}
}

func optionOnly(*finding) predicate { return always }

func isEmpty(v *visit) bool {
	switch v.node.Kind {
	case tree.Directory:
		return len(v.node.Names()) == 0
	case tree.Regular:
		return v.node.Size() == 0
	}
	return false
}

// accessible is what root may do: everything, but run only what somebody may.
func accessible(op byte) func(*finding) predicate {
	return func(f *finding) predicate {
		return func(v *visit) bool {
			n, err := f.lookup(v.name)
			return err == nil && nodeIs(n, op)
		}
	}
}

func (f *finding) print(v *visit, end byte) bool {
	f.out.WriteString(v.name)
	f.out.WriteByte(end)
	return true
}

func (f *finding) delete(v *visit) bool {
	if v.name == "." {
		return true
	}
	if err := f.Tree.Remove(f.Path(v.name)); err != nil {
		f.status = f.failf("cannot delete %s: %s", quote(v.name), reason(err))
		return false
	}
	return true
}

// A batch collects the names for one -exec ... +.
type batch struct {
	command []string
	dir     string // for -execdir: where the names are
	names   []string
	size    int
}

// maxArguments is how many bytes of arguments find and xargs hand to a command
// at once.
const maxArguments = 128 << 10

// exec reads the command of -exec or -execdir.
func (p *findParser) exec(name string) (predicate, error) {
	p.acts = true
	end := slices.IndexFunc(p.rest, func(s string) bool { return s == ";" })
	for i, arg := range p.rest {
		if arg == "+" && i > 0 && p.rest[i-1] == "{}" && (end < 0 || i < end) {
			return p.execMany(name, i)
		}
	}
	if end < 0 {
		return nil, fmt.Errorf("missing argument to `%s'", name)
	}
	command := p.rest[:end]
	p.rest = p.rest[end+1:]
	if len(command) == 0 {
		return nil, errors.New("invalid argument `;' to `" + name + "'")
	}
	inDir := name == "-execdir"
	return func(v *visit) bool {
		file, dir := v.name, ""
		if inDir {
			dir, file = path.Dir(v.name), "./"+v.base()
		}
		args := make([]string, len(command))
		for i, arg := range command {
			args[i] = strings.ReplaceAll(arg, "{}", file)
		}
		return p.command(args, dir) == 0
	}, nil
}

// execMany is the form that ends with "+", which stands at index end.
func (p *findParser) execMany(name string, end int) (predicate, error) {
	command := p.rest[:end-1]
	p.rest = p.rest[end+1:]
	if len(command) == 0 {
		return nil, errors.New("invalid argument `{}' to `" + name + "'")
	}
	b := &batch{command: command}
	p.batches = append(p.batches, b)
	for _, arg := range command {
		b.size += len(arg) + 1
	}
	inDir := name == "-execdir"
	f := p.finding
	return func(v *visit) bool {
		file, dir := v.name, ""
		if inDir {
			dir, file = path.Dir(v.name), "./"+v.base()
		}
		if dir != b.dir || b.size+len(file)+1 > maxArguments {
			b.flush(f)
			b.dir = dir
		}
		b.names = append(b.names, file)
		b.size += len(file) + 1
		return true
	}, nil
}

// flush runs the command with the names collected so far.
func (b *batch) flush(f *finding) {
	if len(b.names) == 0 {
		return
	}
	if f.command(append(slices.Clone(b.command), b.names...), b.dir) != 0 {
		f.status = 1
	}
	for _, name := range b.names {
		b.size -= len(name) + 1
	}
	b.names = nil
}

// command runs a command, in dir unless that is empty.
func (f *finding) command(args []string, dir string) int {
	child := f.Child(args...)
	if dir != "" {
		child.Dir = f.Path(dir)
	}
	status, found := f.call.start(child)
	if !found {
		f.failf("%s: %s", quote(args[0]), tree.ErrNotExist)
	}
	return status
}

func findPrintf(p *findParser, _, format string) (predicate, error) {
	p.acts = true
	f := p.finding
	return func(v *visit) bool {
		for i := 0; i < len(format); {
			switch {
			case format[i] == '\\':
				text, n, stop := printfEscape(format[i:], false)
				f.out.WriteString(text)
				if i += n; stop {
					return true
				}
			case format[i] == '%' && i+1 < len(format):
				i += f.printfDirective(v, format[i:])
			default:
				f.out.WriteByte(format[i])
				i++
			}
		}
		return true
	}, nil
}

// printfDirective writes what the directive at the start of s stands for and
// returns its length.
func (f *finding) printfDirective(v *visit, s string) int {
	i := 1
	for i < len(s)-1 && strings.IndexByte("-+ #0.123456789", s[i]) >= 0 {
		i++
	}
	spec := s[:i]
	letter := s[i]
	if letter == 'T' && i+1 < len(s) {
		f.out.WriteString(statPad(spec, f.timeField(v, s[i+1])))
		return i + 2
	}
	value, ok := f.printfValue(v, letter)
	if !ok {
		f.unmodelled("-printf directive %q", s[:i+1])
		return i + 1
	}
	f.out.WriteString(statPad(spec, value))
	return i + 1
}

func (f *finding) printfValue(v *visit, letter byte) (value any, ok bool) {
	n := v.node
	switch letter {
	case '%':
		return "%", true
	case 'p':
		return v.name, true
	case 'f':
		return v.base(), true
	case 'h':
		if i := strings.LastIndexByte(v.name, '/'); i >= 0 {
			return v.name[:i], true
		}
		return ".", true
	case 'P':
		return strings.TrimPrefix(strings.TrimPrefix(v.name, v.start), "/"), true
	case 'H':
		return v.start, true
	case 'd':
		return v.depth, true
	case 'm':
		return octal(n.Mode), true
	case 'M':
		return string(kindLetter(n)) + permissions(n.Mode), true
	case 'u', 'g':
		db, id := f.users(), n.UID
		if letter == 'g' {
			db, id = f.groups(), n.GID
		}
		name, _ := nameOf(db, id)
		return name, true
	case 'U':
		return int(n.UID), true
	case 'G':
		return int(n.GID), true
	case 's':
		return int(fileSize(n)), true
	case 'k':
		return int(blocks(n) * 4), true
	case 'b':
		return int(blocks(n) * 8), true
	case 'n':
		return linkCount(n), true
	case 'l':
		return n.Target, true
	case 'y':
		return string(rune(n.Kind)), true
	case 'Y':
		if followed, err := f.lookup(v.name); err == nil {
			return string(rune(followed.Kind)), true
		}
		return "N", true
	case 't':
		t := time.Unix(n.ModTime, 0).UTC()
		return t.Format("Mon Jan _2 15:04:05.") + noFraction + t.Format(" 2006"), true
	}
	return nil, false
}

// noFraction is the fraction of a second as find writes it.
const noFraction = "0000000000"

// timeField is %T followed by a letter.
func (f *finding) timeField(v *visit, letter byte) string {
	t := time.Unix(v.node.ModTime, 0).UTC()
	switch letter {
	case '@':
		return fmt.Sprintf("%d.%s", v.node.ModTime, noFraction)
	case '+':
		return t.Format("2006-01-02+15:04:05.") + noFraction
	case 'S':
		return t.Format("05.") + noFraction
	case 'T':
		return t.Format("15:04:05.") + noFraction
	}
	text, ok := strftime("%"+string(letter), t)
	if !ok {
		f.unmodelled("-printf directive %q", "%T"+string(letter))
	}
	return text
}
