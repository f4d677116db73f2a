package command

import (
	"fmt"
	"strconv"
	"strings"

	"coen/install/command/regex"
	"coen/tree"
)

func init() {
	findTests = map[string]func(p *findParser, name, arg string) (predicate, error){
		"-name": findName, "-iname": findName,
		"-path": findPath, "-wholename": findPath, "-ipath": findPath, "-iwholename": findPath,
		"-lname": findLinkName, "-ilname": findLinkName,
		"-regex": findRegex, "-iregex": findRegex, "-regextype": findRegexType,
		"-type": findType, "-xtype": findType,
		"-maxdepth": findDepth, "-mindepth": findDepth,
		"-user": findOwner, "-group": findOwner, "-uid": findNumber, "-gid": findNumber, "-links": findNumber,
		"-perm": findPerm, "-size": findSize, "-newer": findNewer, "-samefile": findSame,
		"-mtime": findAge, "-mmin": findAge, "-printf": findPrintf,
	}
}

// folds reports whether a test is the variant that ignores case.
func folds(name string) bool { return strings.HasPrefix(name, "-i") }

func findName(_ *findParser, name, arg string) (predicate, error) {
	fold := folds(name)
	return func(v *visit) bool { return globMatch(arg, v.base(), fold) }, nil
}

func findPath(_ *findParser, name, arg string) (predicate, error) {
	fold := folds(name)
	return func(v *visit) bool { return globMatch(arg, v.name, fold) }, nil
}

func findLinkName(_ *findParser, name, arg string) (predicate, error) {
	fold := folds(name)
	return func(v *visit) bool {
		return v.node.Kind == tree.Symlink && globMatch(arg, v.node.Target, fold)
	}, nil
}

// regexTypes are the kinds of expression that are modelled: those of POSIX. The
// default of find, Emacs', is like a basic expression in which + and ? need no
// backslash; it is treated as such below.
var regexTypes = map[string]regex.Flags{
	"posix-basic": 0, "ed": 0, "sed": 0, "grep": 0, "posix-minimal-basic": 0,
	"posix-extended": regex.Extended, "egrep": regex.Extended, "posix-egrep": regex.Extended,
	"awk": regex.Extended, "posix-awk": regex.Extended,
}

func findRegexType(p *findParser, _, arg string) (predicate, error) {
	flags, ok := regexTypes[arg]
	if !ok {
		p.unmodelled("regular expressions of type %q", arg)
	}
	p.regex, p.typed = flags, true
	return nil, nil
}

func findRegex(p *findParser, name, arg string) (predicate, error) {
	flags := p.regex
	if !p.typed {
		arg = fromEmacs(arg)
	}
	if folds(name) {
		flags |= regex.IgnoreCase
	}
	re, err := regex.Compile(arg, flags)
	if err != nil {
		return nil, fmt.Errorf("failed to compile regular expression '%s': %v", arg, err)
	}
	return func(v *visit) bool {
		// The whole path must match, so that the leftmost match, which is the
		// longest, must be all of it.
		loc, err := re.Find([]byte(v.name), 0)
		if err != nil {
			p.unmodelled("%v", err)
		}
		return loc != nil && loc[0] == 0 && loc[1] == len(v.name)
	}, nil
}

