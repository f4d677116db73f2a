package iso9660

// Types of volume descriptor (ECMA-119 8.1.1), and their common identifier.
const (
	typeBoot       = 0
	typePrimary    = 1
	typeSecondary  = 2
	typeTerminator = 255
	standardID     = "CD001"

	bootSystem   = "EL TORITO SPECIFICATION"
	jolietEscape = "%/E" // UCS-2 level 3

	systemBlocks = 16 // the system area (ECMA-119 6.2.1)
)

func newDescriptor(typ byte) []byte {
	b := make([]byte, blockSize)
	b[0], b[6] = typ, 1
	copy(b[1:], standardID)
	return b
}

// descriptor encodes the descriptor of a directory tree (ECMA-119 8.4, 8.5).
func (l *layout) descriptor(h *hierarchy) []byte {
	v := l.volume
	b := newDescriptor(typePrimary)
	text := putText
	if h.joliet {
		b[0] = typeSecondary
		copy(b[88:], jolietEscape)
		text = putUCS2
	}
	text(b[8:40], v.System)
	text(b[40:72], v.Name)
	putBoth32(b[80:], l.blocks)
	putBoth16(b[120:], 1) // volumes in the set
	putBoth16(b[124:], 1) // this one
	putBoth16(b[128:], blockSize)
	putBoth32(b[132:], uint32(h.tableSize()))
	le.PutUint32(b[140:], h.tables[0])
	be.PutUint32(b[148:], h.tables[1])
	root := h.dirs[0].record(selfID)
	copy(b[156:190], root.append(nil))
	text(b[190:318], v.Set)
	text(b[318:446], v.Publisher)
	text(b[446:574], v.Preparer)
	text(b[574:702], v.Application)
	text(b[702:739], "") // files with copyright, abstract and bibliography
	text(b[739:776], "")
	text(b[776:813], "")
	copy(b[813:], longTime(v.Created))
	copy(b[830:], longTime(v.Modified))
	copy(b[847:], noTime) // expires
	copy(b[864:], noTime) // takes effect
	b[881] = 1            // version of the file structure
	return b
}

// putUCS2 records text in UCS-2, as much as there is room for.
func putUCS2(b []byte, text string) {
	for i := 0; i+1 < len(b); i += 2 {
		b[i+1] = ' '
	}
	copy(b[:len(b)&^1], ucs2(text))
}

// bootRecord encodes the descriptor that leads to the boot catalog.
func (l *layout) bootRecord() []byte {
	b := newDescriptor(typeBoot)
	copy(b[7:], bootSystem)
	le.PutUint32(b[71:], l.catalog)
	return b
}

// parseVolume reads what the primary volume descriptor says of the volume.
func parseVolume(b []byte) Volume {
	return Volume{
		System:      getText(b[8:40]),
		Name:        getText(b[40:72]),
		Set:         getText(b[190:318]),
		Publisher:   getText(b[318:446]),
		Preparer:    getText(b[446:574]),
		Application: getText(b[574:702]),
		Created:     parseLongTime(b[813:830]),
		Modified:    parseLongTime(b[830:847]),
	}
}
