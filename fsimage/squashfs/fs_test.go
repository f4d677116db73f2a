package squashfs

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestFS(t *testing.T) {
	entries := slices.DeleteFunc(sample(), func(e entry) bool {
		return strings.HasPrefix(e.Name, "nasty") || strings.HasPrefix(e.Linkname, "/") || e.Hardlink == "link2"
	})
	if err := fstest.TestFS(open(t, write(t, entries, small)), "bin/ping6", "hole", "dev/null", "emptydir"); err != nil {
		t.Error(err)
	}
}

// TestLinks follows symbolic links, which must not lead out of the image.
func TestLinks(t *testing.T) {
	link := func(name, target string) entry {
		return entry{Header: Header{Name: name, Mode: fs.ModeSymlink, Linkname: target}}
	}
	r := open(t, write(t, []entry{
		{Header: Header{Name: ".", Mode: fs.ModeDir}},
		{Header: Header{Name: "a", Mode: fs.ModeDir}},
		{Header: Header{Name: "a/b", Mode: fs.ModeDir}},
		{Header{Name: "a/file"}, "content"},
		link("a/b/absolute", "/a/file"),
		link("a/b/above", "../../../../a/file"),
		link("a/b/chain", "absolute"),
		link("a/b/loop", "loop"),
		link("a/b/nowhere", "/etc/passwd"),
		link("dir", "a/./b//"),
	}, small))
	for _, name := range []string{"a/b/absolute", "a/b/above", "a/b/chain", "dir/chain", "dir/above"} {
		if got, err := fs.ReadFile(r, name); string(got) != "content" {
			t.Errorf("%s: read %q, %v", name, got, err)
		}
	}
	for _, name := range []string{"a/b/nowhere", "a/b/absolute/x", "a/file/.."} {
		if _, err := r.Open(name); err == nil {
			t.Errorf("%s: opened", name)
		}
	}
	if _, err := r.Open("a/b/loop"); err == nil || !strings.Contains(err.Error(), "too many") {
		t.Errorf("a/b/loop: %v", err)
	}
	if info, err := r.Stat("dir/above"); err != nil || info.Sys().(*Header).Name != "a/file" {
		t.Errorf("dir/above: %v, %v", info, err)
	}
	if target, err := r.ReadLink("dir"); target != "a/./b//" {
		t.Errorf("dir: target %q, %v", target, err)
	}
}
