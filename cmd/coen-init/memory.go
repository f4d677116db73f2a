//go:build linux

package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"coen/boot/handoff"
	"coen/boot/measure"

	"golang.org/x/sys/unix"
)

// copyDir holds what a system runs from that runs from memory.
const copyDir = runDir + "/copy"

// spare is the memory in bytes that the system needs to run in, beside the copy.
const spare = 256 << 20

// copyToRAM copies what the system runs from into memory, in the same pass in
// which it measures if the record is to be complete, and lets go of the medium.
func (m *medium) copyToRAM(r *measure.Record, v handoff.Verity, p *progress) error {
	root, tree, err := m.makeRoom()
	if err != nil {
		return err
	}
	if r.State == measure.Complete {
		err = m.read(r, measure.Plan{Verity: v, RootCopy: root, TreeCopy: tree}, p)
	} else {
		err = m.copyFiles(root, tree, p)
	}
	if err != nil {
		return err
	}
	if err := m.root.file.Close(); err != nil {
		return fmt.Errorf("let go of the medium: %w", err)
	}
	m.root = stored{root, measure.Place{Size: m.root.Size}}
	m.tree = stored{tree, measure.Place{Size: m.tree.Size}}
	return nil
}

// makeRoom makes the files that the root file system and its hash tree are
// copied to, if there is memory for them.
func (m *medium) makeRoom() (root, tree *os.File, err error) {
	need, have := m.root.Size+m.tree.Size+spare, available()
	if have < need {
		return nil, nil, fmt.Errorf("the machine has too little memory to copy the medium into:\n%d MB are free, %d MB are needed",
			have>>20, need>>20)
	}
	if err := (mount{"tmpfs", copyDir, "tmpfs", unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC, "mode=0700,size=100%"}).do(); err != nil {
		return nil, nil, err
	}
	if root, err = os.Create(copyDir + "/root"); err != nil {
		return nil, nil, err
	}
	tree, err = os.Create(copyDir + "/tree")
	return root, tree, err
}

// available returns how many bytes of memory programs can still have.
func available() int64 {
	var kilobytes int64
	data, _ := os.ReadFile("/proc/meminfo")
	for line := range strings.Lines(string(data)) {
		if n, _ := fmt.Sscanf(line, "MemAvailable: %d kB", &kilobytes); n == 1 {
			break
		}
	}
	return kilobytes << 10
}

// copyFiles copies the two files, and nothing else, unmeasured: the kernel will
// verify each block.
func (m *medium) copyFiles(root, tree io.Writer, p *progress) error {
	p.total = m.root.Size + m.tree.Size
	for _, f := range []struct {
		to   io.Writer
		from stored
	}{{root, m.root}, {tree, m.tree}} {
		in := io.NewSectionReader(f.from.file, f.from.Offset, f.from.Size)
		if _, err := io.CopyBuffer(io.MultiWriter(f.to, p), onlyReader{in}, make([]byte, 1<<20)); err != nil {
			return fmt.Errorf("copy the medium into memory: %w", err)
		}
	}
	return nil
}

// onlyReader hides that a reader can write to a writer by itself, in small pieces.
type onlyReader struct{ io.Reader }
