package overlay

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"strings"

	"coen/install/generate/depmod"
	"coen/tree"
)

// modules puts kernel modules where depmod and modprobe look first. Each must be
// made for exactly the kernel of the image.
func (a *applier) modules(content map[string][]byte) error {
	if len(a.overlay.Modules) == 0 {
		return nil
	}
	dir := "/usr/lib/modules/" + a.machine.Kernel
	magic, err := a.magic(dir)
	if err != nil {
		return err
	}
	for i, name := range a.overlay.Modules {
		got, err := depmod.Magic(name, bytes.NewReader(content[name]))
		if err != nil {
			return fmt.Errorf("%q: %w", name, err)
		}
		if got != magic {
			return fmt.Errorf("%q is made for kernel %q, the image has %q", name, got, magic)
		}
		a.by("modules[%d]: %s", i, name)
		if err := a.put(dir+"/updates/"+path.Base(name), regular(content[name], 0)); err != nil {
			return err
		}
	}
	a.by("module indices")
	return a.run("depmod", a.machine.Kernel)
}

// errFound ends a search.
var errFound = errors.New("found")

// magic returns the version magic that modules of the image's kernel have, from the
// first of them.
func (a *applier) magic(dir string) (magic string, err error) {
	err = a.tree.WalkFrom(dir, func(name string, n *tree.Node) error {
		if n.Kind != tree.Regular || !strings.HasSuffix(name, ".ko") && !strings.HasSuffix(name, ".ko.xz") {
			return nil
		}
		data, err := n.Read()
		if err != nil {
			return err
		}
		if magic, err = depmod.Magic(name, bytes.NewReader(data)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return errFound
	})
	if err == nil {
		err = fmt.Errorf("the image has no module in %s to compare with", dir)
	}
	if errors.Is(err, errFound) {
		err = nil
	}
	return magic, err
}
