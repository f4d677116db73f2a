package diff

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"

	"coen/debian/xz"

	"github.com/klauspost/compress/zstd"
)

// A packer is a form in which files hold others.
type packer struct {
	name   string
	unpack func([]byte) ([]byte, error)
}

var (
	errOther    = errors.New("not of this form")
	errTooLarge = errors.New("too large to unpack")
)

// packers are compressions, which give the content, and archives, which give a list
// of their members.
var packers = []packer{
	{"gzip", stream("\x1f\x8b", func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) })},
	{"xz", stream("\xfd7zXZ\x00", func(r io.Reader) (io.Reader, error) { return xz.NewReader(r) })},
	{"zstd", stream("\x28\xb5\x2f\xfd", func(r io.Reader) (io.Reader, error) {
		return zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxDetail), zstd.WithDecoderLowmem(true))
	})},
	{"zip", members("PK\x03\x04", 0, listZip)},
	{"tar", members("ustar", 257, listTar)},
}

// stream unpacks what begins with a magic.
func stream(magic string, open func(io.Reader) (io.Reader, error)) func([]byte) ([]byte, error) {
	return func(b []byte) ([]byte, error) {
		if !bytes.HasPrefix(b, []byte(magic)) {
			return nil, errOther
		}
		r, err := open(bytes.NewReader(b))
		if err != nil {
			return nil, err
		}
		if c, ok := r.(*zstd.Decoder); ok {
			defer c.Close()
		}
		out, err := io.ReadAll(io.LimitReader(r, maxDetail+1))
		if err == nil && len(out) > maxDetail {
			err = errTooLarge
		}
		return out, err
	}
}

// members lists an archive that has a magic at a place.
func members(magic string, at int, list func([]byte, io.Writer) error) func([]byte) ([]byte, error) {
	return func(b []byte) ([]byte, error) {
		if len(b) < at || !bytes.HasPrefix(b[at:], []byte(magic)) {
			return nil, errOther
		}
		var out strings.Builder
		err := list(b, &out)
		return []byte(out.String()), err
	}
}

func listZip(b []byte, out io.Writer) error {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return err
	}
	left := int64(maxDetail)
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return err
		}
		n, err := member(out, f.Name, f.Mode().String(), io.LimitReader(r, left))
		r.Close()
		if left -= n; err == nil && left <= 0 {
			err = errTooLarge
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func listTar(b []byte, out io.Writer) error {
	left := int64(maxDetail)
	for r := tar.NewReader(bytes.NewReader(b)); ; {
		h, err := r.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		n, err := member(out, h.Name, h.FileInfo().Mode().String(), io.LimitReader(r, left)) // it may be sparse
		if left -= n; err == nil && left <= 0 {
			err = errTooLarge
		}
		if err != nil {
			return err
		}
	}
}

// member writes the line of a member: mode, size, digest, name.
func member(out io.Writer, name, mode string, r io.Reader) (int64, error) {
	h := sha256.New()
	n, err := io.Copy(h, r)
	if err != nil {
		return n, err
	}
	_, err = fmt.Fprintf(out, "%s %8d %.8x %q\n", mode, n, h.Sum(nil), name)
	return n, err
}
