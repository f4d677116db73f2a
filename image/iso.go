package image

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"coen/boot/handoff"
	"coen/boot/loader"
	"coen/fsimage/iso9660"
	"coen/fsimage/verity"
	"coen/medium"
	"coen/tree"
)

// hashRoot computes the hash tree over the root file system.
func (b *builder) hashRoot(root tree.Content) (*verity.Tree, error) {
	salt := b.ids.bytes("verity salt")
	b.means.Progress.Start("Hashing", root.Size(), true)
	return verity.Sum(watched{b, root}, root.Size(), salt[:], b.ids.uuid("verity"), b.means.Workers)
}

// watched is content that is read with progress as long as the build is to go on.
type watched struct {
	*builder
	content io.ReaderAt
}

func (w watched) ReadAt(p []byte, offset int64) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := w.content.ReadAt(p, offset)
	w.means.Progress.Add(int64(n))
	return n, err
}

// counter counts what is written to it as progress, and ends when the build is
// to end.
type counter struct{ *builder }

func (c counter) Write(p []byte) (int, error) {
	c.means.Progress.Add(int64(len(p)))
	return len(p), c.ctx.Err()
}

// A file is one on the medium.
type file struct {
	name    string
	size    int64
	content io.Reader
}

func bytesFile(name string, data []byte) file {
	return file{name, int64(len(data)), bytes.NewReader(data)}
}

// contents are all that goes into the ISO.
type contents struct {
	volume iso9660.Volume
	files  []file
}

// medium puts together kernel, initramfs, root file system, boot loaders, and what
// the image was made from.
func (b *builder) medium(k kernel, p *Parts) (*contents, error) {
	sealed, err := b.hashRoot(p.Root)
	if err != nil {
		return nil, err
	}
	files, idle, err := loaderFiles(b.in.Loaders)
	if err != nil {
		return nil, err
	}
	volume := volumeName(b.in.Recipe.Image(), b.in.Recipe.Release)
	id := b.ids.uuid("medium")
	boot, err := loader.New(loader.Config{
		Menu:   b.menu(volume, sealed.Root),
		Marker: "live/medium-" + hex.EncodeToString(id[:]),
		Serial: b.ids.number("EFI system partition"),
		Time:   b.epoch(),
	}, files)
	if err != nil {
		return nil, err
	}
	if names := idle(); len(names) > 0 {
		return nil, fmt.Errorf("recipe %s: boot: packages: no file of %s is used", b.in.Recipe.Name, strings.Join(names, ", "))
	}
	var hashes bytes.Buffer
	if _, err := sealed.WriteTo(&hashes); err != nil {
		return nil, err
	}
	m := &contents{volume: b.volume(volume, boot)}
	m.files = []file{
		bytesFile(medium.Kernel, k.image),
		bytesFile(medium.Initramfs, p.Initramfs),
		bytesFile(medium.RootHashes, hashes.Bytes()),
		{medium.Root, p.Root.Size(), io.NewSectionReader(p.Root, 0, p.Root.Size())},
		bytesFile(medium.Lock, b.in.Lock),
		bytesFile(medium.Recipe, b.in.Recipe.Text()),
		bytesFile(medium.Provenance, p.Provenance),
	}
	for _, name := range slices.Sorted(maps.Keys(b.in.InReleases)) {
		m.files = append(m.files, bytesFile(name, b.in.InReleases[name]))
	}
	for _, f := range boot.Files {
		m.files = append(m.files, bytesFile(f.Name, f.Data))
	}
	return m, nil
}

// menu makes the boot menu of the recipe, with the arguments by which coen-init
// knows its medium.
func (b *builder) menu(volume string, root verity.Root) loader.Menu {
	r := b.in.Recipe
	own := []string{
		handoff.VolumeKey + "=" + volume,
		handoff.VerityKey + "=" + handoff.Verity{Blocks: int64(root.Blocks), Salt: root.Salt, Root: root.Hash[:]}.String(),
	}
	m := loader.Menu{Title: r.Title(), Timeout: r.Boot.Timeout}
	for _, e := range r.Boot.Entries {
		var args []string
		for _, list := range [][]string{own, r.Boot.Arguments, e.Arguments} {
			args = append(args, list...)
		}
		m.Entries = append(m.Entries, loader.Entry{
			ID: e.ID, Title: e.Title, Kernel: medium.Kernel, Initrd: medium.Initramfs, Args: args,
		})
	}
	return m
}

func (b *builder) volume(name string, boot *loader.Loader) iso9660.Volume {
	return iso9660.Volume{
		Name:        name,
		Publisher:   "COEN",
		Application: "COEN " + b.in.Recipe.Release,
		Created:     b.epoch(),
		Joliet:      true,
		Boot:        boot.Boot,
		Hybrid: &iso9660.Hybrid{
			Code:      boot.Code,
			Signature: b.ids.number("MBR"),
			Disk:      b.ids.uuid("GPT disk"),
			Files:     b.ids.uuid("GPT files"),
			ESP:       b.ids.uuid("GPT ESP"),
		},
	}
}

// writeISO writes the medium to out and hashes it on the way.
func (b *builder) writeISO(m *contents, out io.Writer) (size int64, sum [32]byte, err error) {
	var total int64
	for _, f := range m.files {
		total += f.size
	}
	b.means.Progress.Start("Laying out the ISO", total, true)
	n := &length{limit: b.in.Recipe.Limits.ISO}
	t := newTap(io.MultiWriter(n, out, counter{b}))
	err = b.fill(iso9660.NewWriter(t, m.volume), m.files)
	sum, closeErr := t.close()
	if err == nil {
		err = closeErr
	}
	if err != nil {
		return 0, sum, fmt.Errorf("ISO: %w", err)
	}
	return n.n, sum, nil
}

// fill writes all files of the medium.
func (b *builder) fill(w *iso9660.Writer, files []file) error {
	for _, f := range files {
		err := w.Add(&iso9660.Header{
			Name:    strings.TrimPrefix(path.Clean(f.name), "/"),
			Mode:    fs.FileMode(0o444),
			Size:    f.size,
			ModTime: b.epoch(),
		}, f.content)
		if err != nil {
			return err
		}
	}
	return w.Close()
}

// length counts bytes and refuses more than the limit, if there is one.
type length struct{ n, limit int64 }

func (l *length) Write(p []byte) (int, error) {
	l.n += int64(len(p))
	if l.limit > 0 && l.n > l.limit {
		return 0, fmt.Errorf("larger than the recipe's limit of %d bytes", l.limit)
	}
	return len(p), nil
}
