package bundle

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"coen/internal/failure"
)

// Unpack reads a bundle and writes its members below dir, which must exist. What
// is not byte for byte what Seal writes is a [failure.RefusedError]. After an
// error the content of dir is of no use. progress, if not nil, is told that n
// more bytes were read.
func Unpack(ctx context.Context, r io.Reader, dir string, progress func(n int64)) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	read, canonical := sha256.New(), sha256.New()
	u := &unpacker{ctx: ctx, root: root, tar: tar.NewReader(io.TeeReader(r, read))}
	if err := u.unpack(canonical, progress); err != nil {
		return err
	}
	if _, err := io.Copy(read, r); err != nil { // what the tar reader left
		return err
	}
	if !bytes.Equal(read.Sum(nil), canonical.Sum(nil)) {
		return refuse("it is not written as a bundle is: headers, padding or end differ")
	}
	return nil
}

func refuse(format string, args ...any) error { return failure.Refusef("bundle", format, args...) }

type unpacker struct {
	ctx  context.Context
	root *os.Root
	tar  *tar.Reader
}

// unpack reads all members, and seals them again as it goes, so that the two
// can be compared.
func (u *unpacker) unpack(canonical hash.Hash, progress func(int64)) error {
	first, err := u.next(ManifestName)
	if err != nil {
		return err
	}
	if first.Size > maxManifest {
		return refuse("%s has %d bytes", ManifestName, first.Size)
	}
	manifest, err := io.ReadAll(u.tar)
	if err != nil {
		return refuse("%w", err)
	}
	sums, err := parseManifest(manifest)
	if err != nil {
		return refuse("%w", err)
	}
	s := &sealer{ctx: u.ctx, tar: tar.NewWriter(canonical), options: Options{Time: first.ModTime, Progress: progress}}
	if err := s.start(ManifestName, first.Size, false); err != nil {
		return refuse("%w", err)
	}
	if _, err := s.tar.Write(manifest); err != nil {
		return err
	}
	for _, sum := range sums {
		if err := u.member(s, sum); err != nil {
			return err
		}
	}
	if h, err := u.tar.Next(); !errors.Is(err, io.EOF) {
		return refuse("there is more than %s lists: %q", ManifestName, nameOf(h))
	}
	if err := writeFile(u.root, ManifestName, manifest); err != nil {
		return err
	}
	return s.tar.Close()
}

func nameOf(h *tar.Header) string {
	if h == nil {
		return "something that is no member"
	}
	return h.Name
}

// next goes to the next member, which must be a plain file of that name.
func (u *unpacker) next(name string) (*tar.Header, error) {
	h, err := u.tar.Next()
	switch {
	case errors.Is(err, io.EOF):
		return nil, refuse("%s is missing", name)
	case err != nil:
		return nil, refuse("before %s: %w", name, err)
	case h.Name != name:
		return nil, refuse("%q is where %s must be", h.Name, name)
	case h.Typeflag != tar.TypeReg || h.Size > maxMember:
		return nil, refuse("%s is not a plain file", name)
	}
	for key := range h.PAXRecords {
		if key != "path" {
			return nil, refuse("%s has a record %q", name, key)
		}
	}
	return h, nil
}

// member unpacks one member, and seals it again.
func (u *unpacker) member(s *sealer, want sum) error {
	h, err := u.next(want.path)
	if err != nil {
		return err
	}
	f, err := create(u.root, want.path, h.FileInfo().Mode()&0o111 != 0)
	if err != nil {
		return err
	}
	defer f.Close()
	err = s.add(Member{
		Path:       want.path,
		Size:       h.Size,
		SHA256:     want.sha256,
		Executable: h.Mode&0o111 != 0,
		Open:       func() (io.ReadCloser, error) { return io.NopCloser(io.TeeReader(u.tar, f)), nil },
	})
	var here *fs.PathError // our file, not the bundle
	if u.ctx.Err() != nil || errors.As(err, &here) {
		return err
	}
	if err != nil {
		return refuse("%s: %w", want.path, err)
	}
	return f.Close()
}

func create(root *os.Root, name string, executable bool) (*os.File, error) {
	mode := os.FileMode(0o644)
	if executable {
		mode = 0o755
	}
	if err := root.MkdirAll(filepath.Dir(filepath.FromSlash(name)), 0o755); err != nil {
		return nil, err
	}
	return root.OpenFile(filepath.FromSlash(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
}

func writeFile(root *os.Root, name string, data []byte) error {
	f, err := create(root, name, false)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.Write(data); err != nil {
		return err
	}
	return f.Close()
}
