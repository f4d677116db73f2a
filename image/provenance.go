package image

import (
	"bufio"
	"fmt"
	"io"
	"strconv"

	"coen/medium"
	"coen/tree"
)

// WriteProvenance lists every path of the root file system with its author, one
// medium.Record each, in byte order.
func WriteProvenance(w io.Writer, t *tree.Tree) error {
	out := bufio.NewWriter(w)
	err := t.Walk(func(name string, n *tree.Node) error {
		digest, err := digest(n)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		r := medium.Record{
			Path: name, Kind: byte(n.Kind), Mode: n.Mode, UID: n.UID, GID: n.GID,
			Digest: digest, Made: n.Made.String(),
		}
		for _, a := range n.Changed {
			r.Changed = append(r.Changed, a.String())
		}
		_, err = out.WriteString(r.String() + "\n")
		return err
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
