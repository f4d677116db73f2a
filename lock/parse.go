package lock

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"coen/debian/archive"
	"coen/debian/relation"
	"coen/debian/version"
	"coen/profile"
)

// MaxSize is the largest size in bytes of a lock file. That of a desktop system
// has 150 kB.
const MaxSize = 16 << 20

// Parse reads a lock file. It accepts only what Bytes would write.
func Parse(text []byte) (*Lock, error) { return parse(text, false) }

// ParsePrevious reads a lock that another is to replace, a Request's Previous. It
// may be from before locks named a profile.
func ParsePrevious(text []byte) (*Lock, error) { return parse(text, true) }

func parse(text []byte, previous bool) (*Lock, error) {
	if len(text) > MaxSize {
		return nil, fmt.Errorf("lock: larger than %d bytes", MaxSize)
	}
	p := &parser{rest: string(text), previous: previous}
	l, err := p.parse()
	if err != nil {
		return nil, fmt.Errorf("lock: line %d: %w", p.line, err)
	}
	return l, nil
}

// A parser goes through a lock file line by line.
type parser struct {
	rest     string
	line     int  // number of the current line
	previous bool // whether there may be no profile
}

// next returns the words that follow the keyword on the next line: n of them,
// the last of which may have blanks in it. If the line has another keyword it
// returns nil and stays where it is.
func (p *parser) next(keyword string, n int) ([]string, error) {
	line, rest, complete := strings.Cut(p.rest, "\n")
	word, tail, _ := strings.Cut(line, " ")
	if word != keyword {
		return nil, nil
	}
	p.rest, p.line = rest, p.line+1
	if !complete {
		return nil, errors.New("no newline at its end")
	}
	words := strings.SplitN(tail, " ", n)
	if len(words) != n || slices.Contains(words, "") {
		return nil, fmt.Errorf("%q needs %d words, separated by single blanks", keyword, n)
	}
	for _, c := range []byte(tail) {
		if c < ' ' || c > '~' {
			return nil, fmt.Errorf("bad character %q", c)
		}
	}
	return words, nil
}

// one is next for a line of one word that must be there.
func (p *parser) one(keyword string) (string, error) {
	words, err := p.next(keyword, 1)
	if err != nil {
		return "", err
	}
	if words == nil {
		p.line++
		if keyword == "profile" {
			return "", fmt.Errorf("no %q line: the lock is from before coen %s; make it again with coen lock", keyword, profile.Current.Since)
		}
		return "", fmt.Errorf("no %q line", keyword)
	}
	return words[0], nil
}

