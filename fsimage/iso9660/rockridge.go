package iso9660

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"
)

// Types and bits of a POSIX mode (RRIP 4.1.1).
const (
	posixDir    = 0o040000
	posixFile   = 0o100000
	posixLink   = 0o120000
	posixType   = 0o170000
	posixSetUID = 0o4000
	posixSetGID = 0o2000
	posixSticky = 0o1000
)

func posixMode(m fs.FileMode) uint32 {
	mode := uint32(m.Perm())
	for _, bit := range []struct {
		fs    fs.FileMode
		posix uint32
	}{{fs.ModeSetuid, posixSetUID}, {fs.ModeSetgid, posixSetGID}, {fs.ModeSticky, posixSticky}} {
		if m&bit.fs != 0 {
			mode |= bit.posix
		}
	}
	switch m.Type() {
	case fs.ModeDir:
		return mode | posixDir
	case fs.ModeSymlink:
		return mode | posixLink
	}
	return mode | posixFile
}

// fileMode is the mode of a POSIX mode. Devices and the like, which this package
// does not write, become irregular files.
func fileMode(mode uint32) fs.FileMode {
	m := fs.FileMode(mode & 0o777)
	if mode&posixSetUID != 0 {
		m |= fs.ModeSetuid
	}
	if mode&posixSetGID != 0 {
		m |= fs.ModeSetgid
	}
	if mode&posixSticky != 0 {
		m |= fs.ModeSticky
	}
	switch mode & posixType {
	case posixDir:
		return m | fs.ModeDir
	case posixLink:
		return m | fs.ModeSymlink
	case posixFile:
		return m
	}
	return m | fs.ModeIrregular
}

// posixEntries returns the PX and TF entries of a node (RRIP 4.1.1, 4.1.6).
func (n *node) posixEntries() [][]byte {
	links := uint32(1)
	if n.Mode.IsDir() {
		links = 2
		for _, c := range n.children {
			if c.Mode.IsDir() {
				links++
			}
		}
	}
	px := make([]byte, 40)
	for i, v := range []uint32{posixMode(n.Mode), links, n.UID, n.GID, n.serial} {
		putBoth32(px[8*i:], v)
	}
	const changeAccessAttributes = 0x02 | 0x04 | 0x08
	stamp, _ := packTime(n.ModTime) // checked when it was added
	tf := []byte{changeAccessAttributes}
	for range 3 {
		tf = append(tf, stamp[:]...)
	}
	return [][]byte{suspEntry("PX", px...), suspEntry("TF", tf...)}
}

// nameAndLink returns the NM and SL entries of a node.
func (n *node) nameAndLink() [][]byte {
	var entries [][]byte
	const room = maxEntrySize - suspHeader - 1
	name := path.Base(n.Name)
	for len(name) > room {
		entries = append(entries, suspEntry("NM", append([]byte{continueFlag}, name[:room]...)...))
		name = name[room:]
	}
	entries = append(entries, suspEntry("NM", append([]byte{0}, name...)...))
	if n.Linkname == "" {
		return entries
	}
	return append(entries, linkEntries(n.Linkname)...)
}

// Kinds of elements of a link's target (RRIP 4.1.3.1).
const (
	elementCurrent = 0x02
	elementParent  = 0x04
	elementRoot    = 0x08
)

// linkEntries returns the SL entries for a target.
func linkEntries(target string) [][]byte {
	const room = maxEntrySize - suspHeader - 1
	var areas [][]byte
	area := []byte{0}
	add := func(flags byte, text string) {
		if len(area)-1+2+len(text) > room {
			area[0] = continueFlag
			areas = append(areas, area)
			area = []byte{0}
		}
		area = append(area, flags, byte(len(text)))
		area = append(area, text...)
	}
	if strings.HasPrefix(target, "/") {
		add(elementRoot, "")
		target = target[1:]
	}
	for elem := range strings.SplitSeq(target, "/") {
		switch elem {
		case "":
		case ".":
			add(elementCurrent, "")
		case "..":
			add(elementParent, "")
		default:
			for ; len(elem) > room-2; elem = elem[room-2:] {
				add(continueFlag, elem[:room-2])
			}
			add(0, elem)
		}
	}
	var entries [][]byte
	for _, a := range append(areas, area) {
		entries = append(entries, suspEntry("SL", a...))
	}
	return entries
}

// rockRidge gathers what Rock Ridge says of a file.
type rockRidge struct {
	name           string
	link           linkParser
	mode           uint32 // POSIX
	hasMode        bool
	uid, gid       uint32
	modTime        time.Time
	nameIsComplete bool
}

// add takes a system use entry.
func (a *rockRidge) add(signature string, data []byte) error {
	switch signature {
	case "PX":
		if len(data) < 32 {
			return errors.New("malformed PX entry")
		}
		a.mode, a.hasMode = le.Uint32(data), true
		a.uid, a.gid = le.Uint32(data[16:]), le.Uint32(data[24:])
	case "TF":
		return a.addTimes(data)
	case "NM":
		if len(data) < 1 || len(a.name)+len(data)-1 > maxNameRead || a.nameIsComplete {
			return errors.New("malformed NM entry")
		}
		a.name += string(data[1:])
		a.nameIsComplete = data[0]&continueFlag == 0
	case "SL":
		return a.link.add(data)
	}
	return nil
}

// addTimes takes the time of change from a TF entry, which has those that its
// flags tell, in the order of the bits.
func (a *rockRidge) addTimes(data []byte) error {
	const creation, change, long = 0x01, 0x02, 0x80
	if len(data) == 0 || data[0]&change == 0 {
		return nil
	}
	size, off := 7, 1
	if data[0]&long != 0 {
		size = 17
	}
	if data[0]&creation != 0 {
		off += size
	}
	if len(data) < off+size {
		return errors.New("malformed TF entry")
	}
	if size == 17 {
		a.modTime = parseLongTime(data[off:])
	} else {
		a.modTime = unpackTime(data[off:])
	}
	return nil
}

// A linkParser puts the target of a link together.
type linkParser struct {
	target strings.Builder
	joined bool // the next element continues the last one
}

// add takes an SL entry.
func (l *linkParser) add(data []byte) error {
	if len(data) < 1 {
		return errors.New("malformed SL entry")
	}
	for data = data[1:]; len(data) > 0; {
		if len(data) < 2 || 2+int(data[1]) > len(data) {
			return errors.New("malformed SL entry")
		}
		flags, text := data[0], string(data[2:2+data[1]])
		data = data[2+data[1]:]
		if t := l.target.String(); t != "" && !l.joined && !strings.HasSuffix(t, "/") {
			l.target.WriteByte('/')
		}
		switch flags &^ continueFlag {
		case 0:
			l.target.WriteString(text)
		case elementCurrent:
			l.target.WriteString(".")
		case elementParent:
			l.target.WriteString("..")
		case elementRoot:
			l.target.WriteString("/")
		default:
			return fmt.Errorf("unknown kind %#x of link element", flags)
		}
		l.joined = flags&continueFlag != 0
		if l.target.Len() > maxLink {
			return fmt.Errorf("target is longer than %d bytes", maxLink)
		}
	}
	return nil
}
