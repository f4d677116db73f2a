//go:build linux

package main

import (
	"unsafe"

	"coen/boot/measure"

	"golang.org/x/sys/unix"
)

// consoleFont is struct console_font_op of <linux/kd.h>.
type consoleFont struct {
	op, flags, width, height, count uint32
	data                            unsafe.Pointer
}

const (
	kdFontOp  = 0x4B72 // KDFONTOP
	fontSet   = 0      // KD_FONT_OP_SET
	fontGet   = 1      // KD_FONT_OP_GET
	fontRows  = 32     // a character takes so many rows, whatever its height
	maxGlyphs = 512
)

// enlarge doubles the characters of a console in width and height, if a page
// then still fits: a room reads it. It returns a function that takes it back. A
// screen in text mode has large characters already.
func enlarge(fd int) (restore func()) {
	restore = func() {}
	size, err := unix.IoctlGetWinsize(fd, unix.TIOCGWINSZ)
	if err != nil || size.Col < 2*measure.Columns || size.Row < 2*measure.Lines {
		return restore
	}
	small := make([]byte, maxGlyphs*fontRows)
	f := consoleFont{op: fontGet, width: 8, height: fontRows, count: maxGlyphs, data: unsafe.Pointer(&small[0])}
	if fontIoctl(fd, &f) != nil || f.width != 8 || f.height > fontRows/2 {
		return restore
	}
	large := double(small[:f.count*fontRows], int(f.height))
	twice := consoleFont{op: fontSet, width: 16, height: 2 * f.height, count: f.count, data: unsafe.Pointer(&large[0])}
	if fontIoctl(fd, &twice) != nil {
		return restore
	}
	return func() {
		f.op = fontSet
		_ = fontIoctl(fd, &f)
	}
}

func fontIoctl(fd int, f *consoleFont) error {
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), kdFontOp, uintptr(unsafe.Pointer(f))); errno != 0 {
		return errno
	}
	return nil
}

// double makes each dot of a font of eight columns four dots.
func double(small []byte, height int) []byte {
	large := make([]byte, 2*len(small))
	for glyph := 0; glyph < len(small); glyph += fontRows {
		for row := range height {
			var wide uint16
			for bit := range 8 {
				if small[glyph+row]>>bit&1 == 1 {
					wide |= 3 << (2 * bit)
				}
			}
			at := 2*glyph + 4*row // two rows of two bytes
			large[at], large[at+1] = byte(wide>>8), byte(wide)
			large[at+2], large[at+3] = byte(wide>>8), byte(wide)
		}
	}
	return large
}