// fromEmacs turns an Emacs regular expression into a basic one of GNU, where +
// and ? are written with a backslash.
func fromEmacs(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			i++
			if s[i] != '+' && s[i] != '?' && s[i] != '{' && s[i] != '}' {
				b.WriteByte('\\')
			}
			b.WriteByte(s[i])
		case s[i] == '[':
			_, n, err := regex.Bracket(s[i+1:], 0)
			if err != nil {
				b.WriteString(s[i:])
				return b.String()
			}
			b.WriteString(s[i : i+1+n])
			i += n
		case s[i] == '+' || s[i] == '?':
			b.WriteByte('\\')
			b.WriteByte(s[i])
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

func findType(p *findParser, name, arg string) (predicate, error) {
	for letter := range strings.SplitSeq(arg, ",") {
		if len(letter) != 1 || !strings.Contains("bcdpflsD", letter) {
			return nil, fmt.Errorf("Unknown argument to %s: %s", name, arg)
		}
	}
	return func(v *visit) bool {
		n := v.node
		if name == "-xtype" && n.Kind == tree.Symlink && p.follow != 'L' {
			if followed, err := p.lookup(v.name); err == nil {
				n = followed
			}
		}
		return strings.IndexByte(arg, byte(n.Kind)) >= 0
	}, nil
}

func findDepth(p *findParser, name, arg string) (predicate, error) {
	n, err := strconv.Atoi(arg)
	if err != nil || n < 0 {
		return nil, fmt.Errorf("Expected a positive decimal integer argument to %s, but got %s", name, quote(arg))
	}
	if name == "-mindepth" {
		p.min = n
	} else {
		p.max = n
	}
	return nil, nil
}

func findOwner(p *findParser, name, arg string) (predicate, error) {
	db, what := p.users(), "user name or UID"
	if name == "-group" {
		db, what = p.groups(), "group name or GID"
	}
	id, ok := number(db, arg)
	if !ok {
		return nil, fmt.Errorf("invalid %s argument to %s: %s", what, name, quote(arg))
	}
	return func(v *visit) bool {
		if name == "-group" {
			return v.node.GID == id
		}
		return v.node.UID == id
	}, nil
}

// comparison reads "5", "+5" or "-5".
func comparison(arg string) (n int64, matches func(int64) bool, ok bool) {
	digits := strings.TrimLeft(arg, "+-")
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || len(arg)-len(digits) > 1 {
		return 0, nil, false
	}
	switch arg[0] {
	case '+':
		return n, func(v int64) bool { return v > n }, true
	case '-':
		return n, func(v int64) bool { return v < n }, true
	}
	return n, func(v int64) bool { return v == n }, true
}

func findNumber(_ *findParser, name, arg string) (predicate, error) {
	_, matches, ok := comparison(arg)
	if !ok {
		return nil, fmt.Errorf("non-numeric argument to %s: %s", name, quote(arg))
	}
	return func(v *visit) bool {
		return matches(map[string]int64{
			"-uid": int64(v.node.UID), "-gid": int64(v.node.GID), "-links": int64(linkCount(v.node)),
		}[name])
	}, nil
}

func findPerm(_ *findParser, _, arg string) (predicate, error) {
	text, op := arg, byte('=')
	if arg != "" && (arg[0] == '-' || arg[0] == '/') {
		op, text = arg[0], arg[1:]
	}
	change, ok := parseMode(text, 0)
	if !ok {
		return nil, fmt.Errorf("invalid mode %s", quote(arg))
	}
	return func(v *visit) bool {
		want := change.apply(0, v.node.Kind == tree.Directory)
		switch op {
		case '-':
			return v.node.Mode&want == want
		case '/':
			return want == 0 || v.node.Mode&want != 0
		}
		return v.node.Mode == want
	}, nil
}

var sizeUnits = map[byte]int64{'b': 512, 'c': 1, 'w': 2, 'k': 1 << 10, 'M': 1 << 20, 'G': 1 << 30}

func findSize(_ *findParser, _, arg string) (predicate, error) {
	unit, digits := int64(512), arg
	if arg != "" && sizeUnits[arg[len(arg)-1]] != 0 {
		unit, digits = sizeUnits[arg[len(arg)-1]], arg[:len(arg)-1]
	}
	_, matches, ok := comparison(digits)
	if last := arg[max(len(arg)-1, 0):]; !ok && last != "" && !isDigit(last[0]) && unit == 512 {
		return nil, fmt.Errorf("invalid -size type `%s'", last)
	}
	if !ok {
		return nil, fmt.Errorf("Invalid argument `%s' to -size", arg)
	}
	return func(v *visit) bool { return matches((fileSize(v.node) + unit - 1) / unit) }, nil
}

func findNewer(p *findParser, _, arg string) (predicate, error) {
	n, err := p.lookup(arg)
	if err != nil {
		return nil, fmt.Errorf("%s: %s", quote(arg), reason(err))
	}
	return func(v *visit) bool { return v.node.ModTime > n.ModTime }, nil
}

func findSame(p *findParser, _, arg string) (predicate, error) {
	n, err := p.lstat(arg)
	if err != nil {
		return nil, fmt.Errorf("%s: %s", quote(arg), reason(err))
	}
	return func(v *visit) bool { return v.node == n }, nil
}

func findAge(p *findParser, name, arg string) (predicate, error) {
	_, matches, ok := comparison(arg)
	if !ok {
		return nil, fmt.Errorf("invalid argument `%s' to `%s'", arg, name)
	}
	return func(v *visit) bool {
		age := p.Epoch() - v.node.ModTime
		if name == "-mmin" {
			// Minutes are rounded up, days down.
			return matches((age + 59) / 60)
		}
		return matches(age / 86400)
	}, nil
}
