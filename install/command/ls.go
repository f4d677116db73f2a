package command

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"coen/tree"
)

const lsOptions = "1 a,all A,almost-all d,directory l F,classify:: p,file-type R,recursive r,reverse t S U f " +
	"n,numeric-uid-gid g o,no-group G L,dereference H Q,quote-name N,literal b,escape q h,human-readable " +
	"k,kibibytes color:: time-style: full-time sort: group-directories-first"

// ls sorts names by bytes and writes one per line, as when its output is not a
// terminal.
func ls(c *call) int {
	if c.has("h") || c.has("U") || c.has("f") || c.has("b") || c.has("sort") || c.has("group-directories-first") ||
		c.has("color") && c.value("color") != "never" && c.value("color") != "auto" {
		return c.unmodelled("option -h, -U, -f, -b, --sort, --color or --group-directories-first")
	}
	l := &lister{call: c, long: c.has("l") || c.has("n") || c.has("g") || c.has("o") || c.has("full-time")}
	names := c.operands
	if len(names) == 0 {
		names = []string{"."}
	}
	var files, dirs []listed
	for _, name := range names {
		n, err := l.operand(name)
		switch {
		case err != nil:
			c.failf("cannot access %s: %s", quote(name), reason(err))
			l.status = 2
		case n.Kind == tree.Directory && !c.has("d"):
			dirs = append(dirs, listed{name, name, n})
		default:
			files = append(files, listed{name, name, n})
		}
	}
	l.sort(files)
	l.sort(dirs)
	l.list(files)
	titled := len(names) > 1 || c.has("R")
	for i, d := range dirs {
		l.directory(d, titled, i > 0 || len(files) > 0)
	}
	return l.status
}

// A lister is one run of ls.
type lister struct {
	*call
	long   bool
	status int
}

// A listed file has a name to show and a path.
type listed struct {
	name, path string
	node       *tree.Node
}

// operand looks a file up: a symbolic link to a directory is followed unless
// what is shown is the link itself.
func (l *lister) operand(name string) (*tree.Node, error) {
	n, err := l.lstat(name)
	if err != nil || n.Kind != tree.Symlink {
		return n, err
	}
	followed, err := l.lookup(name)
	switch {
	case l.has("L") || l.has("H"):
		return followed, err
	case err == nil && followed.Kind == tree.Directory && !l.long && !l.has("d") && !l.has("F"):
		return followed, nil
	}
	return n, nil
}

func (l *lister) sort(files []listed) {
	slices.SortStableFunc(files, func(a, b listed) int {
		order := 0
		switch l.last("t", "S") {
		case "t":
			order = cmp.Compare(b.node.ModTime, a.node.ModTime)
		case "S":
			order = cmp.Compare(fileSize(b.node), fileSize(a.node))
		}
		order = cmp.Or(order, cmp.Compare(a.name, b.name))
		if l.has("r") {
			return -order
		}
		return order
	})
}

// directory lists what a directory holds.
func (l *lister) directory(d listed, titled, gap bool) {
	if gap {
		l.printf("\n")
	}
	if titled {
		l.printf("%s:\n", d.path)
	}
	var files []listed
	if l.has("a") {
		files = append(files, listed{".", join(d.path, "."), d.node})
		if up, err := l.lookup(join(d.path, "..")); err == nil {
			files = append(files, listed{"..", join(d.path, ".."), up})
		}
	}
	for _, name := range d.node.Names() {
		if strings.HasPrefix(name, ".") && !l.has("a") && !l.has("A") {
			continue
		}
		child := d.node.Child(name)
		if l.has("L") && child.Kind == tree.Symlink {
			if followed, err := l.lookup(join(d.path, name)); err == nil {
				child = followed
			}
		}
		files = append(files, listed{name, join(d.path, name), child})
	}
	l.sort(files)
	if l.long {
		total := int64(0)
		for _, f := range files {
			total += blocks(f.node)
		}
		l.printf("total %d\n", total*blockSize/1024)
	}
	l.list(files)
	if l.has("R") {
		for _, f := range files {
			if f.node.Kind == tree.Directory && f.name != "." && f.name != ".." {
				l.directory(f, true, true)
			}
		}
	}
}

// list writes files, in long form with aligned columns.
func (l *lister) list(files []listed) {
	var rows [][]cell
	for _, f := range files {
		rows = append(rows, l.columns(f))
	}
	var widths [6]int
	for _, row := range rows {
		for i, cell := range row[:len(row)-1] {
			widths[i] = max(widths[i], len(cell.text))
		}
	}
	for _, row := range rows {
		for i, cell := range row[:len(row)-1] {
			if cell.left {
				l.printf("%-*s ", widths[i], cell.text)
			} else {
				l.printf("%*s ", widths[i], cell.text)
			}
		}
		l.printf("%s\n", row[len(row)-1].text)
	}
}

// A cell is a column of a line; names stand at its left, numbers at its right.
type cell struct {
	text string
	left bool
}

// columns returns the cells of a file's line.
func (l *lister) columns(f listed) []cell {
	name := l.quoted(f.name) + l.indicator(f.node)
	if !l.long {
		return []cell{{name, true}}
	}
	n := f.node
	if n.Kind == tree.Symlink {
		name = l.quoted(f.name) + " -> " + l.quoted(n.Target)
		if followed, err := l.lookup(f.path); err == nil {
			name += l.indicator(followed)
		}
	}
	owner, _ := nameOf(l.users(), n.UID)
	group, _ := nameOf(l.groups(), n.GID)
	if l.has("n") {
		owner, group = fmt.Sprint(n.UID), fmt.Sprint(n.GID)
	}
	size := fmt.Sprint(fileSize(n))
	if n.Kind == tree.CharDevice || n.Kind == tree.BlockDevice {
		size = fmt.Sprintf("%d, %d", n.Major, n.Minor)
	}
	cells := []cell{{string(kindLetter(n)) + permissions(n.Mode), true}, {fmt.Sprint(linkCount(n)), false}}
	if !l.has("g") {
		cells = append(cells, cell{owner, !l.has("n")})
	}
	if !l.has("o") && !l.has("G") {
		cells = append(cells, cell{group, !l.has("n")})
	}
	return append(cells, cell{size, false}, cell{l.time(n.ModTime) + " " + name, true})
}

// time formats a modification time.
func (l *lister) time(sec int64) string {
	style := l.value("time-style")
	t := time.Unix(sec, 0).UTC()
	switch {
	case style == "full-iso" || l.has("full-time"):
		return t.Format("2006-01-02 15:04:05.000000000 -0700")
	case style == "long-iso":
		return t.Format("2006-01-02 15:04")
	case strings.HasPrefix(style, "+"):
		text, ok := strftime(style[1:], t)
		if ok {
			return text
		}
		fallthrough
	case style != "" && style != "locale":
		l.unmodelled("time style %q", style)
	}
	return mtime(sec, l.Epoch())
}

func (l *lister) quoted(name string) string {
	if l.has("Q") {
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`).Replace(name) + `"`
	}
	return name
}

// indicator is what -F and -p put behind a name.
func (l *lister) indicator(n *tree.Node) string {
	switch {
	case !l.has("F") && !l.has("p"):
	case n.Kind == tree.Directory:
		return "/"
	case !l.has("F"):
	case n.Kind == tree.Symlink && !l.long:
		return "@"
	case n.Kind == tree.Fifo:
		return "|"
	case n.Kind == tree.Regular && n.Mode&0o111 != 0:
		return "*"
	}
	return ""
}
