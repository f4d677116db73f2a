package install

import (
	"path"

	"coen/tree"
)

// devices are the files in /dev that bootstrappers make, so that scripts find
// them, and a system whose devtmpfs is not mounted yet. The modes are those of
// devtmpfs.
var devices = []struct {
	name         string
	kind         tree.Kind
	mode         uint32
	major, minor uint32
	target       string
}{
	{name: "console", kind: tree.CharDevice, mode: 0o666, major: 5, minor: 1},
	{name: "fd", kind: tree.Symlink, target: "/proc/self/fd"},
	{name: "full", kind: tree.CharDevice, mode: 0o666, major: 1, minor: 7},
	{name: "null", kind: tree.CharDevice, mode: 0o666, major: 1, minor: 3},
	{name: "ptmx", kind: tree.CharDevice, mode: 0o666, major: 5, minor: 2},
	{name: "pts", kind: tree.Directory, mode: 0o755},
	{name: "random", kind: tree.CharDevice, mode: 0o666, major: 1, minor: 8},
	{name: "shm", kind: tree.Directory, mode: 0o755},
	{name: "stderr", kind: tree.Symlink, target: "/proc/self/fd/2"},
	{name: "stdin", kind: tree.Symlink, target: "/proc/self/fd/0"},
	{name: "stdout", kind: tree.Symlink, target: "/proc/self/fd/1"},
	{name: "tty", kind: tree.CharDevice, mode: 0o666, major: 5, minor: 0},
	{name: "urandom", kind: tree.CharDevice, mode: 0o666, major: 1, minor: 9},
	{name: "zero", kind: tree.CharDevice, mode: 0o666, major: 1, minor: 5},
}

// makeDevices fills /dev, leaving alone what is there already.
func makeDevices(t *tree.Tree) error {
	defer t.By(t.By(tree.Author{Kind: tree.ByTool, Name: "bootstrap", Detail: "devices"}))
	if err := t.MkdirAll("/dev", 0o755); err != nil {
		return err
	}
	for _, d := range devices {
		name := path.Join("/dev", d.name)
		if _, err := t.Lstat(name); err == nil {
			continue
		}
		var err error
		switch d.kind {
		case tree.Directory:
			err = t.Mkdir(name, d.mode)
		case tree.Symlink:
			err = t.Symlink(d.target, name)
		default:
			err = t.Mknod(name, d.kind, d.mode, d.major, d.minor)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// sweep empties /tmp and /run, which are memory on a running system. /var/lock
// leads to /run/lock, which stays.
func sweep(t *tree.Tree) error {
	for _, dir := range []string{"/run", "/tmp"} {
		n, err := t.Lstat(dir)
		if err != nil || n.Kind != tree.Directory {
			continue
		}
		for _, name := range n.Names() {
			if file := path.Join(dir, name); file != "/run/lock" {
				if err := t.RemoveAll(file); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
