package overlay

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"coen/debian/xz"

	"github.com/klauspost/compress/zstd"
)

const (
	maxFile  = 256 << 20
	maxTotal = 1 << 30

	// maxUnpacked is how many bytes of an archive are read at most. Vendors'
	// have some hundred megabytes.
	maxUnpacked = 8 << 30
)

// A member is what an archive has under a name.
type member struct {
	name string
	mode fs.FileMode
	size int64
	io.Reader
}

// magics tell the formats of archives apart.
var magics = []struct {
	magic string
	open  func(io.Reader) (io.Reader, error)
}{
	{"\x1f\x8b", func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) }},
	{"\xfd7zXZ\x00", func(r io.Reader) (io.Reader, error) { return xz.NewReader(r) }},
	{"\x28\xb5\x2f\xfd", func(r io.Reader) (io.Reader, error) {
		return zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxUnpacked))
	}},
}

// walk calls f for every member of an archive, in its order.
func walk(r io.ReaderAt, size int64, f func(member) error) error {
	head := make([]byte, 8)
	n, err := r.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return err
	}
	head = head[:n]
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		return walkZip(r, size, f)
	}
	var stream io.Reader = io.NewSectionReader(r, 0, size)
	for _, m := range magics {
		if bytes.HasPrefix(head, []byte(m.magic)) {
			if stream, err = m.open(stream); err != nil {
				return err
			}
		}
	}
	return walkTar(io.LimitReader(stream, maxUnpacked), f)
}

func walkTar(stream io.Reader, f func(member) error) error {
	r := tar.NewReader(stream)
	for count := 0; ; count++ {
		h, err := r.Next()
		if err == io.EOF && count > 0 {
			return nil
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			return fmt.Errorf("neither tar, plain or compressed, nor zip: %w", err)
		}
		mode := h.FileInfo().Mode()
		if h.Typeflag == tar.TypeLink {
			mode |= fs.ModeIrregular
		}
		if err := visit(member{h.Name, mode, h.Size, r}, f); err != nil {
			return err
		}
	}
}

func walkZip(r io.ReaderAt, size int64, f func(member) error) error {
	z, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return err
	}
	for _, entry := range z.File {
		content, err := entry.Open()
		if err != nil {
			return fmt.Errorf("%q: %w", entry.Name, err)
		}
		err = visit(member{entry.Name, entry.Mode(), int64(min(entry.UncompressedSize64, maxUnpacked)), content}, f)
		content.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// visit passes a member on, under a clean name, or refuses it for where it leads.
func visit(m member, f func(member) error) error {
	name := strings.TrimPrefix(m.name, "./")
	if path.IsAbs(name) || strings.ContainsAny(name, "\x00\\") {
		return fmt.Errorf("%q in it is not a path inside an archive", m.name)
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == ".." {
			return fmt.Errorf("%q in it leads out of the archive", m.name)
		}
	}
	m.name = path.Clean(name)
	if err := f(m); err != nil {
		return fmt.Errorf("%q: %w", m.name, err)
	}
	return nil
}

// take returns the content of the wanted members.
func take(r io.ReaderAt, size int64, wanted map[string]bool) (map[string][]byte, error) {
	found := map[string][]byte{}
	total := int64(0)
	err := walk(r, size, func(m member) error {
		if !wanted[m.name] {
			return nil
		}
		if _, twice := found[m.name]; twice {
			return errors.New("is there twice")
		}
		if err := m.check(); err != nil {
			return err
		}
		if total += m.size; total > maxTotal {
			return fmt.Errorf("files have more than %d bytes", maxTotal)
		}
		data, err := io.ReadAll(io.LimitReader(m, maxFile+1))
		if err != nil {
			return err
		}
		found[m.name] = data
		return installer(m.name, data)
	})
	return found, err
}

// check refuses what is not simply a file.
func (m member) check() error {
	switch {
	case m.mode&fs.ModeSymlink != 0 || m.mode&fs.ModeIrregular != 0:
		return errors.New("is a link; map what it leads to, and make the link with the key link")
	case m.mode.IsDir():
		return errors.New("is a folder; name the files in it")
	case m.mode&fs.ModeDevice != 0:
		return errors.New("is a device file")
	case !m.mode.IsRegular():
		return fmt.Errorf("is no regular file (%v)", m.mode)
	case m.mode&(fs.ModeSetuid|fs.ModeSetgid) != 0:
		return errors.New("has a set-user-ID or set-group-ID bit")
	case m.size > maxFile:
		return fmt.Errorf("has more than %d bytes", maxFile)
	}
	return nil
}

// errRun is why installers are refused.
var errRun = errors.New("nothing of a vendor is run while an image is built, and an image is no place to run it; name the files that it would install")

// installer refuses packages and installers.
func installer(name string, data []byte) error {
	base := strings.ToLower(path.Base(name))
	script := bytes.HasPrefix(data, []byte("#!"))
	for _, prefix := range []string{"install", "setup", "uninstall"} {
		if script && strings.HasPrefix(base, prefix) {
			return fmt.Errorf("is an installer: %w", errRun)
		}
	}
	switch {
	case script && (strings.HasSuffix(base, ".run") || strings.HasSuffix(base, ".bin")):
		return fmt.Errorf("is an archive that unpacks itself: %w", errRun)
	case bytes.HasPrefix(data, []byte("!<arch>\ndebian-binary")):
		return fmt.Errorf("is a Debian package, whose scripts want to run: %w", errRun)
	case bytes.HasPrefix(data, []byte("\xed\xab\xee\xdb")):
		return fmt.Errorf("is an RPM package, whose scripts want to run: %w", errRun)
	}
	return nil
}
