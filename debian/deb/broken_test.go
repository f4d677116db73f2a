package deb

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"coen/internal/oracle"
)

// A broken medium cannot be read at one byte.
type broken struct {
	*bytes.Reader
	at int64
}

var errBroken = errors.New("bad sector")

func (b broken) ReadAt(p []byte, off int64) (int, error) {
	if off <= b.at && b.at < off+int64(len(p)) {
		n, _ := b.Reader.ReadAt(p[:b.at-off], off)
		return n, errBroken
	}
	return b.Reader.ReadAt(p, off)
}

// TestBrokenMedium reads packages from media that are broken somewhere: that is
// what the error says, not that the package is bad.
func TestBrokenMedium(t *testing.T) {
	oracle.Need(t, "dpkg-deb")
	dir := t.TempDir()
	must(t, os.Chmod(dir, 0o755))
	must(t, os.Mkdir(filepath.Join(dir, "DEBIAN"), 0o755))
	must(t, os.WriteFile(filepath.Join(dir, "DEBIAN/control"), []byte(minimalControl+"Maintainer: Nobody <n@example.org>\nDescription: test\n"), 0o644))
	must(t, os.WriteFile(filepath.Join(dir, "file"), bytes.Repeat([]byte("content "), 100), 0o644))
	for _, compression := range compressions {
		content, err := os.ReadFile(packed(t, dir, compression))
		must(t, err)
		unread := 0
		for at := range content {
			medium := broken{bytes.NewReader(content), int64(at)}
			_, err := drainFrom(medium, medium.Size())
			if err == nil {
				unread++
			} else if !errors.Is(err, errBroken) {
				t.Errorf("%s, byte %d of %d: %v", compression, at, len(content), err)
			}
		}
		if unread > 2 { // what makes the length of members even
			t.Errorf("%s: %d bytes are not read", compression, unread)
		}
	}
}
