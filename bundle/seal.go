package bundle

import (
	"archive/tar"
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"slices"
	"time"
)

// A Member is a file of a bundle.
type Member struct {
	// Path in the bundle: relative, clean, printable ASCII.
	Path string
	// Size in bytes and SHA256 of the content.
	Size   int64
	SHA256 [32]byte
	// Executable tells whether the file may be run once it is unpacked.
	Executable bool
	// Open opens the content.
	Open func() (io.ReadCloser, error)
}

// Options of Seal.
type Options struct {
	// Time is that of all members, in UTC and whole seconds.
	Time time.Time
	// Progress, if not nil, is told that n more bytes were written.
	Progress func(n int64)
}

// Seal writes the bundle of the members, which it sorts. A member whose content
// is not what its size and digest say is an error.
func Seal(ctx context.Context, w io.Writer, members []Member, o Options) error {
	members = slices.SortedFunc(slices.Values(members), func(a, b Member) int { return cmp.Compare(a.Path, b.Path) })
	manifest, err := list(members)
	if err != nil {
		return err
	}
	s := &sealer{ctx: ctx, tar: tar.NewWriter(w), options: o}
	if err := s.start(ManifestName, int64(len(manifest)), false); err != nil {
		return err
	}
	if _, err := s.tar.Write(manifest); err != nil {
		return err
	}
	for _, m := range members {
		if err := s.add(m); err != nil {
			return fmt.Errorf("%s: %w", m.Path, err)
		}
	}
	return s.tar.Close()
}

// list makes the manifest of sorted members.
func list(members []Member) ([]byte, error) {
	sums := make([]sum, len(members))
	for i, m := range members {
		if err := checkPath(m.Path); err != nil {
			return nil, err
		}
		if i > 0 && members[i-1].Path == m.Path {
			return nil, fmt.Errorf("%s is there twice", m.Path)
		}
		if m.Size < 0 || m.Size > maxMember {
			return nil, fmt.Errorf("%s: size %d is out of range", m.Path, m.Size)
		}
		sums[i] = sum{m.Path, m.SHA256}
	}
	manifest := formatManifest(sums)
	if len(manifest) == 0 || len(manifest) > maxManifest {
		return nil, fmt.Errorf("%d members cannot be listed", len(members))
	}
	return manifest, nil
}

// A sealer writes the members of a bundle as they must be.
type sealer struct {
	ctx     context.Context
	tar     *tar.Writer
	options Options
}

// start writes the header of a member. Everything a tar header leaves open is
// fixed: owner 0, no names, one time, two modes; pax records occur only for
// what the older form cannot say.
func (s *sealer) start(name string, size int64, executable bool) error {
	mode := int64(0o644)
	if executable {
		mode = 0o755
	}
	return s.tar.WriteHeader(&tar.Header{
		Typeflag: tar.TypeReg,
		Name:     name,
		Size:     size,
		Mode:     mode,
		ModTime:  s.options.Time,
	})
}

func (s *sealer) add(m Member) error {
	r, err := m.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	if err := s.start(m.Path, m.Size, m.Executable); err != nil {
		return err
	}
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(s.tar, h, s), r)
	if err != nil {
		return err
	}
	if n != m.Size || !bytes.Equal(h.Sum(nil), m.SHA256[:]) {
		return fmt.Errorf("has %d bytes with SHA-256 %x, not %d with %x", n, h.Sum(nil), m.Size, m.SHA256)
	}
	return nil
}

// Write counts progress, and ends the work when it is to end.
func (s *sealer) Write(p []byte) (int, error) {
	if s.options.Progress != nil {
		s.options.Progress(int64(len(p)))
	}
	return len(p), s.ctx.Err()
}
