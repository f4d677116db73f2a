package verity

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"coen/internal/oracle"
)

var (
	testSalt = []byte("salt of the sea")
	testUUID = [16]byte{0: 0x12, 15: 0x34}
)

// sampleData returns blocks that are all different.
func sampleData(blocks int) []byte {
	data := make([]byte, blocks*BlockSize)
	for i := 0; i < len(data); i += sha256.Size {
		sum := sha256.Sum256([]byte(fmt.Sprint(i)))
		copy(data[i:], sum[:])
	}
	return data
}

func treeOf(t testing.TB, salt, data []byte) (*Tree, []byte) {
	t.Helper()
	w, err := NewWriter(salt, testUUID)
	if err != nil {
		t.Fatal(err)
	}
	w.Write(data)
	tree, err := w.Tree()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if n, err := tree.WriteTo(&b); err != nil || n != tree.Size() || n != int64(b.Len()) {
		t.Fatalf("wrote %d bytes of %d: %v", n, tree.Size(), err)
	}
	return tree, b.Bytes()
}

func TestGolden(t *testing.T) {
	tree, raw := treeOf(t, testSalt, sampleData(200))
	const wantRoot = "24faa7724f39faf7bc291f24011c0db246229854e12cdd57d2d7e76cf2bb431d"
	if got := hex.EncodeToString(tree.Hash[:]); got != wantRoot {
		t.Errorf("root hash %s, want %s", got, wantRoot)
	}
	const want = "41f203c5319de1f20e6418b7b41b311fd567297ca65ae2c64fe5518b08da57d4"
	sum := sha256.Sum256(raw)
	if got := hex.EncodeToString(sum[:]); got != want {
		t.Errorf("tree has SHA-256 %s, want %s", got, want)
	}
}

// TestSum wants from several goroutines what a Writer makes of a stream.
func TestSum(t *testing.T) {
	for _, blocks := range []int{1, share - 1, share, 3*share + 5} {
		data := sampleData(blocks)
		want, _ := treeOf(t, testSalt, data)
		for _, workers := range []int{0, 1, 3} {
			got, err := Sum(bytes.NewReader(data), int64(len(data)), testSalt, testUUID, workers)
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%d blocks, %d workers: %v, equal %v", blocks, workers, err, reflect.DeepEqual(got, want))
			}
		}
	}
	data := bytes.NewReader(sampleData(2))
	for _, size := range []int64{0, -BlockSize, 1, 3 * BlockSize} {
		if _, err := Sum(data, size, nil, testUUID, 2); err == nil {
			t.Errorf("%d bytes of %d have a tree", size, data.Len())
		}
	}
}

// TestVeritysetup compares trees of every shape with those of veritysetup.
func TestVeritysetup(t *testing.T) {
	dir := t.TempDir()
	data, hash := filepath.Join(dir, "data"), filepath.Join(dir, "hash")
	for _, blocks := range []int{1, 2, 127, 128, 129, 128 * 128, 128*128 + 1} {
		for _, salt := range [][]byte{testSalt, bytes.Repeat([]byte{7}, 256), {}} {
			if blocks > 1000 && len(salt) != len(testSalt) {
				continue
			}
			content := sampleData(blocks)
			if err := os.WriteFile(data, content, 0o600); err != nil {
				t.Fatal(err)
			}
			os.Remove(hash)
			arg := hex.EncodeToString(salt)
			if arg == "" {
				arg = "-"
			}
			out := oracle.Run(t, "veritysetup", "format", "--salt="+arg, "--uuid=12000000-0000-0000-0000-000000000034", data, hash)
			want, err := os.ReadFile(hash)
			if err != nil {
				t.Fatal(err)
			}
			tree, got := treeOf(t, salt, content)
			if !bytes.Equal(got, want) {
				t.Errorf("%d blocks, salt of %d bytes: other tree", blocks, len(salt))
			}
			if !strings.Contains(out, hex.EncodeToString(tree.Hash[:])) {
				t.Errorf("%d blocks, salt of %d bytes: root hash %x, veritysetup says\n%s", blocks, len(salt), tree.Hash, out)
			}
		}
	}
}

