package iso9660

// An MBREntry is an entry of the partition table of a master boot record.
// Sectors have 512 bytes.
type MBREntry struct {
	Active  bool
	Type    byte
	First   uint32 // sector
	Sectors uint32
}

// Places in a master boot record. Those of code and target are ISOLINUX's.
const (
	mbrCodeSize  = 432
	mbrTarget    = 432 // sector of the boot image that the code starts
	mbrSignature = 440
	mbrTable     = 446
	mbrMagic     = 510

	mbrProtective = 0xEE // covers a disk with a GPT
)

// An mbr is a master boot record.
type mbr struct {
	code      []byte
	target    uint64
	signature uint32
	entries   []MBREntry // up to 4
}

func (m *mbr) encode() []byte {
	b := make([]byte, sectorSize)
	copy(b, m.code)
	le.PutUint64(b[mbrTarget:], m.target)
	le.PutUint32(b[mbrSignature:], m.signature)
	for i, e := range m.entries {
		p := b[mbrTable+16*i:]
		if e.Active {
			p[0] = 0x80
		}
		first, last := chs(e.First), chs(e.First+e.Sectors-1)
		copy(p[1:], first[:])
		p[4] = e.Type
		copy(p[5:], last[:])
		le.PutUint32(p[8:], e.First)
		le.PutUint32(p[12:], e.Sectors)
	}
	b[mbrMagic], b[mbrMagic+1] = 0x55, 0xAA
	return b
}

// chs is the address of a sector by cylinder, head and sector, on a disk of 255
// heads and 63 sectors; UEFI (5.2.3) and others ignore it, but want the largest
// for what is out of reach.
func chs(sector uint32) [3]byte {
	const heads, sectors = 255, 63
	cylinder := sector / (heads * sectors)
	if cylinder > 1023 {
		return [3]byte{0xFE, 0xFF, 0xFF}
	}
	s := sector%sectors + 1
	return [3]byte{byte(sector / sectors % heads), byte(s | cylinder>>8<<6), byte(cylinder)}
}

// parseMBR reads a master boot record, or returns nil if b is none.
func parseMBR(b []byte) *mbr {
	if b[mbrMagic] != 0x55 || b[mbrMagic+1] != 0xAA {
		return nil
	}
	m := &mbr{
		code:      append([]byte(nil), b[:mbrCodeSize]...),
		target:    le.Uint64(b[mbrTarget:]),
		signature: le.Uint32(b[mbrSignature:]),
	}
	for p := b[mbrTable:mbrMagic]; len(p) > 0; p = p[16:] {
		e := MBREntry{p[0]&0x80 != 0, p[4], le.Uint32(p[8:]), le.Uint32(p[12:])}
		if e != (MBREntry{}) {
			m.entries = append(m.entries, e)
		}
	}
	return m
}
