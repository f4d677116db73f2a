//go:build linux

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// Where things are mounted before and, below /run, after the hand-over.
const (
	runDir    = "/run/coen"
	mediumDir = runDir + "/medium" // the ISO 9660 volume
	imageDir  = runDir + "/image"  // the squashfs, read-only
	memoryDir = runDir + "/memory" // tmpfs: what the running system writes
	newRoot   = "/newroot"         // both together
)

type mount struct {
	source, target, kind string
	flags                uintptr
	data                 string
}

func (m mount) do() error {
	if err := os.MkdirAll(m.target, 0o755); err != nil {
		return err
	}
	if err := unix.Mount(m.source, m.target, m.kind, m.flags, m.data); err != nil {
		return fmt.Errorf("mount %s on %s: %w", m.kind, m.target, err)
	}
	return nil
}

// mountKernel mounts the file systems of the kernel and of early programs.
func mountKernel() error {
	for _, m := range []mount{
		{"proc", "/proc", "proc", unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC, ""},
		{"sysfs", "/sys", "sysfs", unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC, ""},
		{"devtmpfs", "/dev", "devtmpfs", unix.MS_NOSUID, "mode=0755"},
		{"tmpfs", "/run", "tmpfs", unix.MS_NOSUID | unix.MS_NODEV, "mode=0755"},
	} {
		if err := m.do(); err != nil && !errors.Is(err, unix.EBUSY) {
			return err
		}
	}
	return nil
}

// becomeRoot lays memory over the verified image at device root and makes both
// together the root directory.
func becomeRoot(root string) error {
	for _, m := range []mount{
		{root, imageDir, "squashfs", unix.MS_RDONLY, ""},
		{"tmpfs", memoryDir, "tmpfs", unix.MS_NODEV, "mode=0755"},
	} {
		if err := m.do(); err != nil {
			return err
		}
	}
	upper, work := memoryDir+"/upper", memoryDir+"/work"
	for _, dir := range []string{upper, work} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			return err
		}
	}
	layers := fmt.Sprintf("lowerdir=%s,upperdir=%s,workdir=%s", imageDir, upper, work)
	if err := (mount{"coen", newRoot, "overlay", 0, layers}).do(); err != nil {
		return err
	}
	for _, dir := range []string{"/dev", "/proc", "/sys", "/run"} {
		if err := unix.Mount(dir, newRoot+dir, "", unix.MS_MOVE, ""); err != nil {
			return fmt.Errorf("move %s: %w", dir, err)
		}
	}
	forget("/")
	if err := os.Chdir(newRoot); err != nil {
		return err
	}
	if err := unix.Mount(".", "/", "", unix.MS_MOVE, ""); err != nil {
		return fmt.Errorf("move the root: %w", err)
	}
	if err := unix.Chroot("."); err != nil {
		return fmt.Errorf("change the root: %w", err)
	}
	return os.Chdir("/")
}

// forget gives the memory of the initramfs back, which nobody can reach once
// the root has moved: it removes every file on the file system of dir.
func forget(dir string) {
	var here, there unix.Stat_t
	if unix.Lstat(dir, &here) != nil {
		return
	}
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		name := filepath.Join(dir, e.Name())
		if unix.Lstat(name, &there) != nil || there.Dev != here.Dev {
			continue
		}
		if e.IsDir() {
			forget(name)
		}
		_ = os.Remove(name)
	}
}
