package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"coen/fsimage/iso9660"
	"coen/inspect"
)

// record is something that has a name and respects in which it can differ.
type record struct {
	name   string
	traits []Trait // with A only
}

func (r *record) add(name string, value any) {
	r.traits = append(r.traits, Trait{Name: name, A: fmt.Sprint(value)})
}

// records compares two lists of records by name.
func records(p inspect.Place, a, b []record) (changes []Change) {
	names := map[string][2]*record{}
	for i := range a {
		names[a[i].name] = [2]*record{&a[i], nil}
	}
	for i := range b {
		names[b[i].name] = [2]*record{names[b[i].name][0], &b[i]}
	}
	for name, pair := range names {
		c := Change{Place: p, Path: name}
		switch {
		case pair[0] == nil:
			c.Kind = Added
			c.Traits = flip(pair[1].traits)
		case pair[1] == nil:
			c.Kind = Removed
			c.Traits = pair[0].traits
		default:
			if c.Traits = between(pair[0].traits, pair[1].traits); len(c.Traits) == 0 {
				continue
			}
			c.Kind = Changed
		}
		changes = append(changes, c)
	}
	slices.SortFunc(changes, func(x, y Change) int { return cmp.Compare(x.Path, y.Path) })
	return changes
}

// flip puts what is said of A under B.
func flip(list []Trait) (flipped []Trait) {
	for _, t := range list {
		flipped = append(flipped, Trait{Name: t.Name, B: t.A})
	}
	return flipped
}

// between returns the traits that differ of two lists that name the same.
func between(a, b []Trait) (list []Trait) {
	for i, t := range a {
		if t.A != b[i].A {
			list = append(list, Trait{t.Name, t.A, b[i].A})
		}
	}
	return list
}

// volume describes an image as a whole.
func volume(i *inspect.Image) []record {
	v := i.Medium.Volume
	r := record{name: "volume"}
	r.add("size", fmt.Sprintf("%d bytes", i.Size))
	r.add("name", v.Name)
	r.add("system", v.System)
	r.add("set", v.Set)
	r.add("publisher", v.Publisher)
	r.add("preparer", v.Preparer)
	r.add("application", v.Application)
	r.add("created", v.Created.UTC().Format(time.RFC3339))
	r.add("modified", v.Modified.UTC().Format(time.RFC3339Nano))
	r.add("Joliet tree", v.Joliet)
	return []record{r}
}

const behindImage = "behind the image"

// behind describes what lies behind an image.
func behind(n int64) []record {
	r := record{name: behindImage}
	r.add("length", fmt.Sprintf("%d bytes", n))
	return []record{r}
}

// bootImages describes the entries of the boot catalog.
func bootImages(i *inspect.Image) (list []record) {
	for n, b := range i.Medium.Volume.Boot {
		r := record{name: fmt.Sprintf("boot image %d for %s", n+1, b.Platform)}
		r.add("file", b.Name)
		r.add("sectors to load", b.Sectors)
		r.add("boot information table", b.InfoTable)
		list = append(list, r)
	}
	return list
}

// partitions describes MBR and GPT.
func partitions(i *inspect.Image) (list []record) {
	if h := i.Medium.Volume.Hybrid; h != nil {
		r := record{name: "disk"}
		r.add("MBR signature", fmt.Sprintf("%08x", h.Signature))
		r.add("GUID", h.Disk)
		r.add("MBR code", fmt.Sprintf("%x", h.Code))
		list = append(list, r)
	}
	for n, e := range i.Medium.MBR {
		r := record{name: fmt.Sprintf("MBR entry %d", n+1)}
		r.add("type", fmt.Sprintf("%02x", e.Type))
		r.add("active", e.Active)
		r.add("first sector", e.First)
		r.add("sectors", e.Sectors)
		list = append(list, r)
	}
	for n, p := range i.Medium.GPT {
		list = append(list, partition(n, &p))
	}
	return list
}

