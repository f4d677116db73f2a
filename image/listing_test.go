package image

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"coen/tree"
)

// traits are what two root file systems must have in common at a path, in the
// order in which they are compared. Each is printed text, empty if the path has
// no such thing.
var traits = []string{"type", "mode", "owner", "links", "target", "content", "attributes"}

// A listing has the traits of every path, and under "lines" the digest of a
// file's lines in sorted order.
type listing map[string]map[string]string

// readTree lists a tree.
func readTree(t *testing.T, root *tree.Tree) listing {
	t.Helper()
	list := listing{}
	must(t, root.Walk(func(name string, n *tree.Node) error {
		e := map[string]string{"type": string(n.Kind), "owner": fmt.Sprintf("%d:%d", n.UID, n.GID)}
		e["target"] = n.Target
		if n.Kind != tree.Symlink {
			e["mode"] = fmt.Sprintf("%04o", n.Mode)
		}
		if n.Kind != tree.Directory {
			e["links"] = fmt.Sprint(n.Links())
		}
		switch n.Kind {
		case tree.Regular:
			content, err := n.Read()
			must(t, err)
			e["content"], e["lines"] = digests(content)
		case tree.CharDevice, tree.BlockDevice:
			e["content"] = fmt.Sprintf("%d:%d", n.Major, n.Minor)
		}
		e["attributes"] = printAttributes(n.Xattrs)
		list[name] = e
		return nil
	}))
	return list
}

// readDir lists a directory as if it were the root.
func readDir(t *testing.T, root string) listing {
	t.Helper()
	list := listing{}
	must(t, filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		must(t, err)
		info, err := d.Info()
		must(t, err)
		st := info.Sys().(*syscall.Stat_t)
		e := map[string]string{"mode": fmt.Sprintf("%04o", st.Mode&0o7777), "owner": fmt.Sprintf("%d:%d", st.Uid, st.Gid)}
		e["links"] = fmt.Sprint(st.Nlink)
		e["attributes"] = printAttributes(readAttributes(t, file))
		switch info.Mode().Type() {
		case 0:
			e["type"] = "f"
			content, err := os.ReadFile(file)
			must(t, err)
			e["content"], e["lines"] = digests(content)
		case fs.ModeDir:
			e["type"] = "d"
			delete(e, "links")
		case fs.ModeSymlink:
			e["type"] = "l"
			delete(e, "mode")
			e["target"], err = os.Readlink(file)
			must(t, err)
		case fs.ModeDevice | fs.ModeCharDevice:
			e["type"] = "c"
			e["content"] = fmt.Sprintf("%d:%d", unix.Major(st.Rdev), unix.Minor(st.Rdev))
		default:
			e["type"] = info.Mode().Type().String()
		}
		list["/"+strings.TrimPrefix(strings.TrimPrefix(file, root), "/")] = e
		return nil
	}))
	return list
}

// digests returns the SHA-256 of content, and that of its lines in sorted order
// where it may be a text.
func digests(content []byte) (whole, lines string) {
	whole = fmt.Sprintf("%x", sha256.Sum256(content))
	if len(content) > 1<<20 {
		return whole, ""
	}
	sorted := slices.SortedFunc(bytes.Lines(content), bytes.Compare)
	return whole, fmt.Sprintf("%x", sha256.Sum256(bytes.Join(sorted, nil)))
}

func readAttributes(t *testing.T, file string) map[string][]byte {
	t.Helper()
	names := make([]byte, 4096)
	n, err := unix.Llistxattr(file, names)
	if errors.Is(err, unix.ENOTSUP) {
		return nil
	}
	must(t, err)
	all := map[string][]byte{}
	for name := range strings.SplitSeq(strings.TrimSuffix(string(names[:n]), "\x00"), "\x00") {
		if name == "" {
			continue
		}
		value := make([]byte, 4096)
		n, err := unix.Lgetxattr(file, name, value)
		must(t, err)
		all[name] = value[:n]
	}
	return all
}

func printAttributes(all map[string][]byte) string {
	var list []string
	for name, value := range all {
		list = append(list, fmt.Sprintf("%s=%x", name, value))
	}
	slices.Sort(list)
	return strings.Join(list, " ")
}
