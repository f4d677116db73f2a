package deb

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// arMember is a member of the outer archive: its name and where its bytes are.
type arMember struct {
	name string
	data *io.SectionReader
}

const (
	arMagic  = "!<arch>\n"
	arHeader = 60
)

// readAr lists the members of an ar archive, in the common format described in
// deb(5).
func readAr(r io.ReaderAt, size int64) ([]arMember, error) {
	magic := make([]byte, len(arMagic))
	if err := readFull(r, magic, 0); err != nil && err != io.ErrUnexpectedEOF {
		return nil, err
	}
	if string(magic) != arMagic {
		return nil, errors.New("not a Debian package: no ar archive")
	}
	var members []arMember
	for at := int64(len(arMagic)); at < size; {
		if len(members) == maxArHeader {
			return nil, fmt.Errorf("more than %d ar members", maxArHeader)
		}
		header := make([]byte, arHeader)
		if err := readFull(r, header, at); err != nil {
			return nil, fmt.Errorf("ar header at byte %d: %w", at, err)
		}
		at += arHeader
		name, length, err := parseArHeader(string(header))
		if err != nil {
			return nil, fmt.Errorf("ar header at byte %d: %v", at-arHeader, err)
		}
		padded := length + length&1
		if padded > size-at {
			return nil, fmt.Errorf("ar member %q: cut off: %d bytes of %d are there", name, size-at, padded)
		}
		members = append(members, arMember{name, io.NewSectionReader(r, at, length)})
		at += padded
	}
	return members, nil
}

// readFull fills p from offset at on.
func readFull(r io.ReaderAt, p []byte, at int64) error {
	n, err := r.ReadAt(p, at)
	if n == len(p) {
		return nil
	}
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// parseArHeader takes a header apart: name 16 bytes, time 12, uid 6, gid 6,
// mode 8, size 10, all padded with blanks, and a magic of 2. Of these only name
// and size mean anything in a package.
func parseArHeader(h string) (name string, size int64, err error) {
	if h[58:] != "`\n" {
		return "", 0, errors.New("no magic at its end")
	}
	name = strings.TrimSuffix(strings.TrimRight(h[:16], " "), "/")
	digits := strings.TrimRight(h[48:58], " ")
	n, err := strconv.ParseUint(digits, 10, 63)
	if err != nil {
		return "", 0, fmt.Errorf("bad size %q", digits)
	}
	return name, int64(n), nil
}
