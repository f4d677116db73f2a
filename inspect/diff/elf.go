package diff

import (
	"bytes"
	"crypto/sha256"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
)

// maxSections bounds the sections of a program. Debian's have some forty.
const maxSections = 1000

// openELF opens a program or library, or returns nil if it is none.
func openELF(b []byte) *elf.File {
	if !bytes.HasPrefix(b, []byte(elf.ELFMAG)) {
		return nil
	}
	f, err := elf.NewFile(bytes.NewReader(b))
	if err != nil || len(f.Sections) > maxSections {
		return nil
	}
	total := 0
	for _, s := range f.Sections {
		total += len(bytesOf(s, b))
	}
	if total > 2*len(b) { // sections overlap, so that comparing them would take long
		return nil
	}
	return f
}

// compareELF tells which sections differ, and the build-ids.
func compareELF(a, b *elf.File, rawA, rawB []byte) string {
	var out strings.Builder
	fmt.Fprintf(&out, "ELF %s\n", strings.TrimPrefix(a.Type.String(), "ET_"))
	if ia, ib := buildID(a), buildID(b); ia == ib {
		fmt.Fprintf(&out, "build-id %s in both: the same build, changed afterwards\n", orNone(ia))
	} else {
		fmt.Fprintf(&out, "build-id %s and %s\n", orNone(ia), orNone(ib))
	}
	same := true
	for _, s := range a.Sections {
		t := b.Section(s.Name)
		switch {
		case s.Name == "":
		case t == nil:
			fmt.Fprintf(&out, "section %q is only in the first\n", s.Name)
			same = false
		case s.Size != t.Size:
			fmt.Fprintf(&out, "section %q has %d bytes and %d bytes\n", s.Name, s.Size, t.Size)
			same = false
		case digestOf(s, rawA) != digestOf(t, rawB):
			fmt.Fprintf(&out, "section %q differs: %s\n", s.Name, compareBytes(bytesOf(s, rawA), bytesOf(t, rawB)))
			same = false
		}
	}
	for _, t := range b.Sections {
		if a.Section(t.Name) == nil {
			fmt.Fprintf(&out, "section %q is only in the second\n", t.Name)
			same = false
		}
	}
	if same {
		fmt.Fprintf(&out, "outside of all sections: %s\n", compareBytes(rawA, rawB))
	}
	return out.String()
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// bytesOf returns what a section has in the file.
func bytesOf(s *elf.Section, raw []byte) []byte {
	if s.Type == elf.SHT_NOBITS || s.Offset > uint64(len(raw)) || s.FileSize > uint64(len(raw))-s.Offset {
		return nil
	}
	return raw[s.Offset : s.Offset+s.FileSize]
}

func digestOf(s *elf.Section, raw []byte) [32]byte { return sha256.Sum256(bytesOf(s, raw)) }

// buildID returns the build-id in the notes of a program (type 3 of "GNU").
func buildID(f *elf.File) string {
	s := f.Section(".note.gnu.build-id")
	if s == nil || s.Size > 1<<10 {
		return ""
	}
	note, err := io.ReadAll(io.LimitReader(s.Open(), 1<<10))
	if err != nil || len(note) < 16 {
		return ""
	}
	order := binary.ByteOrder(f.ByteOrder)
	name, size := order.Uint32(note), order.Uint32(note[4:])
	if name != 4 || uint64(size) > uint64(len(note)-16) {
		return ""
	}
	return fmt.Sprintf("%x", note[16:16+size])
}
