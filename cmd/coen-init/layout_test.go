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
