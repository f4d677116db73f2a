package image

import (
	"testing"

	"coen/tree"
)

func TestPlace(t *testing.T) {
	root := tree.New(1000)
	must(t, root.MkdirAll("/usr/bin", 0o755))
	tool := Program{Name: "tool", Content: []byte("\x7fELF"), Names: []string{"tool-one"},
		Pages: map[string][]byte{"tool.1.gz": {0x1f, 0x8b}}}
	must(t, place(root, []Program{tool}))
	for name, want := range map[string]tree.Kind{"/usr/bin/tool": tree.Regular, "/usr/bin/tool-one": tree.Symlink,
		"/usr/share/man/man1/tool.1.gz": tree.Regular} {
		n, err := root.Lstat(name)
		must(t, err)
		if n.Kind != want || n.Made.String() != "tool COEN: program tool" || n.ModTime != 1000 {
			t.Errorf("%s is %c, made by %s at %d", name, n.Kind, n.Made, n.ModTime)
		}
	}
	if n, err := root.Lookup("/usr/bin/tool-one"); err != nil || n.Mode != 0o755 {
		t.Errorf("the link leads to %v, %v", n, err)
	}
	if err := place(root, []Program{tool}); err == nil || err.Error() != "program tool: /usr/bin/tool has been made by tool COEN: program tool" {
		t.Errorf("a second one: %v", err)
	}
}
