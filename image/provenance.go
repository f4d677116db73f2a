package image

import (
	"fmt"
	"strconv"

	"coen/medium"
	"coen/tree"
)

// provenance records the author of every path of the root file system, in byte
// order.
func provenance(t *tree.Tree) (list []*medium.Record, err error) {
	err = t.Walk(func(name string, n *tree.Node) error {
		digest, err := digest(n)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		r := &medium.Record{
			Path: name, Kind: byte(n.Kind), Mode: n.Mode, UID: n.UID, GID: n.GID,
			Digest: digest, Made: n.Made.String(),
		}
		for _, a := range n.Changed {
			r.Changed = append(r.Changed, a.String())
		}
		list = append(list, r)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("provenance: %w", err)
	}
	return list, nil
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
