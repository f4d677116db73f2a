package main

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"coen/internal/console"
	"coen/mirror"
	"coen/store"

	"github.com/spf13/cobra"
)

// A source is where bytes come from: the flags that lock, fetch and build share.
type source struct {
	mirrors []string
	store   string
}

func (s *source) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVar(&s.mirrors, "mirror", nil, `mirror to ask first: URL, or ARCHIVE=URL (repeatable; also the words of COEN_MIRROR)`)
	f.StringVar(&s.store, "store", "", "folder of packages by hash (default: coen in the user's cache folder)")
}

// openStore opens the store of --store.
func openStore(flag string) (*store.Store, error) {
	dir, err := storeDir(flag)
	if err != nil {
		return nil, err
	}
	return store.Open(dir)
}

// client returns a client that asks the mirrors in the order of the user, the
// host's apt, and the public snapshot archive at time t.
func (s *source) client(t time.Time, p *console.Progress) (*mirror.Client, error) {
	list, err := mirror.Parse(append(s.mirrors, strings.Fields(os.Getenv("COEN_MIRROR"))...)...)
	if err != nil {
		return nil, err
	}
	st, err := openStore(s.store)
	if err != nil {
		return nil, err
	}
	list = append(list, mirror.FromApt(os.DirFS("/etc/apt"))...)
	list = append(list, mirror.Snapshot(t)...)
	return &mirror.Client{Mirrors: list, Store: st, Progress: mirror.Progress{
		Start: func(_ int, bytes int64) { p.Start("Fetching", bytes, console.Bytes) },
		Add:   p.Add,
	}}, nil
}

// writeFile replaces a file whole or not at all.
func writeFile(name string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	f, err := newFile(name)
	if err != nil {
		return err
	}
	defer f.discard()
	if _, err := f.Write(data); err != nil {
		return err
	}
	return f.commit()
}

// A pending file becomes one under its name when it is committed, and is gone
// otherwise.
type pending struct {
	*os.File
	name string
	done bool
}

func newFile(name string) (*pending, error) {
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-*")
	if err != nil {
		return nil, err
	}
	return &pending{File: f, name: name}, nil
}

// commit makes the file one under its name.
func (f *pending) commit() error {
	if err := f.seal(); err != nil {
		return err
	}
	return f.publish()
}

// seal makes what was written durable. Nothing more can be written.
func (f *pending) seal() error {
	if err := f.Chmod(0o644); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return f.Close()
}

// publish gives a sealed file its name.
func (f *pending) publish() error {
	err := os.Rename(f.File.Name(), f.name)
	f.done = err == nil
	return err
}

func (f *pending) discard() {
	if !f.done {
		_ = f.Close()
		_ = os.Remove(f.File.Name())
	}
}
