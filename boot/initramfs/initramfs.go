package initramfs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"time"

	"coen/boot/handoff"
	"coen/fsimage/cpio"
	"coen/tree"

	"github.com/klauspost/compress/zstd"
)

// Options say what goes into an initramfs.
type Options struct {
	Release string   // shown on the screen
	Kernel  string   // version, as in /usr/lib/modules/VERSION
	Modules []string // by name; what they depend on comes along
	Init    []byte   // the coen-init program for the image's architecture
}

// Archive packs the initramfs from the modules of the tree. Its bytes depend on
// the tree, its epoch and the options only.
func Archive(t *tree.Tree, o Options) ([]byte, error) {
	set, err := readModules(t, o.Kernel)
	if err != nil {
		return nil, fmt.Errorf("initramfs: %w", err)
	}
	chosen, err := set.choose(o.Modules)
	if err != nil {
		return nil, fmt.Errorf("initramfs: %w", err)
	}
	config := handoff.Config{Release: o.Release, Modules: chosen}
	if err := config.Validate(); err != nil {
		return nil, fmt.Errorf("initramfs: %w", err)
	}
	archive, err := pack(t, set, config, o.Init)
	if err != nil {
		return nil, fmt.Errorf("initramfs: %w", err)
	}
	return archive, nil
}

// directories are what coen-init and the kernel expect before anything is
// mounted.
var directories = []string{"dev", "modules", "newroot", "proc", "run", "sys"}

func pack(t *tree.Tree, set *moduleSet, config handoff.Config, init []byte) ([]byte, error) {
	var out bytes.Buffer
	a := &archive{cpio.NewWriter(&out), time.Unix(t.Epoch(), 0)}
	for _, dir := range directories {
		a.add(dir, fs.ModeDir|0o755, nil)
	}
	// The kernel opens /dev/console for init before devtmpfs is mounted.
	a.device("dev/console", 5, 1)
	a.add(handoff.InitPath[1:], 0o755, init)
	settings, err := json.MarshalIndent(config, "", "\t")
	if err != nil {
		return nil, err
	}
	a.add(handoff.ConfigPath[1:], 0o644, append(settings, '\n'))
	for _, m := range config.Modules {
		data, err := t.ReadFile(set.dir + "/" + set.files[m.Name])
		if err != nil {
			return nil, err
		}
		a.add(m.File[1:], 0o644, data)
	}
	if err := a.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// An archive is a cpio archive in memory, to which writing cannot fail but by
// a fault of ours; Close tells of the first.
type archive struct {
	*cpio.Writer
	time time.Time
}

func (a *archive) add(name string, mode fs.FileMode, data []byte) {
	_ = a.WriteHeader(&cpio.Header{Name: name, Mode: mode, ModTime: a.time, Size: int64(len(data))})
	_, _ = a.Write(data)
}

func (a *archive) device(name string, major, minor uint32) {
	_ = a.WriteHeader(&cpio.Header{
		Name: name, Mode: fs.ModeDevice | fs.ModeCharDevice | 0o600, ModTime: a.time,
		Devmajor: major, Devminor: minor,
	})
}

// Compress packs an archive as the kernel's zstd unpacker takes it: one frame, window
// of 8 MiB, which is as much as the kernel allots.
func Compress(data []byte) ([]byte, error) {
	enc, err := zstd.NewWriter(nil,
		zstd.WithEncoderLevel(zstd.SpeedBestCompression),
		zstd.WithEncoderConcurrency(1),
		zstd.WithWindowSize(8<<20))
	if err != nil {
		return nil, err
	}
	return enc.EncodeAll(data, nil), nil
}
