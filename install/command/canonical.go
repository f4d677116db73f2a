package command

import (
	"path"
	"strings"

	"coen/tree"
)

// canonical returns name without symbolic links, as realpath -m: what does not
// exist is taken as it stands.
func (c *call) canonical(name string) string {
	real, _ := c.resolve(name, mayMiss)
	return real
}

// What resolve demands of the path's elements.
type existence byte

const (
	mustExist   existence = iota // realpath -e
	lastMayMiss                  // realpath
	mayMiss                      // realpath -m
)

// resolve returns name as an absolute path without symbolic links.
func (c *call) resolve(name string, demand existence) (string, error) {
	if name == "" {
		return "", tree.ErrNotExist
	}
	todo := strings.Split(c.Path(name), "/")
	at := "/"
	for links := 0; len(todo) > 0; {
		elem := todo[0]
		todo = todo[1:]
		switch elem {
		case "", ".":
			continue
		case "..":
			at = path.Dir(at)
			continue
		}
		next := path.Join(at, elem)
		n, err := c.Tree.Lstat(next)
		switch {
		case err != nil && (demand == mayMiss || demand == lastMayMiss && isLast(todo) && c.isDir(at)):
		case err != nil:
			return next, err
		case n.Kind == tree.Symlink:
			if links++; links > 40 {
				return next, tree.ErrLoop
			}
			todo = append(strings.Split(n.Target, "/"), todo...)
			if strings.HasPrefix(n.Target, "/") {
				at = "/"
			}
			continue
		case n.Kind != tree.Directory && demand != mayMiss && len(todo) > 0:
			return next, tree.ErrNotDir
		}
		at = next
	}
	return at, nil
}

// isLast reports whether nothing but slashes follows.
func isLast(todo []string) bool { return strings.Trim(strings.Join(todo, "/"), "/") == "" }