func partition(n int, p *iso9660.Partition) record {
	r := record{name: fmt.Sprintf("GPT partition %d", n+1)}
	r.add("name", p.Name)
	r.add("type", p.Type)
	r.add("GUID", p.ID)
	r.add("first sector", p.First)
	r.add("last sector", p.Last)
	r.add("attributes", fmt.Sprintf("%016x", p.Attributes))
	return r
}

// menus compares the boot menus, argument by argument.
func menus(a, b *inspect.Image) ([]Change, error) {
	ma, err := a.Menus()
	if err != nil {
		return nil, err
	}
	mb, err := b.Menus()
	if err != nil {
		return nil, err
	}
	ra, ea := menuRecords(ma)
	rb, eb := menuRecords(mb)
	changes := records(OfMenu, ra, rb)
	for i := range changes {
		c := &changes[i]
		if c.Kind == Changed && ea[c.Path] != nil && eb[c.Path] != nil {
			c.Traits = append(c.Traits, arguments(ea[c.Path].Arguments, eb[c.Path].Arguments)...)
			c.Traits = slices.DeleteFunc(c.Traits, func(t Trait) bool { return t.Name == commandLine })
		}
	}
	return together(changes), nil
}

// entryOf separates loader and entry in the name of a menu's record.
const entryOf = " entry "

// together makes one change of what is the same in the menus of both loaders.
func together(changes []Change) (list []Change) {
	for _, c := range changes {
		loader, id, isEntry := strings.Cut(c.Path, entryOf)
		i := slices.IndexFunc(list, func(d Change) bool {
			_, other, _ := strings.Cut(d.Path, entryOf)
			return isEntry && other == id && d.Kind == c.Kind && slices.Equal(d.Traits, c.Traits)
		})
		if i < 0 {
			list = append(list, c)
			continue
		}
		first, _, _ := strings.Cut(list[i].Path, entryOf)
		list[i].Path = first + " and " + loader + entryOf + id
	}
	return list
}

const commandLine = "command line"

func menuRecords(menus []inspect.Menu) (list []record, entries map[string]*inspect.MenuEntry) {
	entries = map[string]*inspect.MenuEntry{}
	for _, m := range menus {
		r := record{name: m.Loader}
		r.add("title", m.Title)
		r.add("timeout", m.Timeout)
		r.add("default", m.Default)
		r.add("other lines", strings.Join(m.Other, "; "))
		list = append(list, r)
		for i := range m.Entries {
			e := &m.Entries[i]
			r := record{name: m.Loader + entryOf + e.ID}
			r.add("title", e.Title)
			r.add("kernel", e.Kernel)
			r.add("initramfs", e.Initramfs)
			r.add(commandLine, e.CommandLine())
			list = append(list, r)
			entries[r.name] = e
		}
	}
	return list, entries
}

// arguments tells which kernel arguments were lost, gained, or have another value.
func arguments(a, b []string) (list []Trait) {
	lost, gained := without(a, b), without(b, a)
	for _, old := range lost {
		t := Trait{Name: "argument", A: old}
		key, _, valued := strings.Cut(old, "=")
		if i := slices.IndexFunc(gained, func(s string) bool { return valued && strings.HasPrefix(s, key+"=") }); i >= 0 {
			t.B = gained[i]
			gained = slices.Delete(gained, i, i+1)
		}
		list = append(list, t)
	}
	for _, s := range gained {
		list = append(list, Trait{Name: "argument", B: s})
	}
	if len(list) == 0 && !slices.Equal(a, b) {
		list = append(list, Trait{"order of arguments", strings.Join(a, " "), strings.Join(b, " ")})
	}
	return list
}

// without returns those of a that b lacks, counting each.
func without(a, b []string) (rest []string) {
	left := map[string]int{}
	for _, s := range b {
		left[s]++
	}
	for _, s := range a {
		if left[s]--; left[s] < 0 {
			rest = append(rest, s)
		}
	}
	return rest
}
