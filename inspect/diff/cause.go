package diff

import (
	"fmt"
	"strings"

	"coen/inspect"
	"coen/medium"
)

// cause says in one sentence why a and b differ, as far as that can be told.
func cause(r *Report) string {
	roots := r.roots()
	switch {
	case r.Identical:
		return "Nothing differs: they are the same, byte for byte."
	case !r.Different():
		return "Nothing differs: everything is as the lock makes it, path by path."
	case len(r.Packages) > 0:
		return packageCause(r, roots)
	case len(roots) == 0 && len(r.Changes) == 0:
		return "The same content, laid out in other bytes: what differs is in no file and no table that is compared."
	case len(roots) == 0:
		return "Only what derives from other parts differs."
	}
	if s := only(roots); s != "" {
		return s
	}
	if len(roots) == 1 {
		return single(&roots[0])
	}
	return summary(roots)
}

// roots returns the changes that follow from no other.
func (r *Report) roots() (list []Change) {
	for _, c := range r.Changes {
		if c.Follows == "" {
			list = append(list, c)
		}
	}
	return list
}

func packageCause(r *Report, roots []Change) string {
	var versions, rebuilt, added, removed int
	for _, p := range r.Packages {
		switch {
		case p.A == "":
			added++
		case p.B == "":
			removed++
		case p.Bytes:
			rebuilt++
		default:
			versions++
		}
	}
	var parts []string
	for _, c := range []struct {
		n    int
		what string
	}{{versions, "%s another version"}, {rebuilt, "%s the same version and other bytes"}, {added, "%s been added"}, {removed, "%s been removed"}} {
		if c.n > 0 {
			parts = append(parts, fmt.Sprintf(c.what, count(c.n, "package has", "packages have")))
		}
	}
	s := strings.Join(parts, ", ")
	for _, c := range roots {
		if c.Place == OfLock && c.Path == "lock" && has(&c, "recipe") {
			s += ", and the recipe is another"
		}
	}
	return s + "."
}

func has(c *Change, trait string) bool {
	for _, t := range c.Traits {
		if t.Name == trait {
			return true
		}
	}
	return false
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// only recognizes changes that are all of one kind.
func only(list []Change) string {
	all := func(f func(*Change) bool) bool {
		for i := range list {
			if !f(&list[i]) {
				return false
			}
		}
		return true
	}
	switch {
	case all(func(c *Change) bool { return repacked(c, medium.Root) }):
		return "The same content, compressed or laid out otherwise: the root file system holds the same files in other bytes, as another version of the zstd encoder or another writer makes them."
	case all(func(c *Change) bool { return repacked(c, medium.Initramfs) }):
		return "The same content, compressed otherwise: the initramfs holds the same files in other bytes, as another version of the zstd encoder makes them."
	case all(func(c *Change) bool { return repacked(c, medium.Root) || repacked(c, medium.Initramfs) }):
		return "The same content, compressed otherwise: as another version of the zstd encoder makes it."
	case len(list) > 1 && all(func(c *Change) bool { return c.only("time") }):
		return fmt.Sprintf("The same content with other time stamps, at %d paths.", len(list))
	case len(list) > 1 && all(func(c *Change) bool { return c.only("owner") }):
		return fmt.Sprintf("The same content with other owners, at %d paths.", len(list))
	case all(func(c *Change) bool { return c.Place == OfMenu }):
		return menuCause(list)
	}
	return ""
}

// repacked reports whether a file of the medium has other bytes although what is
// packed in it is the same.
func repacked(c *Change, name string) bool {
	return c.Place == inspect.OnMedium && c.Path == "/"+name && c.only("content")
}

func menuCause(list []Change) string {
	var parts []string
	for i := range list {
		parts = append(parts, list[i].Phrases()...)
	}
	return "The boot menu differs: " + strings.Join(parts, "; ") + "."
}

// single is the cause when one change explains all others.
func single(c *Change) string {
	s := strings.Join(c.Phrases(), "; ")
	if c.Author != "" && c.Place == inspect.InRoot {
		s += " (" + c.Author + ")"
	}
	return "One change explains all: " + s + "."
}

func summary(list []Change) string {
	counts := map[inspect.Place]int{}
	for _, c := range list {
		counts[c.Place]++
	}
	var parts []string
	for _, p := range order {
		if n := counts[p]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s in %s", count(n, "change", "changes"), placeNames[p]))
		}
	}
	return "No single cause: " + strings.Join(parts, ", ") + "."
}

// order is that of places in everything that is printed.
var order = []inspect.Place{OfLock, OfImage, OfPartitions, OfBoot, OfMenu, inspect.OnMedium, inspect.InESP, inspect.InInitramfs, inspect.InRoot}

var placeNames = map[inspect.Place]string{
	OfLock: "the lock", OfImage: "the image as a whole", OfPartitions: "the partition tables", OfBoot: "the boot catalog",
	OfMenu: "the boot menus", inspect.OnMedium: "the files of the medium", inspect.InESP: "the EFI system partition",
	inspect.InInitramfs: "the initramfs", inspect.InRoot: "the root file system",
}
