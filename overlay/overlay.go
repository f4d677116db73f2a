package overlay

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"

	"coen/install/proc"
	"coen/internal/failure"
	"coen/recipe"
	"coen/tree"
)

// Apply puts an overlay into the machine's tree, from its archive, which has size
// bytes. It comes after packages, programs and rules, and replaces nothing of
// them. The error is a [failure.RefusedError] if the archive, or what it would do,
// is not acceptable.
func Apply(m *proc.Machine, o recipe.Overlay, archive io.ReaderAt, size int64) error {
	a := &applier{m, o, m.Tree}
	defer a.tree.By(a.tree.Author())
	if err := a.apply(archive, size); err != nil {
		return &failure.RefusedError{Name: fmt.Sprintf("overlay %s: %s", o.Name, o.Archive), Err: err}
	}
	return nil
}

type applier struct {
	machine *proc.Machine
	overlay recipe.Overlay
	tree    *tree.Tree
}

func (a *applier) apply(archive io.ReaderAt, size int64) error {
	if err := a.identify(archive, size); err != nil {
		return err
	}
	content, err := take(archive, size, a.wanted())
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(a.wanted())) {
		if content[name] == nil {
			return fmt.Errorf("has no %q", name)
		}
	}
	for _, step := range []func(map[string][]byte) error{a.files, a.modules, a.settings} {
		if err := step(content); err != nil {
			return err
		}
	}
	return nil
}

// identify refuses an archive that is not the one the recipe means.
func (a *applier) identify(archive io.ReaderAt, size int64) error {
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(archive, 0, size)); err != nil {
		return err
	}
	if got := fmt.Sprintf("%x", h.Sum(nil)); got != a.overlay.SHA256 {
		return fmt.Errorf("has SHA-256 %s, the recipe wants %s", got, a.overlay.SHA256)
	}
	return nil
}

// wanted returns the names of members that go into the image.
func (a *applier) wanted() map[string]bool {
	names := map[string]bool{}
	for _, f := range a.overlay.Files {
		if f.From != "" {
			names[f.From] = true
		}
	}
	for _, name := range a.overlay.Modules {
		names[name] = true
	}
	return names
}

// by signs what follows.
func (a *applier) by(format string, args ...any) {
	a.tree.By(tree.Author{
		Kind: tree.ByOverlay, Name: a.overlay.Name + " sha256:" + a.overlay.SHA256, Detail: fmt.Sprintf(format, args...),
	})
}

func (a *applier) files(content map[string][]byte) error {
	for i, f := range a.overlay.Files {
		n := &tree.Node{Kind: tree.Symlink, Mode: 0o777, Target: f.Link}
		a.by("files[%d]", i)
		if f.From != "" {
			a.by("files[%d]: %s", i, f.From)
			n = regular(content[f.From], f.Mode)
		}
		if err := a.put(f.Path, n); err != nil {
			return err
		}
	}
	return nil
}

func regular(data []byte, mode recipe.Mode) *tree.Node {
	if mode == 0 {
		mode = 0o644
	}
	return &tree.Node{Kind: tree.Regular, Mode: uint32(mode), Content: tree.Bytes(data)}
}

// put places a new file, where nothing may be yet.
func (a *applier) put(name string, n *tree.Node) error {
	if old, err := a.tree.Lstat(name); err == nil {
		return fmt.Errorf("%s is there already, by %s", name, old.Made)
	}
	if err := a.tree.MkdirAll(path.Dir(name), 0o755); err != nil {
		return err
	}
	n.ModTime = a.tree.Epoch()
	return a.tree.Put(name, n)
}

// run runs a command of the image's machine, which is a model, not a program.
func (a *applier) run(args ...string) error {
	var stderr bytes.Buffer
	p := &proc.Proc{
		Machine: a.machine,
		Args:    slices.Clone(args),
		Env:     map[string]string{"PATH": "/usr/sbin:/usr/bin", "LC_ALL": "C"},
		Dir:     "/",
		Umask:   0o022,
		Files:   map[int]*proc.File{1: {W: &stderr}, 2: {W: &stderr}},
	}
	status, err := p.Run()
	if err == nil && status != 0 {
		err = fmt.Errorf("status %d: %s", status, bytes.TrimSpace(stderr.Bytes()))
	}
	if err != nil {
		return fmt.Errorf("%s: %w", args[0], err)
	}
	return nil
}
