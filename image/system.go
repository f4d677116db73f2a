package image

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"sync"

	"coen/boot/initramfs"
	"coen/fsimage/squashfs"
	"coen/install"
	"coen/medium"
	"coen/tree"

	"github.com/klauspost/compress/zstd"
)

// A System is all of an image before anything is compressed or laid out. Who checks
// an image makes the System again and compares, which takes a fraction of the time
// of a build.
type System struct {
	Tree    *tree.Tree // sealed
	Install *install.Result
	// Initramfs is the archive that the kernel unpacks at first (cpio).
	Initramfs []byte
	// Records say who made each path of the tree, in byte order; Provenance is
	// the same as a list.
	Records    []*medium.Record
	Provenance []byte

	kernel kernel
	*builder
}

// Parts are the compressed parts of an image.
type Parts struct {
	Root       tree.Content // the root file system (squashfs)
	Initramfs  []byte       // zstd
	Provenance []byte       // zstd
}

// Assemble makes the System of in: packages installed, rules applied, kernel taken
// out, initramfs packed.
func Assemble(ctx context.Context, in Inputs, m Means) (*System, error) {
	b := newBuilder(ctx, in, m)
	root, installed, err := b.install()
	if err != nil {
		return nil, err
	}
	s := &System{Tree: root, Install: installed, builder: b}
	if s.kernel, err = takeKernel(root); err != nil {
		return nil, err
	}
	s.Initramfs, err = initramfs.Archive(root, initramfs.Options{
		Release: in.Recipe.Title(),
		Kernel:  s.kernel.version,
		Modules: in.Recipe.Boot.Modules,
		Init:    in.Init,
	})
	if err != nil {
		return nil, err
	}
	root.Seal()
	if s.Records, err = provenance(root); err != nil {
		return nil, err
	}
	var list bytes.Buffer
	for _, r := range s.Records {
		list.WriteString(r.String() + "\n")
	}
	s.Provenance = list.Bytes()
	return s, nil
}

// Compress makes the parts, the root file system in the scratch file and the
// others beside it.
func (s *System) Compress() (*Parts, error) {
	p := &Parts{}
	var smallErr error
	var small sync.WaitGroup
	small.Go(func() { smallErr = s.CompressSmall(p) })
	size, err := s.compressRoot(s.means.Scratch, s.rootOptions(s.means.Cache))
	small.Wait()
	p.Root = io.NewSectionReader(s.means.Scratch, 0, size)
	return p, cmp.Or(err, smallErr)
}

// CompressSmall makes all parts but the root file system, except those that are
// there.
func (s *System) CompressSmall(p *Parts) (err error) {
	if p.Initramfs == nil {
		if p.Initramfs, err = s.compressInitramfs(); err != nil {
			return err
		}
	}
	if p.Provenance == nil {
		p.Provenance, err = compressList(s.Provenance)
	}
	return err
}

// compressInitramfs compresses the initramfs, unless an earlier build has.
func (s *System) compressInitramfs() ([]byte, error) {
	cache := s.means.Cache
	if cache == nil {
		return initramfs.Compress(s.Initramfs)
	}
	content := sha256.Sum256(s.Initramfs)
	key := sha256.Sum256(fmt.Appendf(nil, "initramfs 1 %s %x", squashfs.Encoder, content))
	if packed, ok := cache.Get(key); ok {
		return packed, nil
	}
	packed, err := initramfs.Compress(s.Initramfs)
	if err == nil {
		cache.Put(key, packed)
	}
	return packed, err
}

// compressRoot writes the root file system and returns its size in bytes.
func (s *System) compressRoot(to io.WriterAt, o *squashfs.Options) (int64, error) {
	s.means.Progress.Start("Compressing", s.total(), true)
	return writeRoot(s.ctx, to, s.Tree, o, s.means.Progress.Add)
}

// total is the size of all contents of the root file system in bytes.
func (s *System) total() (n int64) {
	_ = WalkRoot(s.Tree, func(_ *squashfs.Header, content squashfs.Content) error {
		if content != nil {
			n += content.Size()
		}
		return nil
	})
	return n
}

func (s *System) rootOptions(cache squashfs.Cache) *squashfs.Options {
	return &squashfs.Options{
		ModTime: s.epoch(),
		Level:   squashfs.Default, // Better makes the ISO 1.4 % smaller, and the whole build a fifth dearer
		Workers: s.means.Workers,
		Cache:   cache,
	}
}

// LayRoot writes the root file system around the compressed blocks of another that
// holds the same files, so that next to nothing is compressed, and returns its size
// in bytes. That the other holds the same must have been found out by reading it.
func (s *System) LayRoot(to io.WriterAt, from *squashfs.Reader) (int64, error) {
	sums := map[string][32]byte{}
	for _, r := range s.Records {
		var sum [32]byte
		if n, err := hex.Decode(sum[:], []byte(r.Digest)); n == len(sum) && err == nil && r.Kind == byte(tree.Regular) {
			sums[strings.TrimPrefix(r.Path, "/")] = sum
		}
	}
	blocks, err := from.Blocks(s.rootOptions(nil), sums)
	if err != nil {
		return 0, err
	}
	s.means.Progress.Start("Comparing", s.total(), true)
	return writeRoot(s.ctx, to, s.Tree, s.rootOptions(blocks), s.means.Progress.Add)
}

// compressList compresses the provenance list, most of which is digests: a higher
// level gains nothing.
func compressList(list []byte) ([]byte, error) {
	z, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, fmt.Errorf("provenance: %w", err)
	}
	return z.EncodeAll(list, nil), nil
}

// Write lays the image out around the parts and writes it to out, in one pass from
// front to back.
func (s *System) Write(p *Parts, out io.Writer) (*Result, error) {
	m, err := s.medium(s.kernel, p)
	if err != nil {
		return nil, err
	}
	r := &Result{Tree: s.Tree, Install: s.Install, Provenance: p.Provenance}
	r.Size, r.SHA256, err = s.writeISO(m, out)
	return r, err
}