// TestWriteSizes writes the same data in pieces of other sizes.
func TestWriteSizes(t *testing.T) {
	data := sampleData(10)
	want, _ := treeOf(t, testSalt, data)
	for _, size := range []int{1, 4095, 4096, 4097, 10000} {
		w, err := NewWriter(testSalt, testUUID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.CopyBuffer(struct{ io.Writer }{w}, struct{ io.Reader }{bytes.NewReader(data)}, make([]byte, size)); err != nil {
			t.Fatal(err)
		}
		if got, err := w.Tree(); err != nil || got.Hash != want.Hash {
			t.Errorf("pieces of %d: %v", size, err)
		}
	}
}

func TestWriterRefuses(t *testing.T) {
	if _, err := NewWriter(make([]byte, 257), testUUID); err == nil {
		t.Error("long salt is accepted")
	}
	for _, n := range []int{0, 1, 4095, 4097} {
		w, _ := NewWriter(nil, testUUID)
		w.Write(make([]byte, n))
		if _, err := w.Tree(); err == nil {
			t.Errorf("%d bytes are accepted", n)
		}
	}
}

func TestReader(t *testing.T) {
	for _, blocks := range []int{1, 2, 129, 128*128 + 1} {
		data := sampleData(blocks)
		tree, raw := treeOf(t, testSalt, data)
		r, err := NewReader(bytes.NewReader(data), bytes.NewReader(raw), tree.Root)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(io.NewSectionReader(r, 0, r.Size()))
		if err != nil || !bytes.Equal(got, data) {
			t.Errorf("%d blocks: read %d bytes, %v", blocks, len(got), err)
		}
	}
}

// TestReaderFindsDamage flips one bit in each block of data and tree.
func TestReaderFindsDamage(t *testing.T) {
	data := sampleData(300)
	tree, raw := treeOf(t, testSalt, data)
	read := func() error {
		r, err := NewReader(bytes.NewReader(data), bytes.NewReader(raw), tree.Root)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, io.NewSectionReader(r, 0, r.Size()))
		return err
	}
	for i := 17; i < len(data); i += BlockSize {
		data[i] ^= 4
		var mismatch *MismatchError
		if err := read(); !errors.As(err, &mismatch) || *mismatch != (MismatchError{0, uint64(i / BlockSize)}) {
			t.Errorf("bit of data block %d: %v", i/BlockSize, err)
		}
		data[i] ^= 4
	}
	for i := BlockSize; i < len(raw); i += BlockSize {
		raw[i+5] ^= 4
		var mismatch *MismatchError
		if err := read(); !errors.As(err, &mismatch) || mismatch.Level == 0 {
			t.Errorf("bit of tree block %d: %v", i/BlockSize, err)
		}
		raw[i+5] ^= 4
	}
	if err := read(); err != nil {
		t.Error(err)
	}
}

func TestReaderRefuses(t *testing.T) {
	data := sampleData(300)
	tree, raw := treeOf(t, testSalt, data)
	root := func(edit func(*Root)) Root {
		r := tree.Root
		edit(&r)
		return r
	}
	for _, test := range []struct {
		name string
		root Root
		tree []byte
		want string
	}{
		{"blocks", root(func(r *Root) { r.Blocks = 3 }), raw, "tree for 300 blocks, want 3"},
		{"no blocks", root(func(r *Root) { r.Blocks = 0 }), raw, "data of 0 blocks"},
		{"salt", root(func(r *Root) { r.Salt = nil }), raw, "another salt"},
		{"hash", root(func(r *Root) { r.Hash[0]++ }), raw, "block 0 of tree level 2"},
		{"signature", tree.Root, raw[1:], "not a hash tree"},
		{"short", tree.Root, raw[:100], "superblock"},
		{"truncated", tree.Root, raw[:BlockSize*2], "unexpected EOF"},
	} {
		r, err := NewReader(bytes.NewReader(data), bytes.NewReader(test.tree), test.root)
		if err == nil {
			_, err = r.ReadAt(make([]byte, 1), 0)
		}
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q", test.name, err, test.want)
		}
	}
}

// FuzzReader reads data with an arbitrary tree. Data that passes is the data that
// was hashed.
func FuzzReader(f *testing.F) {
	data := sampleData(130)
	tree, raw := treeOf(f, testSalt, data)
	f.Add(raw, uint64(130))
	f.Add(raw, uint64(1))
	f.Fuzz(func(t *testing.T, raw []byte, blocks uint64) {
		root := tree.Root
		root.Blocks = blocks
		r, err := NewReader(bytes.NewReader(data), bytes.NewReader(raw), root)
		if err != nil {
			return
		}
		got := make([]byte, len(data))
		n, _ := r.ReadAt(got, 0)
		if blocks == tree.Blocks && !bytes.Equal(got[:n], data[:n]) {
			t.Error("other data passed")
		}
	})
}

func BenchmarkWriter(b *testing.B) {
	data := sampleData(4096)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		treeOf(b, testSalt, data)
	}
}
