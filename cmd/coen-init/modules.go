//go:build linux

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"coen/boot/handoff"

	"golang.org/x/sys/unix"
)

// moduleCompressed tells finit_module(2) that the kernel is to decompress the
// file itself (MODULE_INIT_COMPRESSED_FILE).
const moduleCompressed = 4

// A loader loads the modules of the initramfs that the machine's devices ask
// for.
type loader struct {
	modules []handoff.Module
	done    map[string]bool // by name: loaded, or tried and refused
	seen    map[string]bool // modaliases that have been looked at
	say     func(format string, args ...any)
}

func newLoader(modules []handoff.Module, say func(string, ...any)) *loader {
	return &loader{modules, map[string]bool{}, map[string]bool{}, say}
}

// loadAlways loads what every start needs: file systems, dm-verity, loop.
func (l *loader) loadAlways() error {
	for _, m := range l.modules {
		if m.Always {
			if err := l.load(m.Name); err != nil {
				return err
			}
		}
	}
	return nil
}

// loadWanted loads the drivers of all devices that have appeared since it was
// last called. A driver that does not load may belong to a device nobody needs
// to start, so that is told and no more.
func (l *loader) loadWanted() {
	_ = filepath.WalkDir("/sys/devices", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.Name() != "modalias" {
			return nil
		}
		data, err := os.ReadFile(name)
		if alias := strings.TrimSpace(string(data)); err == nil && alias != "" && !l.seen[alias] {
			l.seen[alias] = true
			l.loadFor(alias)
		}
		return nil
	})
}

func (l *loader) loadFor(alias string) {
	for _, m := range l.modules {
		for _, pattern := range m.Aliases {
			if !l.done[m.Name] && handoff.Match(pattern, alias) {
				if err := l.load(m.Name); err != nil {
					l.say("%v", err)
				}
			}
		}
	}
}

// load loads a module after those it needs.
func (l *loader) load(name string) error {
	if l.done[name] {
		return nil
	}
	l.done[name] = true
	for _, m := range l.modules {
		if m.Name != name {
			continue
		}
		for _, need := range m.Needs {
			if err := l.load(need); err != nil {
				return err
			}
		}
		return insert(m)
	}
	return fmt.Errorf("module %s: not in the initramfs", name)
}

func insert(m handoff.Module) error {
	f, err := os.Open(m.File)
	if err != nil {
		return fmt.Errorf("module %s: %w", m.Name, err)
	}
	defer f.Close()
	flags := 0
	if !strings.HasSuffix(m.File, ".ko") {
		flags = moduleCompressed
	}
	err = unix.FinitModule(int(f.Fd()), "", flags)
	if err != nil && !errors.Is(err, unix.EEXIST) {
		return fmt.Errorf("module %s: %w", m.Name, err)
	}
	return nil
}
