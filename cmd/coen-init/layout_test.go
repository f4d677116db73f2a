//go:build linux

package main

import (
	"testing"
	"unsafe"
)

// TestLayout holds dmIoctl to the sizes of <linux/dm-ioctl.h>.
func TestLayout(t *testing.T) {
	var d dmIoctl
	if got := unsafe.Offsetof(d.spec); got != 312 {
		t.Errorf("struct dm_ioctl is %d bytes, want 312", got)
	}
	if got := unsafe.Offsetof(d.table) - unsafe.Offsetof(d.spec); got != 40 {
		t.Errorf("struct dm_target_spec is %d bytes, want 40", got)
	}
}

// TestFontLayout holds consoleFont to the sizes of <linux/kd.h>.
func TestFontLayout(t *testing.T) {
	var f consoleFont
	if size, at := unsafe.Sizeof(f), unsafe.Offsetof(f.data); size != 32 || at != 24 {
		t.Errorf("struct console_font_op is %d bytes with its data at %d, want 32 and 24", size, at)
	}
}
