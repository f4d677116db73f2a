package iso9660

import (
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"time"
)

const blockSize = 2048

var (
	le = binary.LittleEndian
	be = binary.BigEndian
)

// putBoth16 and putBoth32 record a number in both byte orders (ECMA-119 7.2.3,
// 7.3.3).
func putBoth16(b []byte, v uint16) {
	le.PutUint16(b, v)
	be.PutUint16(b[2:], v)
}

func putBoth32(b []byte, v uint32) {
	le.PutUint32(b, v)
	be.PutUint32(b[4:], v)
}

// blocksOf is the number of blocks that n bytes take.
func blocksOf(n int64) int64 { return (n + blockSize - 1) / blockSize }

// putText records text, padded with spaces.
func putText(b []byte, text string) {
	copy(b, text+strings.Repeat(" ", len(b)))
}

// getText reads padded text.
func getText(b []byte) string { return strings.TrimRight(string(b), " \x00") }

// packTime encodes a time as in directory records (ECMA-119 9.1.5), in UTC. The
// zero time.Time is 1970-01-01.
func packTime(t time.Time) (b [7]byte, err error) {
	if t.IsZero() {
		t = time.Unix(0, 0)
	}
	t = t.UTC()
	if t.Year() < 1900 || t.Year() > 2155 {
		return b, fmt.Errorf("year %d is not from 1900 to 2155", t.Year())
	}
	return [7]byte{byte(t.Year() - 1900), byte(t.Month()), byte(t.Day()),
		byte(t.Hour()), byte(t.Minute()), byte(t.Second())}, nil
}

func unpackTime(b []byte) time.Time {
	// The last byte is the distance from UTC in quarters of an hour.
	t := time.Date(1900+int(b[0]), time.Month(b[1]), int(b[2]), int(b[3]), int(b[4]), int(b[5]), 0, time.UTC)
	return t.Add(-15 * time.Minute * time.Duration(int8(b[6])))
}

// noTime is a time that is not specified, in a volume descriptor (ECMA-119
// 8.4.26.1).
const noTime = "0000000000000000\x00"

// longTime encodes a time as in volume descriptors, in UTC.
func longTime(t time.Time) string {
	if t.IsZero() {
		return noTime
	}
	t = t.UTC()
	return fmt.Sprintf("%s%02d\x00", t.Format("20060102150405"), t.Nanosecond()/1e7)
}

// parseLongTime reads a time of a volume descriptor; what is no time is zero.
func parseLongTime(b []byte) time.Time {
	t, err := time.Parse("20060102150405.00", string(b[:14])+"."+string(b[14:16]))
	if err != nil {
		return time.Time{}
	}
	return t.Add(-15 * time.Minute * time.Duration(int8(b[16])))
}

// noEOF is for reads of what must be there.
func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
