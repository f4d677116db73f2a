package inspect

import (
	"bytes"
	"io"
	"testing"
	"time"

	"coen/fsimage/iso9660"
	"coen/medium"
)

// hostile makes an image with given files.
func hostile(t testing.TB, files map[string][]byte) []byte {
	t.Helper()
	var iso bytes.Buffer
	w := iso9660.NewWriter(&iso, iso9660.Volume{Name: "X", Created: time.Unix(1e9, 0)})
	for name, content := range files {
		h := &iso9660.Header{Name: name, Mode: 0o444, Size: int64(len(content)), ModTime: time.Unix(1e9, 0)}
		if err := w.Add(h, bytes.NewReader(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return iso.Bytes()
}

// touch reads everything in an image.
func touch(t *testing.T, iso []byte) {
	i, err := Open(bytes.NewReader(iso), int64(len(iso)))
	if err != nil {
		return
	}
	for _, p := range Places {
		_, _ = i.List(t.Context(), p)
	}
	_, _ = i.Menus()
	_, _ = i.VerifiedRoot()
	_, _ = i.Packages()
	_, _ = i.Lock()
	_, _ = i.Recipe()
	_, _ = i.Authors()
	_, _, _ = i.BootImage(iso9660.UEFI)
}

// FuzzImage opens arbitrary bytes and reads all there is.
func FuzzImage(f *testing.F) {
	f.Add(hostile(f, map[string][]byte{medium.Lock: []byte("coen-lock 1\n"), medium.Initramfs: []byte("070701")}))
	f.Fuzz(func(t *testing.T, iso []byte) { touch(t, iso) })
}

// FuzzParts puts arbitrary bytes where an image has its parts.
func FuzzParts(f *testing.F) {
	f.Add([]byte("hsqs"), []byte("\x28\xb5\x2f\xfd"), []byte("set default='x'\nmenuentry 'a' --id 'b' {\n linux '/k' 'coen.verity=1:00:00'\n}\n"), []byte("LABEL a\n APPEND b\n"))
	f.Fuzz(func(t *testing.T, root, packed, grub, isolinux []byte) {
		touch(t, hostile(t, map[string][]byte{
			medium.Root: root, medium.RootHashes: root, medium.Initramfs: packed, medium.Provenance: packed,
			grubMenu: grub, isolinuxMenu: isolinux, medium.Lock: grub, medium.Recipe: isolinux,
		}))
	})
}

// FuzzRecords holds what is read of a provenance list to what is written.
func FuzzRecords(f *testing.F) {
	f.Add("/\td\t0755\t0:0\t-\ttool\n\"/\\n\"\tf\t4755\t1:2\tx\tpackage a\tscript b\n")
	f.Fuzz(func(t *testing.T, list string) {
		_ = medium.ReadRecords(bytes.NewReader([]byte(list)), func(r *medium.Record) error {
			again, err := medium.ParseRecord(r.String())
			if err != nil || again.String() != r.String() {
				t.Errorf("%q is read as %v, %v", r, again, err)
			}
			return nil
		})
	})
}

// TestBounds has an initramfs that unpacks to more than there is memory for.
func TestBounds(t *testing.T) {
	b := &bounded{ReadCloser: io.NopCloser(zeros{}), left: 1 << 20}
	n, err := io.Copy(io.Discard, b)
	if err != errTooLarge || n > 1<<20 {
		t.Errorf("%d bytes, %v", n, err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }
