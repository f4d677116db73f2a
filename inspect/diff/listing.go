package diff

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"coen/inspect"
	"coen/medium"
)

// paths compares a place of both sides.
func paths(ctx context.Context, a, b *Side, p inspect.Place) ([]Change, error) {
	la, err := a.list(ctx, p)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", a.Name, err)
	}
	lb, err := b.list(ctx, p)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", b.Name, err)
	}
	all := maps.Clone(la)
	maps.Copy(all, lb)
	var changes []Change
	for _, path := range slices.SortedFunc(maps.Keys(all), comparePaths) {
		c := Change{Place: p, Path: path}
		ia, ib := la[path], lb[path]
		switch {
		case ia == nil:
			c.Kind, c.Author = Added, b.author(p, path)
			if a.Root != nil {
				c.Author = nobody
			}
			c.Traits = []Trait{{Name: "is", B: describe(ib)}}
		case ib == nil:
			c.Kind, c.Author = Removed, a.author(p, path)
			c.Traits = []Trait{{Name: "is", A: describe(ia)}}
		default:
			if c.Traits = traits(ia, ib); len(c.Traits) == 0 {
				continue
			}
			c.Kind, c.Author = Changed, b.author(p, path)
			if a.Root != nil {
				c.Author = a.author(p, path)
			}
		}
		changes = append(changes, c)
	}
	return changes, nil
}

// nobody is the author of what only the side has that is checked.
const nobody = "nobody: no package, script or rule makes it"

// comparePaths sorts what is in a directory right behind it.
func comparePaths(a, b string) int {
	return cmp.Compare(strings.ReplaceAll(a, "/", "\x00"), strings.ReplaceAll(b, "/", "\x00"))
}

// kinds name the types of files.
var kinds = map[fs.FileMode]string{
	0: "file", fs.ModeDir: "directory", fs.ModeSymlink: "link", fs.ModeDevice: "block device",
	fs.ModeDevice | fs.ModeCharDevice: "character device", fs.ModeNamedPipe: "pipe", fs.ModeSocket: "socket",
}

// describe says in short what an item is.
func describe(i *inspect.Item) string {
	switch {
	case i.Hardlink != "":
		return "another name of " + i.Hardlink
	case i.Mode.IsRegular():
		return content(i)
	case i.Mode&fs.ModeSymlink != 0:
		return fmt.Sprintf("link to %s", i.Target)
	}
	return kinds[i.Mode.Type()]
}

// digestMark comes before the digest of a content.
const digestMark = ", SHA-256 "

func content(i *inspect.Item) string {
	return fmt.Sprintf("%d bytes%s%x", i.Size, digestMark, i.SHA256)
}

// traits returns in what two items with one path differ.
func traits(a, b *inspect.Item) (list []Trait) {
	add := func(name, va, vb string) {
		if va != vb {
			list = append(list, Trait{name, va, vb})
		}
	}
	add("type", kinds[a.Mode.Type()], kinds[b.Mode.Type()])
	if len(list) > 0 {
		return list
	}
	if a.Mode&fs.ModeSymlink == 0 {
		add("mode", permissions(a.Mode), permissions(b.Mode))
	}
	add("owner", fmt.Sprintf("%d:%d", a.UID, a.GID), fmt.Sprintf("%d:%d", b.UID, b.GID))
	add("time", a.ModTime.UTC().Format(time.RFC3339), b.ModTime.UTC().Format(time.RFC3339))
	add("target", a.Target, b.Target)
	add("first name", a.Hardlink, b.Hardlink)
	if a.Mode.IsRegular() && (a.SHA256 != b.SHA256 || a.Size != b.Size) {
		add("content", content(a), content(b))
	}
	if a.Mode&fs.ModeDevice != 0 {
		add("device", fmt.Sprintf("%d:%d", a.Major, a.Minor), fmt.Sprintf("%d:%d", b.Major, b.Minor))
	}
	add("attributes", attributes(a.Xattrs), attributes(b.Xattrs))
	return list
}

// permissions are the bits as chmod(1) takes them.
func permissions(m fs.FileMode) string { return fmt.Sprintf("%04o", medium.Permissions(m)) }

func attributes(all map[string]string) string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		list = append(list, fmt.Sprintf("%s=%x", name, all[name]))
	}
	return strings.Join(list, " ")
}
