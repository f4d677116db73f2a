package image

import (
	"errors"
	"fmt"
	"strings"

	"coen/tree"
)

// kernel is the one kernel of an image.
type kernel struct {
	version string
	image   []byte
}

// takeKernel takes the kernel out of the tree's /boot and empties /boot: what
// lies there is read by boot loaders, which see the medium and not the root file
// system.
func takeKernel(t *tree.Tree) (kernel, error) {
	const dir, prefix = "/boot", "vmlinuz-"
	boot, err := t.Lookup(dir)
	if err != nil {
		return kernel{}, fmt.Errorf("kernel: %w", err)
	}
	var k kernel
	for _, name := range boot.Names() {
		version, ok := strings.CutPrefix(name, prefix)
		if !ok {
			continue
		}
		if k.version != "" {
			return kernel{}, fmt.Errorf("kernel: the image has two, %s and %s", k.version, version)
		}
		if k.image, err = t.ReadFile(dir + "/" + name); err != nil {
			return kernel{}, fmt.Errorf("kernel: %w", err)
		}
		k.version = version
	}
	if k.version == "" {
		return kernel{}, errors.New("kernel: no package of the lock brings " + dir + "/" + prefix + "*")
	}
	for _, name := range boot.Names() {
		if err := t.RemoveAll(dir + "/" + name); err != nil {
			return kernel{}, fmt.Errorf("kernel: %w", err)
		}
	}
	return k, nil
}
