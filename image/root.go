package image

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"coen/boot/handoff"
	"coen/fsimage/squashfs"
	"coen/medium"
	"coen/tree"
)

// writeRoot writes a sealed tree as squashfs and returns its size in bytes.
func writeRoot(ctx context.Context, w io.WriterAt, t *tree.Tree, o *squashfs.Options, done func(int64)) (int64, error) {
	sq, err := squashfs.NewWriter(w, o)
	if err != nil {
		return 0, err
	}
	err = WalkRoot(t, func(h *squashfs.Header, content squashfs.Content) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if content != nil {
			done(content.Size())
		}
		return sq.Add(h, content)
	})
	if closeErr := sq.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return 0, fmt.Errorf("root file system: %w", err)
	}
	if sq.Size()%handoff.VerityBlock != 0 {
		return 0, fmt.Errorf("root file system: size %d is not whole blocks", sq.Size())
	}
	return sq.Size(), nil
}

// WalkRoot calls fn for every path of a tree, in the order and in the terms in which
// it becomes squashfs. An error of fn ends the walk and is returned.
func WalkRoot(t *tree.Tree, fn func(*squashfs.Header, squashfs.Content) error) error {
	first := map[*tree.Node]string{}
	return t.Walk(func(name string, n *tree.Node) error { return fn(squashEntry(name, n, first)) })
}

// squashEntry describes a path to the squashfs writer. first notes the first
// name of each node with several.
func squashEntry(name string, n *tree.Node, first map[*tree.Node]string) (*squashfs.Header, squashfs.Content) {
	h := &squashfs.Header{
		Name:     strings.TrimPrefix(name, "/"),
		Mode:     medium.Mode(byte(n.Kind), n.Mode),
		UID:      n.UID,
		GID:      n.GID,
		ModTime:  time.Unix(n.ModTime, 0),
		Linkname: n.Target,
		Devmajor: n.Major,
		Devminor: n.Minor,
	}
	if h.Name == "" {
		h.Name = "."
	}
	if old, seen := first[n]; seen {
		h.Hardlink = old
		return h, nil
	}
	if n.Links() > 1 && n.Kind != tree.Directory {
		first[n] = h.Name
	}
	if len(n.Xattrs) > 0 {
		h.Xattrs = map[string]string{}
		for k, v := range n.Xattrs {
			h.Xattrs[k] = string(v)
		}
	}
	if n.Kind != tree.Regular {
		return h, nil
	}
	if n.Content == nil {
		return h, tree.Bytes(nil)
	}
	return h, n.Content
}
