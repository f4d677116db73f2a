package image

import (
	"debug/elf"
	"io"
	"path"
	"strings"
	"testing"

	"coen/tree"
)

// needed reports programs and libraries that want a library which the tree does
// not have: something was left out without what hangs on it. It looks where ld.so
// does, in the directories that the file itself names and those of ld.so.conf, and
// beside the file, where programs find the parts of a set.
func needed(t *testing.T, root *tree.Tree) {
	t.Helper()
	standard := []string{"/usr/lib/x86_64-linux-gnu", "/usr/lib", "/usr/lib64"}
	count := 0
	must(t, root.Walk(func(name string, n *tree.Node) error {
		if n.Kind != tree.Regular || n.Content == nil {
			return nil
		}
		f, err := elf.NewFile(io.NewSectionReader(n.Content, 0, n.Content.Size()))
		if err != nil {
			return nil // not an ELF file
		}
		count++
		libraries, err := f.ImportedLibraries()
		must(t, err)
		dirs := append(own(t, f, path.Dir(name)), append(standard, path.Dir(name))...)
		for _, lib := range libraries {
			if !found(root, dirs, lib) {
				t.Errorf("%s needs %s, which is not there", name, lib)
			}
		}
		return nil
	}))
	if count == 0 {
		t.Error("the tree has no ELF files")
	}
	t.Logf("%d ELF files have what they need", count)
}

// own returns the directories of libraries that a file names itself.
func own(t *testing.T, f *elf.File, origin string) (dirs []string) {
	t.Helper()
	for _, tag := range []elf.DynTag{elf.DT_RUNPATH, elf.DT_RPATH} {
		list, err := f.DynString(tag)
		must(t, err)
		for _, s := range list {
			for dir := range strings.SplitSeq(s, ":") {
				dirs = append(dirs, strings.ReplaceAll(dir, "$ORIGIN", origin))
			}
		}
	}
	return dirs
}

func found(root *tree.Tree, dirs []string, lib string) bool {
	if path.IsAbs(lib) {
		return root.Exists(lib)
	}
	for _, dir := range dirs {
		if root.Exists(path.Join(dir, lib)) {
			return true
		}
	}
	return false
}
