package measure

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"math/rand"
	"strings"
	"testing"
	"testing/iotest"

	"coen/boot/handoff"
	"coen/fsimage/verity"
)

// made is a medium, with the plan that is right for it: something, the root file
// system, its tree, something else. Its size is no multiple of anything.
func made(t testing.TB, blocks int) ([]byte, Plan) {
	t.Helper()
	random := rand.New(rand.NewSource(int64(blocks)))
	root := make([]byte, blocks*handoff.VerityBlock)
	random.Read(root)
	w, err := verity.NewWriter([]byte("salt"), [16]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	w.Write(root)
	tree, err := w.Tree()
	if err != nil {
		t.Fatal(err)
	}
	var hashes bytes.Buffer
	if _, err := tree.WriteTo(&hashes); err != nil {
		t.Fatal(err)
	}
	front, back := make([]byte, 2048*3), make([]byte, 12345)
	random.Read(front)
	random.Read(back)
	medium := bytes.Join([][]byte{front, root, hashes.Bytes(), back}, nil)
	return medium, Plan{
		Size:   int64(len(medium)),
		Root:   Place{int64(len(front)), int64(len(root))},
		Tree:   Place{int64(len(front) + len(root)), int64(hashes.Len())},
		Verity: handoff.Verity{Blocks: int64(blocks), Salt: []byte("salt"), Root: tree.Hash[:]},
	}
}

// sizes are numbers of blocks whose trees have different shapes, and one of
// more chunks than are under way at a time.
var sizes = []int{1, 2, 128, 129, 1000, 3 * chunks * chunkSize / handoff.VerityBlock}

func TestRead(t *testing.T) {
	for _, blocks := range sizes {
		medium, plan := made(t, blocks)
		var root, tree bytes.Buffer
		plan.RootCopy, plan.TreeCopy = &root, &tree
		last := int64(0)
		behind := io.MultiReader(bytes.NewReader(medium), strings.NewReader("what a stick had before"))
		sum, err := Read(behind, plan, func(done int64) {
			if done <= last {
				t.Errorf("progress goes from %d to %d", last, done)
			}
			last = done
		})
		if err != nil || sum != sha256.Sum256(medium) {
			t.Errorf("%d blocks: %x, %v", blocks, sum, err)
		}
		if last != plan.Size {
			t.Errorf("%d blocks: progress ends at %d of %d", blocks, last, plan.Size)
		}
		if !bytes.Equal(root.Bytes(), medium[plan.Root.Offset:][:plan.Root.Size]) || !bytes.Equal(tree.Bytes(), medium[plan.Tree.Offset:][:plan.Tree.Size]) {
			t.Errorf("%d blocks: a copy differs", blocks)
		}
	}
}

// TestDamage changes one bit at many places of the medium: in the root file system
// and its tree it is found and named, elsewhere the sum tells.
func TestDamage(t *testing.T) {
	medium, plan := made(t, 300)
	whole := sha256.Sum256(medium)
	for at := int64(0); at < plan.Size; at += 3989 {
		medium[at] ^= 4
		sum, err := Read(bytes.NewReader(medium), plan, func(int64) {})
		medium[at] ^= 4
		if sum == whole {
			t.Fatalf("byte %d is not in the sum", at)
		}
		want := ""
		switch {
		case at >= plan.Root.Offset && at < plan.Tree.Offset:
			want = "1 of 300 blocks of the root file system"
		case at >= plan.Tree.Offset+handoff.VerityBlock && at < plan.Tree.Offset+plan.Tree.Size:
			want = "The hash tree is changed"
		}
		if damage := new(Damage); (want == "") != (err == nil) || err != nil && (!errors.As(err, &damage) || !strings.Contains(err.Error(), want)) {
			t.Errorf("byte %d: %v, want %q", at, err, want)
		}
	}
}

// TestOther has a medium that fits itself, but not the boot menu.
func TestOther(t *testing.T) {
	medium, plan := made(t, 7)
	other := plan
	other.Verity.Root = make([]byte, 32)
	short := plan
	short.Verity.Blocks--
	outside := plan
	outside.Tree.Offset = plan.Size
	for want, p := range map[string]Plan{
		"another root file system": other,
		"bytes, not":               short,
		"outside":                  outside,
	} {
		_, err := Read(bytes.NewReader(medium), p, func(int64) {})
		if damage := new(Damage); !errors.As(err, &damage) || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// full is a file on a file system without room.
type full struct{}

var errFull = errors.New("no space left")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestFails(t *testing.T) {
	medium, plan := made(t, 20*chunkSize/handoff.VerityBlock)
	broken := errors.New("scratched")
	for want, r := range map[error]io.Reader{
		errShort: bytes.NewReader(medium[:len(medium)/2]),
		broken:   io.MultiReader(bytes.NewReader(medium[:len(medium)/3]), iotest.ErrReader(broken)),
	} {
		_, err := Read(r, plan, func(int64) {})
		if damage := new(Damage); !errors.Is(err, want) || errors.As(err, &damage) {
			t.Errorf("error %v, want %v", err, want)
		}
	}
	plan.RootCopy = full{}
	if _, err := Read(bytes.NewReader(medium), plan, func(int64) {}); !errors.Is(err, errFull) {
		t.Errorf("error %v, want %v", err, errFull)
	}
}

// BenchmarkRead measures all that happens to a byte between drive and screen.
func BenchmarkRead(b *testing.B) {
	medium, plan := made(b, 64<<20/handoff.VerityBlock)
	b.SetBytes(plan.Size)
	for b.Loop() {
		if _, err := Read(bytes.NewReader(medium), plan, func(int64) {}); err != nil {
			b.Fatal(err)
		}
	}
}
