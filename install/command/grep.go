package command

import (
	"strconv"
	"strings"

	"coen/tree"
)

const grepOptions = "# E,extended-regexp F,fixed-strings G,basic-regexp P,perl-regexp e,regexp: f,file: " +
	"i,y,ignore-case no-ignore-case v,invert-match w,word-regexp x,line-regexp c,count " +
	"l,files-with-matches L,files-without-match m,max-count: o,only-matching q,quiet,silent " +
	"s,no-messages b,byte-offset H,with-filename h,no-filename n,line-number T,initial-tab " +
	"Z,null z,null-data A,after-context: B,before-context: C,context: a,text U,binary " +
	"r,recursive R,dereference-recursive include: exclude: exclude-dir: binary-files: " +
	"label: color:: colour:: line-buffered"

// grep is the model of grep(1); egrep and fgrep are grep -E and -F.
func grep(c *call) int {
	if c.has("P") || c.has("T") || c.has("exclude-dir") {
		return c.unmodelled("option -P, -T or --exclude-dir")
	}
	s := &searcher{call: c}
	if status := s.configure(); status != 0 {
		return status
	}
	names := c.operands
	recursive := c.has("r") || c.has("R")
	if len(names) == 0 {
		names = []string{"-"}
		if recursive {
			names = []string{""}
		}
	}
	s.named = c.last("H", "h") == "H" || c.last("H", "h") == "" && (len(names) > 1 || recursive)
	for _, name := range names {
		s.operand(name, recursive)
		if s.found && c.has("q") || c.fatal != nil {
			return 0
		}
	}
	switch {
	case s.trouble:
		return 2
	case s.found:
		return 0
	}
	return 1
}

func egrep(c *call) int {
	c.given = append(c.given, setting{"E", ""})
	return grep(c)
}

func fgrep(c *call) int {
	c.given = append(c.given, setting{"F", ""})
	return grep(c)
}

// A searcher is one run of grep.
type searcher struct {
	*call
	find          finder
	before, after int
	max           int // lines to find in a file, -1 without limit
	named         bool
	found         bool
	trouble       bool
	separated     bool // something was written, so that "--" comes before a gap
}

func (s *searcher) configure() (status int) {
	s.max = -1
	for _, o := range s.given {
		if !strings.Contains("# A B C m", o.name) {
			continue
		}
		n, err := strconv.Atoi(o.value)
		if err != nil || n < 0 && o.name != "m" {
			s.failf("%s: invalid context length argument", o.value)
			return 2
		}
		switch o.name {
		case "A":
			s.after = n
		case "B":
			s.before = n
		case "m":
			s.max = n
		default:
			s.before, s.after = n, n
		}
	}
	find, status := s.finder()
	s.find = find
	return status
}

// operand searches a file or, with -r, a directory.
func (s *searcher) operand(name string, recursive bool) {
	shown := name
	if name == "" {
		name = "."
	}
	n, err := s.lookup(name)
	switch {
	case name == "-" || err != nil:
		s.file(name)
	case n.Kind == tree.Directory && !recursive:
		s.complain("%s: Is a directory", name)
	case n.Kind == tree.Directory:
		for _, child := range n.Names() {
			s.below(joinShown(shown, child), n.Child(child))
		}
	default:
		s.file(name)
	}
}

func joinShown(dir, name string) string {
	if dir == "" {
		return name
	}
	return join(dir, name)
}

// below searches what -r finds: symbolic links only with -R.
func (s *searcher) below(name string, n *tree.Node) {
	if n.Kind == tree.Symlink {
		followed, err := s.lookup(name)
		if !s.has("R") || err != nil {
			return
		}
		n = followed
	}
	switch {
	case n.Kind == tree.Directory:
		for _, child := range n.Names() {
			s.below(join(name, child), n.Child(child))
		}
	case n.Kind == tree.Regular && s.included(base(name)):
		s.file(name)
	}
}

// included applies --include and --exclude.
func (s *searcher) included(name string) bool {
	result := !s.has("include")
	for _, o := range s.given {
		if (o.name == "include" || o.name == "exclude") && globMatch(o.value, name, false) {
			result = o.name == "include"
		}
	}
	return result
}

// complain reports a file that cannot be searched.
func (s *searcher) complain(format string, args ...any) {
	s.trouble = true
	if !s.has("s") {
		s.failf(format, args...)
	}
}
