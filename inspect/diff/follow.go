package diff

import (
	"bytes"
	"cmp"
	"strings"

	"coen/boot/handoff"
	"coen/inspect"
	"coen/medium"
)

// follow marks changes that are consequences of others.
func (r *Report) follow() {
	has := map[inspect.Place]bool{}
	rootChanged := false // or only its bytes
	for _, c := range r.Changes {
		has[c.Place] = true
		rootChanged = rootChanged || c.Place == inspect.InRoot || repacked(&c, medium.Root)
	}
	r.split(rootChanged)
	lockChanged := r.A.Lock != r.B.Lock
	releaseChanged := r.A.Release != r.B.Release
	for i := range r.Changes {
		c := &r.Changes[i]
		switch {
		case c.Place == inspect.OnMedium:
			c.Follows = ofFile(c, has, lockChanged)
		case c.Place == OfMenu && c.Kind == Changed && releaseChanged && c.only("title"):
			c.Follows = "release"
		case c.Place == OfPartitions && c.Kind == Changed:
			c.Follows = ofPartition(c.Traits, lockChanged, has[inspect.OnMedium])
		case c.Place == OfImage && c.Path == "volume" && c.Kind == Changed:
			c.Follows = ofVolume(c, releaseChanged)
		}
	}
}

// ofFile finds what a changed file of the medium follows from: from what is in it.
func ofFile(c *Change, has map[inspect.Place]bool, lockChanged bool) string {
	if strings.HasPrefix(c.Path, mediumMark) && lockChanged {
		return "lock"
	}
	if c.Kind != Changed || !c.only("content") {
		return ""
	}
	for path, from := range map[string]inspect.Place{
		"/" + medium.Root:        inspect.InRoot,
		"/" + medium.RootHashes:  inspect.InRoot,
		"/" + medium.Provenance:  inspect.InRoot,
		"/" + medium.Initramfs:   inspect.InInitramfs,
		"/" + medium.Lock:        OfLock,
		"/boot/grub/efi.img":     inspect.InESP,
		"/boot/grub/grub.cfg":    OfMenu,
		"/isolinux/isolinux.cfg": OfMenu,
	} {
		if c.Path == path && has[from] {
			return string(from)
		}
	}
	if c.Path == "/"+medium.RootHashes || c.Path == "/"+medium.Provenance {
		return string(inspect.InRoot)
	}
	return ""
}

// split makes changes of their own of the arguments that the build computes, from the
// root file system or the release.
func (r *Report) split(rootChanged bool) {
	var list []Change
	for _, c := range r.Changes {
		if c.Place != OfMenu || c.Kind != Changed {
			list = append(list, c)
			continue
		}
		derived := c
		derived.Traits = nil
		rest := c
		rest.Traits = nil
		for _, t := range c.Traits {
			if from := r.ofArgument(t, rootChanged); from != "" {
				derived.Traits = append(derived.Traits, t)
				derived.Follows = from
			} else {
				rest.Traits = append(rest.Traits, t)
			}
		}
		for _, part := range []Change{rest, derived} {
			if len(part.Traits) > 0 {
				list = append(list, part)
			}
		}
	}
	r.Changes = list
}

// ofArgument finds what a changed kernel argument follows from.
func (r *Report) ofArgument(t Trait, rootChanged bool) string {
	both := func(key string) bool {
		return t.Name == "argument" && strings.HasPrefix(t.A, key+"=") && strings.HasPrefix(t.B, key+"=")
	}
	switch {
	case both(handoff.VerityKey) && rootChanged:
		return string(inspect.InRoot)
	case both(handoff.VolumeKey) && r.A.Release != r.B.Release:
		return "release"
	}
	return ""
}

// ofPartition finds what a partition follows from that differs only in what derives
// from the lock or from the sizes of files.
func ofPartition(list []Trait, lockChanged, filesChanged bool) (from string) {
	for _, t := range list {
		switch t.Name {
		case "GUID", "MBR signature":
			if !lockChanged {
				return ""
			}
			from = "lock"
		case "first sector", "last sector", "sectors":
			if !filesChanged {
				return ""
			}
			from = cmp.Or(from, "files")
		default:
			return ""
		}
	}
	return from
}

// ofVolume finds what another size or name of the volume follows from.
func ofVolume(c *Change, releaseChanged bool) string {
	for _, t := range c.Traits {
		switch t.Name {
		case "size":
		case "name", "application":
			if !releaseChanged {
				return ""
			}
		default:
			return ""
		}
	}
	if c.only("size") {
		return "files"
	}
	return "release"
}

// derived finds what the content of a file outside the root file system follows from:
// texts in which only the release or the mark of the medium is another, and the boot
// information table of ISOLINUX, which has the place of its file.
func (r *Report) derived(path string, a, b []byte) string {
	if path == "/isolinux/isolinux.bin" && len(a) == len(b) && len(a) > bootTableEnd &&
		bytes.Equal(a[:bootTable], b[:bootTable]) && bytes.Equal(a[bootTableEnd:], b[bootTableEnd:]) {
		return "files"
	}
	same := func(from, to string) bool {
		return from != "" && to != "" && from != to && bytes.Equal(bytes.ReplaceAll(a, []byte(from), []byte(to)), b)
	}
	switch {
	case same(r.A.Release, r.B.Release):
		return "release"
	case same(r.mark(Removed), r.mark(Added)):
		return "lock"
	}
	return ""
}

// The place of the boot information table in its file (El Torito, as ISOLINUX has it).
const (
	bootTable    = 8
	bootTableEnd = 64
)

// mark returns the path of the mark of the medium that one side has.
func (r *Report) mark(kind string) string {
	for i := range r.Changes {
		if c := &r.Changes[i]; c.Place == inspect.OnMedium && c.Kind == kind && strings.HasPrefix(c.Path, mediumMark) {
			return c.Path
		}
	}
	return ""
}

// mediumMark begins the path of the file by which boot loaders know the medium.
const mediumMark = "/live/medium-"
