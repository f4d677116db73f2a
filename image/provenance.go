package image

import (
	"bufio"
	"fmt"
	"io"
	"strconv"

	"coen/tree"
)

// WriteProvenance lists every path of the root file system with its author, one
// line each, in byte order, fields separated by tabs: path, type letter, mode in
// octal, uid:gid, digest, author, and then one further field for each who
// changed it. The digest is the SHA-256 of a regular file, the quoted target of
// a link, MAJOR:MINOR of a device and "-" for the rest. Paths and authors are
// quoted as Go does where they hold anything but printable ASCII.
func WriteProvenance(w io.Writer, t *tree.Tree) error {
	out := bufio.NewWriter(w)
	err := t.Walk(func(name string, n *tree.Node) error {
		digest, err := digest(n)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		fmt.Fprintf(out, "%s\t%c\t%04o\t%d:%d\t%s\t%s",
			plain(name), n.Kind, n.Mode, n.UID, n.GID, digest, plain(n.Made.String()))
		for _, a := range n.Changed {
			fmt.Fprintf(out, "\t%s", plain(a.String()))
		}
		return out.WriteByte('\n')
	})
	if err != nil {
		return fmt.Errorf("provenance: %w", err)
	}
	return out.Flush()
}

func digest(n *tree.Node) (string, error) {
	switch n.Kind {
	case tree.Regular:
		sum, err := n.Sum()
		return fmt.Sprintf("%x", sum), err
	case tree.Symlink:
		return strconv.Quote(n.Target), nil
	case tree.CharDevice, tree.BlockDevice:
		return fmt.Sprintf("%d:%d", n.Major, n.Minor), nil
	}
	return "-", nil
}

// plain returns s, quoted if it holds anything but printable ASCII.
func plain(s string) string {
	for _, c := range []byte(s) {
		if c < ' ' || c > '~' {
			return strconv.Quote(s)
		}
	}
	return s
}
