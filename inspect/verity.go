package inspect

import (
	"fmt"

	"coen/boot/handoff"
	"coen/fsimage/squashfs"
	"coen/fsimage/verity"
	"coen/medium"
)

// RootHash returns what the kernel command line of the first menu entry that says
// so demands of the root file system.
func (i *Image) RootHash() (verity.Root, error) {
	menus, err := i.Menus()
	if err != nil {
		return verity.Root{}, err
	}
	for _, m := range menus {
		for _, e := range m.Entries {
			p, err := handoff.ParseCommandLine(e.CommandLine())
			if err != nil {
				continue
			}
			return verity.Root{Hash: [32]byte(p.Verity.Root), Salt: p.Verity.Salt, Blocks: uint64(p.Verity.Blocks)}, nil
		}
	}
	return verity.Root{}, errNoMenu
}

// Verified gives access to the bytes of the root file system through its hash
// tree: it returns no byte that does not match root.
func (i *Image) Verified(root verity.Root) (*verity.Reader, error) {
	data, err := i.File(medium.Root)
	if err != nil {
		return nil, fmt.Errorf("root file system: %w", err)
	}
	hashes, err := i.File(medium.RootHashes)
	if err != nil {
		return nil, fmt.Errorf("hash tree: %w", err)
	}
	return verity.NewReader(data, hashes, root)
}

// VerifiedRoot opens the root file system through its hash tree, against the root
// hash on the kernel command line: what coen-init and the kernel would accept.
func (i *Image) VerifiedRoot() (*squashfs.Reader, error) {
	root, err := i.RootHash()
	if err != nil {
		return nil, err
	}
	v, err := i.Verified(root)
	if err != nil {
		return nil, err
	}
	r, err := squashfs.NewReader(v, v.Size())
	if err != nil {
		return nil, fmt.Errorf("root file system: %w", err)
	}
	return r, nil
}
