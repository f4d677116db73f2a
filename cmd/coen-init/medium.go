//go:build linux

package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"coen/boot/handoff"

	"golang.org/x/sys/unix"
)

// A medium is the volume we were started from, mounted at mediumDir.
type medium struct {
	device      string // "/dev/sr0"
	image, hash string // paths of the root file system and its hash tree
}

// find waits for a block device that carries the volume and mounts it.
func find(volume string, modules *loader) (*medium, error) {
	for deadline := time.Now().Add(searchTime); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		modules.loadWanted()
		devices, _ := filepath.Glob("/sys/class/block/*")
		for _, d := range devices {
			device := "/dev/" + filepath.Base(d)
			if volumeOf(device) != volume {
				continue
			}
			m := &medium{device, mediumDir + handoff.ImagePath, mediumDir + handoff.HashPath}
			flags := uintptr(unix.MS_RDONLY | unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC)
			return m, mount{device, mediumDir, "iso9660", flags, ""}.do()
		}
	}
	return nil, fmt.Errorf("no medium named %s was found on any drive within %v", volume, searchTime)
}

// volumeOf returns the volume identifier of the ISO 9660 file system on a
// device, or "" (ECMA-119 section 8.4: the descriptor lies at sector 16, the
// identifier at its byte 40, 32 bytes long and padded with blanks).
func volumeOf(device string) string {
	f, err := os.Open(device)
	if err != nil {
		return ""
	}
	defer f.Close()
	var descriptor [2048]byte
	if _, err := f.ReadAt(descriptor[:], 16*2048); err != nil || string(descriptor[:6]) != "\x01CD001" {
		return ""
	}
	return strings.TrimRight(string(descriptor[40:72]), " ")
}

// copyToRAM copies the root file system into memory and lets go of the medium.
func (m *medium) copyToRAM() error {
	dir := runDir + "/copy"
	if err := (mount{"tmpfs", dir, "tmpfs", unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC, "mode=0700,size=100%"}).do(); err != nil {
		return err
	}
	for _, name := range []*string{&m.image, &m.hash} {
		copied := filepath.Join(dir, filepath.Base(*name))
		if err := copyFile(copied, *name); err != nil {
			return fmt.Errorf("copy the medium into memory: %w", err)
		}
		*name = copied
	}
	if err := unix.Unmount(mediumDir, 0); err != nil {
		return fmt.Errorf("let go of the medium: %w", err)
	}
	say("The medium is in memory and can be removed.")
	return nil
}

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer out.Close()
	p := newProgress("Copying to memory", info.Size())
	if _, err := io.Copy(out, io.TeeReader(in, p)); err != nil {
		return err
	}
	return out.Close()
}

// check reads the whole verified device: the kernel refuses the first block
// that does not match the root hash.
func check(device string, size int64) error {
	f, err := os.Open(device)
	if err != nil {
		return err
	}
	defer f.Close()
	p := newProgress("Checking the medium", size)
	n, err := io.CopyBuffer(p, io.LimitReader(f, size), make([]byte, 1<<20))
	if err != nil {
		return damaged(err)
	}
	if n != size {
		return damaged(io.ErrUnexpectedEOF)
	}
	say("The medium holds exactly what was built.")
	return nil
}

func damaged(cause error) error {
	return fmt.Errorf("THE MEDIUM IS DAMAGED OR WAS CHANGED: what it holds is not what was built.\n"+
		"  Do not use it. (%v)", cause)
}
