package command

import (
	"fmt"

	"coen/tree"
)

const duOptions = "0,null a,all apparent-size b,bytes c,total d,max-depth: k l,count-links m s,summarize x,one-file-system B,block-size:"

// du counts the blocks that files would occupy; see the package's
// documentation.
func du(c *call) int {
	if c.has("B") {
		return c.unmodelled("option -B")
	}
	u := &usage{call: c, max: -1, seen: map[*tree.Node]bool{}}
	if n, ok := atoi(c.value("d")); ok {
		u.max = n
	}
	if c.has("s") {
		u.max = 0
	}
	names := c.operands
	if len(names) == 0 {
		names = []string{"."}
	}
	status, total := 0, int64(0)
	for _, name := range names {
		n, err := c.lstat(name)
		if err != nil {
			status = c.failf("cannot access %s: %s", quote(name), reason(err))
			continue
		}
		total += u.count(name, n, 0)
	}
	if c.has("c") {
		u.show(total, "total")
	}
	return status
}

// usage is one run of du.
type usage struct {
	*call
	max  int // depth to show, -1 for all
	seen map[*tree.Node]bool
}

// count returns the bytes a file and all below it occupy, and shows what is to
// be shown.
func (u *usage) count(name string, n *tree.Node, depth int) int64 {
	if n.Links() > 1 && n.Kind != tree.Directory && !u.has("l") {
		if u.seen[n] {
			return 0
		}
		u.seen[n] = true
	}
	size := blocks(n) * blockSize
	if u.has("b") || u.has("apparent-size") {
		size = fileSize(n)
	}
	for _, child := range n.Names() {
		size += u.count(join(name, child), n.Child(child), depth+1)
	}
	if (n.Kind == tree.Directory || u.has("a") || depth == 0) && (u.max < 0 || depth <= u.max) {
		u.show(size, name)
	}
	return size
}

func (u *usage) show(size int64, name string) {
	unit := int64(1024)
	switch u.last("b", "k", "m") {
	case "b":
		unit = 1
	case "m":
		unit = 1 << 20
	}
	u.out.WriteString(fmt.Sprintf("%d\t%s", (size+unit-1)/unit, name))
	u.out.WriteByte(u.nullOr('\n'))
}
