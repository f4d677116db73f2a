package measure

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"coen/boot/handoff"
	"coen/fsimage/verity"
)

// A Place is a range of bytes of the medium.
type Place struct{ Offset, Size int64 }

// A Plan says what lies on the medium and what to do with it.
type Plan struct {
	Size int64 // of the volume in bytes; what lies behind it is not read

	Root   Place          // the root file system
	Tree   Place          // its dm-verity hash tree, with a superblock
	Verity handoff.Verity // what the root file system has to be

	// RootCopy and TreeCopy take the content of Root and Tree, unless nil.
	RootCopy, TreeCopy io.Writer
}

// A Damage says in what way a medium is not what was built.
type Damage struct{ What string }

func (d *Damage) Error() string { return d.What }

// Read reads a medium from its start to the end of the volume and returns the
// SHA-256 of these bytes. The error is a *[Damage], with the sum of what is there,
// if the root file system or its hash tree is not what the plan says; otherwise
// the medium could not be read or not be copied. progress is told how many bytes
// have been read so far.
func Read(r io.Reader, p Plan, progress func(done int64)) (sum [32]byte, err error) {
	if err := p.check(); err != nil {
		return sum, err
	}
	// The UUID is told to nobody: only the levels above are compared.
	root, err := verity.NewWriter(p.Verity.Salt, [16]byte{})
	if err != nil {
		return sum, err
	}
	whole, tree := sha256.New(), &bytes.Buffer{}
	parts := []part{
		{Place{0, p.Size}, whole},
		{p.Root, root},
		{p.Tree, tree},
	}
	if p.RootCopy != nil {
		parts = append(parts, part{p.Root, p.RootCopy})
	}
	if p.TreeCopy != nil {
		parts = append(parts, part{p.Tree, p.TreeCopy})
	}
	if err := stream(r, p.Size, parts, progress); err != nil {
		return sum, err
	}
	whole.Sum(sum[:0])
	built, err := root.Tree()
	if err != nil {
		return sum, err
	}
	return sum, p.judge(built, tree.Bytes())
}

// check refuses a plan whose places are not those of such a root file system.
func (p *Plan) check() error {
	for _, place := range []Place{p.Root, p.Tree} {
		if place.Offset < 0 || place.Size < 0 || place.Offset > p.Size-place.Size {
			return &Damage{fmt.Sprintf("A file of the medium lies at %d to %d, outside its %d bytes.",
				place.Offset, place.Offset+place.Size, p.Size)}
		}
	}
	if want := p.Verity.Blocks * handoff.VerityBlock; p.Root.Size != want {
		return &Damage{fmt.Sprintf("The root file system has %d bytes, not %d.", p.Root.Size, want)}
	}
	return nil
}

// judge compares the tree of the root file system as it is with the root hash,
// and with the tree on the medium, which tells where a difference lies.
func (p *Plan) judge(built *verity.Tree, found []byte) error {
	var b bytes.Buffer
	if _, err := built.WriteTo(&b); err != nil {
		return err
	}
	want := b.Bytes()
	if len(found) != len(want) {
		return &Damage{fmt.Sprintf("The hash tree has %d bytes, not %d.", len(found), len(want))}
	}
	at := handoff.VerityBlock // behind the superblock, which says nothing that counts
	for at < len(want) && want[at] == found[at] {
		at++
	}
	same := at == len(want)
	switch rootGood := bytes.Equal(built.Hash[:], p.Verity.Root); {
	case rootGood && same:
		return nil
	case rootGood:
		return &Damage{fmt.Sprintf("The hash tree is changed at byte %d of the medium.", p.Tree.Offset+int64(at))}
	case same:
		return &Damage{"The medium holds another root file system than its boot menu says."}
	}
	return p.name(want, found)
}

// name says which blocks of the root file system differ from what the tree on the
// medium says of them. The digests of blocks are the last level of the tree.
func (p *Plan) name(want, found []byte) error {
	leaves := (int(p.Verity.Blocks)*sha256.Size + handoff.VerityBlock - 1) / handoff.VerityBlock * handoff.VerityBlock
	want, found = want[len(want)-leaves:], found[len(found)-leaves:]
	first, count := int64(0), 0
	for i := range p.Verity.Blocks {
		at := int(i) * sha256.Size
		if !bytes.Equal(want[at:at+sha256.Size], found[at:at+sha256.Size]) {
			if count == 0 {
				first = i
			}
			count++
		}
	}
	if count == 0 {
		return &Damage{"The hash tree of the root file system is changed."}
	}
	return &Damage{fmt.Sprintf("%d of %d blocks of the root file system are changed,\nthe first at byte %d of the medium.",
		count, p.Verity.Blocks, p.Root.Offset+first*handoff.VerityBlock)}
}

// errShort is for a medium that ends before its volume does.
var errShort = errors.New("the medium is shorter than the image: it was not written to its end")
