package squashfs

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"testing"
	"time"
)

// randomTree makes a tree of n entries of every kind, sorted as Walk does.
func randomTree(rng *rand.Rand, n int) []entry {
	g := &generator{rng: rng, dirs: []string{"."}}
	list := []entry{{Header: g.header(".", fs.ModeDir|0o755)}}
	for i := range n {
		name := path.Join(g.dirs[rng.IntN(len(g.dirs))], fmt.Sprintf("%x-%d", rng.Uint32N(1<<(4*rng.UintN(8))), i))
		list = append(list, g.entry(name))
	}
	slices.SortFunc(list, byPath)
	return g.link(list)
}

type generator struct {
	rng  *rand.Rand
	dirs []string
}

func (g *generator) header(name string, mode fs.FileMode) Header {
	h := Header{
		Name:    name,
		Mode:    mode,
		UID:     g.rng.Uint32N(5) * 1000,
		GID:     g.rng.Uint32N(3) * 70000,
		ModTime: time.Unix(int64(g.rng.Uint32()), 0).UTC(),
	}
	if g.rng.IntN(8) == 0 {
		h.Xattrs = map[string]string{"security.test": fmt.Sprint(g.rng.IntN(4))}
		if mode&fs.ModeType == 0 || mode.IsDir() {
			h.Xattrs["user.test"] = strings.Repeat("v", g.rng.IntN(100))
		}
	}
	return h
}

func (g *generator) entry(name string) entry {
	permissions := fs.FileMode(g.rng.UintN(0o1000))
	switch g.rng.IntN(12) {
	case 0, 1:
		g.dirs = append(g.dirs, name)
		return entry{Header: g.header(name, fs.ModeDir|permissions|0o700)}
	case 2:
		e := entry{Header: g.header(name, fs.ModeSymlink|0o777)}
		e.Linkname = strings.Repeat("../x", 1+g.rng.IntN(20))
		return e
	case 3:
		e := entry{Header: g.header(name, fs.ModeDevice|fs.ModeCharDevice|permissions)}
		e.Devmajor, e.Devminor = g.rng.Uint32N(maxMajor+1), g.rng.Uint32N(maxMinor+1)
		return e
	case 4:
		return entry{Header: g.header(name, fs.ModeNamedPipe|permissions)}
	}
	return entry{g.header(name, permissions), g.content()}
}

// content has blocks of a few kinds, so that files are often equal in part.
func (g *generator) content() string {
	var b strings.Builder
	for range g.rng.IntN(6) {
		switch g.rng.IntN(3) {
		case 0:
			b.WriteString(strings.Repeat("\x00", 4096))
		case 1:
			b.WriteString(strings.Repeat("text", 1024))
		default:
			b.WriteString(noise(4096))
		}
	}
	b.WriteString(noise(100)[:g.rng.IntN(100)])
	return b.String()
}

// link makes some entries hard links of earlier ones.
func (g *generator) link(list []entry) []entry {
	for i := 1; i < len(list); i++ {
		first := list[g.rng.IntN(i)]
		if list[i].Mode.IsDir() || first.Mode.IsDir() || first.Hardlink != "" || g.rng.IntN(10) > 0 {
			continue
		}
		list[i] = entry{Header: Header{Name: list[i].Name, Hardlink: first.Name}}
	}
	return list
}

func TestRandomTrees(t *testing.T) {
	for seed := range uint64(25) {
		rng := rand.New(rand.NewPCG(seed, 0))
		entries := randomTree(rng, 20+rng.IntN(300))
		o := &Options{BlockSize: 4096 << rng.IntN(3), Level: Level(rng.IntN(5))}
		m := write(t, entries, o)
		got, err := read(open(t, m))
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		compare(t, got, effective(entries))
		copyImage(t, m, o)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// TestOrder adds entries backwards. Only the layout of contents may change.
func TestOrder(t *testing.T) {
	entries := slices.DeleteFunc(sample(), func(e entry) bool { return e.Hardlink != "" })
	backwards := slices.Clone(entries)
	slices.Reverse(backwards)
	got, err := read(open(t, write(t, backwards, small)))
	if err != nil {
		t.Fatal(err)
	}
	compare(t, got, entries)
}
