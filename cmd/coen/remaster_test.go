package main

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"
	"io/fs"
	"maps"
	"slices"
	"testing"

	"coen/boot/handoff"
	"coen/boot/initramfs"
	"coen/fsimage/cpio"
	"coen/fsimage/iso9660"
	"coen/fsimage/squashfs"
	"coen/fsimage/verity"
	"coen/inspect"
	"coen/medium"
)

// A forgery changes an image as somebody would who knows its layout: with hash
// trees, menus and checksums made to fit.
type forgery struct {
	// root changes an entry of the root file system, or drops it by returning nil.
	root func(*squashfs.Header, squashfs.Content) (*squashfs.Header, squashfs.Content)
	// extra are further entries of it.
	extra map[*squashfs.Header]squashfs.Content
	// level compresses it anew instead of keeping its blocks.
	level squashfs.Level
	// archive changes an entry of the initramfs.
	archive func(h *cpio.Header, content []byte) []byte
	// sums are the SHA-256 of the files of the root file system.
	sums map[string][32]byte
	// files changes a file of the medium.
	files func(name string, content []byte) []byte
}

// A memory is a file in memory.
type memory []byte

func (m *memory) WriteAt(p []byte, at int64) (int, error) {
	if end := int(at) + len(p); end > len(*m) {
		*m = append(*m, make([]byte, end-len(*m))...)
	}
	return copy((*m)[at:], p), nil
}

// make returns the forged image.
func (f *forgery) make(t *testing.T, img *inspect.Image) []byte {
	t.Helper()
	files := map[string][]byte{}
	okay(t, fs.WalkDir(img.Medium, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files[name], err = fs.ReadFile(img.Medium, name)
		return err
	}))
	if f.root != nil || f.extra != nil || f.level != squashfs.Best {
		f.makeRoot(t, img, files)
	}
	if f.archive != nil {
		files[medium.Initramfs] = f.makeInitramfs(t, img)
	}
	var iso bytes.Buffer
	w := iso9660.NewWriter(&iso, img.Medium.Volume)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		content := files[name]
		if f.files != nil {
			content = f.files(name, content)
		}
		info, err := img.Medium.Lstat(name)
		okay(t, err)
		h := &iso9660.Header{Name: name, Mode: info.Mode(), Size: int64(len(content)), ModTime: info.ModTime()}
		okay(t, w.Add(h, bytes.NewReader(content)))
	}
	okay(t, w.Close())
	return iso.Bytes()
}

// makeRoot changes the root file system, its hash tree, and the hash in the menus.
func (f *forgery) makeRoot(t *testing.T, img *inspect.Image, files map[string][]byte) {
	t.Helper()
	old, err := img.Root()
	okay(t, err)
	o := &squashfs.Options{ModTime: old.ModTime(), Level: f.level}
	if f.level == squashfs.Best {
		o.Level = squashfs.Default
		o.Cache, err = old.Blocks(o, f.sums)
		okay(t, err)
	}
	var root memory
	w, err := squashfs.NewWriter(&root, o)
	okay(t, err)
	okay(t, old.Walk(func(h *squashfs.Header, content squashfs.Content) error {
		if f.root != nil {
			if h, content = f.root(h, content); h == nil {
				return nil
			}
		}
		return w.Add(h, content)
	}))
	for h, content := range f.extra {
		okay(t, w.Add(h, content))
	}
	okay(t, w.Close())

	was, err := img.RootHash()
	okay(t, err)
	v, err := verity.NewWriter(was.Salt, [16]byte{})
	okay(t, err)
	v.Write(root)
	tree, err := v.Tree()
	okay(t, err)
	var hashes bytes.Buffer
	_, err = tree.WriteTo(&hashes)
	okay(t, err)
	copy(hashes.Bytes()[16:32], files[medium.RootHashes][16:32]) // its UUID
	files[medium.Root], files[medium.RootHashes] = root, hashes.Bytes()
	for _, name := range []string{"isolinux/isolinux.cfg", "boot/grub/grub.cfg"} {
		files[name] = bytes.ReplaceAll(files[name], argument(was), argument(tree.Root))
	}
}

func argument(r verity.Root) []byte {
	return []byte(handoff.Verity{Blocks: int64(r.Blocks), Salt: r.Salt, Root: r.Hash[:]}.String())
}

func (f *forgery) makeInitramfs(t *testing.T, img *inspect.Image) []byte {
	t.Helper()
	a, err := img.Initramfs()
	okay(t, err)
	var archive bytes.Buffer
	w := cpio.NewWriter(&archive)
	okay(t, a.Walk(func(h *cpio.Header, content io.Reader) error {
		var data []byte
		if content != nil {
			var err error
			if data, err = io.ReadAll(content); err != nil {
				return err
			}
			data = f.archive(h, data)
			h.Size = int64(len(data))
		}
		if err := w.WriteHeader(h); err != nil {
			return err
		}
		_, err := w.Write(data)
		return err
	}))
	okay(t, w.Close())
	packed, err := initramfs.Compress(archive.Bytes())
	okay(t, err)
	return packed
}

// addPartition enters a partition into both copies of the GPT.
func addPartition(iso []byte) []byte {
	const sector, entry = 512, 128
	le := binary.LittleEndian
	iso = bytes.Clone(iso)
	for _, header := range [][]byte{iso[sector : 2*sector], iso[len(iso)-sector:]} {
		table := iso[le.Uint64(header[72:])*sector:][:entry*le.Uint32(header[80:])]
		free := table[2*entry:]
		copy(free, table[:entry])
		copy(free[16:32], "another identity")
		le.PutUint32(header[88:], crc32.ChecksumIEEE(table))
		le.PutUint32(header[16:], 0)
		le.PutUint32(header[16:], crc32.ChecksumIEEE(header[:92]))
	}
	return iso
}

func okay(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
