package archive

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io"
	"path"
	"slices"

	"coen/debian/xz"
)

// MaxIndex is the largest size in bytes of an unpacked index. That of Debian's
// main component has 60 MB.
const MaxIndex = 1 << 30

// An Index is a Packages file and where to get it.
type Index struct {
	// Paths are where it may be, below the archive's root, best first.
	Paths []string
	// File is what is fetched, compressed by Suffix: "", ".gz" or ".xz".
	File   File
	Suffix string
	// Unpacked is what it unpacks to.
	Unpacked File
}

// Packages returns the index of a component for an architecture. The suite is
// the one whose directory the InRelease file came from.
func (r *Release) Packages(suite, component, arch string) (Index, error) {
	if !slices.Contains(r.Architectures, arch) {
		return Index{}, fmt.Errorf("has no architecture %q", arch)
	}
	name := component + "/binary-" + arch + "/Packages"
	unpacked, listed := r.Files[name]
	if !listed {
		return Index{}, fmt.Errorf("has no component %q", component)
	}
	if unpacked.Size > MaxIndex {
		return Index{}, fmt.Errorf("%s: larger than %d bytes", name, MaxIndex)
	}
	for _, suffix := range []string{".xz", ".gz", ""} {
		f, listed := r.Files[name+suffix]
		if !listed {
			continue
		}
		x := Index{File: f, Suffix: suffix, Unpacked: unpacked}
		full := "dists/" + suite + "/" + name + suffix
		if r.ByHash {
			x.Paths = append(x.Paths, path.Dir(full)+"/by-hash/SHA256/"+f.SHA256.String())
		}
		x.Paths = append(x.Paths, full)
		return x, nil
	}
	return Index{}, fmt.Errorf("%s: not listed in a known compression", name)
}

// Read unpacks an index from its compressed bytes, and checks both.
func (x Index) Read(compressed []byte) ([]byte, error) {
	if err := x.File.check(compressed); err != nil {
		return nil, err
	}
	r, err := decompress(x.Suffix, bytes.NewReader(compressed))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.Grow(int(x.Unpacked.Size) + bytes.MinRead)
	if _, err := io.Copy(&b, io.LimitReader(r, x.Unpacked.Size+1)); err != nil {
		return nil, err
	}
	if err := x.Unpacked.check(b.Bytes()); err != nil {
		return nil, fmt.Errorf("unpacked: %v", err)
	}
	return b.Bytes(), nil
}

func (f File) check(content []byte) error {
	if int64(len(content)) != f.Size {
		return fmt.Errorf("has %d bytes, not the %d it should have", len(content), f.Size)
	}
	if got := Digest(sha256.Sum256(content)); got != f.SHA256 {
		return fmt.Errorf("has SHA-256 %s, not %s", got, f.SHA256)
	}
	return nil
}

func decompress(suffix string, r io.Reader) (io.Reader, error) {
	switch suffix {
	case ".gz":
		return gzip.NewReader(r)
	case ".xz":
		return xz.NewReader(bufio.NewReader(r))
	}
	return r, nil
}