func (p *parser) parse() (*Lock, error) {
	l := &Lock{}
	head := []struct {
		keyword string
		take    func(string) error
	}{
		{"coen-lock", func(s string) error { return must(s == "1", "format %q is not known", s) }},
		{"profile", func(s string) (err error) { l.Profile, err = parseProfile(s); return err }},
		{"recipe", func(s string) (err error) { l.Recipe, err = archive.ParseDigest(s); return err }},
		{"arch", func(s string) error { l.Arch = s; return must(isWord(s) && s != "all", "bad architecture %q", s) }},
		{"time", func(s string) (err error) { l.Time, err = parseTime(s); return err }},
	}
	for _, h := range head {
		if h.keyword == "profile" && p.previous && !strings.HasPrefix(p.rest, "profile ") {
			continue
		}
		word, err := p.one(h.keyword)
		if err == nil {
			err = h.take(word)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := p.suites(l); err != nil {
		return nil, err
	}
	if err := p.packages(l); err != nil {
		return nil, err
	}
	if p.rest != "" {
		p.line++
		return nil, fmt.Errorf("unexpected %.80q", strings.SplitN(p.rest, "\n", 2)[0])
	}
	return l, nil
}

func must(ok bool, format string, args ...any) error {
	if ok {
		return nil
	}
	return fmt.Errorf(format, args...)
}

func (p *parser) suites(l *Lock) error {
	for {
		words, err := p.next("suite", 6)
		if words == nil || err != nil {
			return err
		}
		s := Suite{Archive: words[0], Name: words[1], Components: strings.Split(words[2], ",")}
		if s.Date, err = parseTime(words[3]); err != nil {
			return err
		}
		if s.File, err = parseFile(words[4], words[5]); err != nil {
			return err
		}
		if err := s.check(); err != nil {
			return err
		}
		if _, twice := l.Suite(s.Name); twice {
			return fmt.Errorf("suite %q occurs twice", s.Name)
		}
		l.Suites = append(l.Suites, s)
	}
}

func (s Suite) check() error {
	if !isWord(s.Archive) || !isWord(s.Name) {
		return fmt.Errorf("bad suite %q of archive %q", s.Name, s.Archive)
	}
	for i, c := range s.Components {
		if !isWord(c) || slices.Contains(s.Components[:i], c) {
			return fmt.Errorf("bad component %q", c)
		}
	}
	return nil
}

func (p *parser) packages(l *Lock) error {
	for {
		words, err := p.next("package", 8)
		if words == nil || err != nil {
			return err
		}
		pkg := Package{Name: words[0], Version: words[1], Arch: words[2], Suite: words[3], Path: words[6], Reason: words[7]}
		if pkg.File, err = parseFile(words[4], words[5]); err != nil {
			return err
		}
		if err := pkg.check(l); err != nil {
			return err
		}
		l.Packages = append(l.Packages, pkg)
	}
}

// check holds the package against the lock it comes next in.
func (p Package) check(l *Lock) error {
	if err := relation.CheckName(p.Name); err != nil {
		return err
	}
	if n := len(l.Packages); n > 0 && l.Packages[n-1].Name >= p.Name {
		return fmt.Errorf("package %q occurs twice or out of order", p.Name)
	}
	v, err := version.Parse(p.Version)
	if err != nil {
		return err
	}
	if v.String() != p.Version {
		return fmt.Errorf("version %q is not in canonical form", p.Version)
	}
	if p.Arch != l.Arch && p.Arch != "all" {
		return fmt.Errorf("package %q is for architecture %q", p.Name, p.Arch)
	}
	if _, known := l.Suite(p.Suite); !known {
		return fmt.Errorf("package %q is from suite %q, which is not listed", p.Name, p.Suite)
	}
	if p.Reason != strings.TrimSpace(p.Reason) {
		return fmt.Errorf("blanks around the reason for %q", p.Name)
	}
	return archive.CheckPath(p.Path)
}

func parseProfile(s string) (p profile.Profile, err error) {
	number, since, _ := strings.Cut(s, " ")
	p.Since = since
	p.Number, err = strconv.Atoi(number)
	if err != nil || p.Number < 1 || strconv.Itoa(p.Number) != number || !isWord(since) {
		return p, fmt.Errorf("bad profile %.40q", s)
	}
	return p, nil
}

func parseTime(s string) (time.Time, error) {
	t, err := time.Parse(stampFormat, s)
	if err != nil || t.Format(stampFormat) != s {
		return time.Time{}, fmt.Errorf("bad time %.40q", s)
	}
	return t, nil
}

func parseFile(size, digest string) (f archive.File, err error) {
	f.Size, err = strconv.ParseInt(size, 10, 63)
	if err != nil || f.Size < 0 || strconv.FormatInt(f.Size, 10) != size {
		return f, fmt.Errorf("bad size %.40q", size)
	}
	f.SHA256, err = archive.ParseDigest(digest)
	return f, err
}

// isWord reports whether s is a name of lower-case letters, digits and inner
// hyphens, dots, underscores and slashes.
func isWord(s string) bool {
	for i, c := range []byte(s) {
		inner := i > 0 && i < len(s)-1
		if !('a' <= c && c <= 'z' || '0' <= c && c <= '9' || inner && strings.IndexByte("-._/", c) >= 0) {
			return false
		}
	}
	return s != "" && !strings.Contains(s, "..") && !strings.Contains(s, "//")
}
