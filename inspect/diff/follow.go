package diff

import (
	"cmp"
	"slices"
	"strings"

	"coen/boot/handoff"
	"coen/inspect"
	"coen/medium"
)

// follow marks changes that are consequences of others.
func (r *Report) follow() {
	has := map[inspect.Place]bool{}
	for _, c := range r.Changes {
		has[c.Place] = true
	}
	lockChanged := r.A.Lock != r.B.Lock
	releaseChanged := r.A.Release != r.B.Release
	for i := range r.Changes {
		c := &r.Changes[i]
		switch {
		case c.Place == inspect.OnMedium:
			c.Follows = ofFile(c, has, lockChanged)
		case c.Place == OfMenu && c.Kind == Changed && ownArguments(c.Traits):
			c.Follows = "root file system"
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
	if strings.HasPrefix(c.Path, "/live/medium-") && lockChanged {
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

// ownArguments reports whether an entry of a menu differs only in arguments that
// the build computes from the root file system.
func ownArguments(list []Trait) bool {
	return !slices.ContainsFunc(list, func(t Trait) bool {
		return t.Name != "argument" || !strings.HasPrefix(t.A, handoff.VerityKey+"=") || !strings.HasPrefix(t.B, handoff.VerityKey+"=")
	})
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
