package drive

import (
	"os"
	"path/filepath"
	"strings"
)

// identify finds the bus of a drive and its serial number, which lies where that
// bus has it: at the USB device above, or at the drive itself.
func (d *Drive) identify(dir string) {
	d.Bus = "disk"
	switch {
	case strings.HasPrefix(d.Name, "loop"):
		d.Bus, d.Model = "loop", attribute(dir, "loop/backing_file")
		return
	case strings.HasPrefix(d.Name, "nvme"):
		d.Bus = "nvme"
	case strings.HasPrefix(d.Name, "mmcblk"):
		d.Bus, d.Model = "mmc", attribute(dir, "device/name")
	}
	d.Serial = attribute(dir, "device/serial")
	if d.Serial == "" {
		d.Serial = attribute(dir, "serial") // virtio
	}
	device, err := filepath.EvalSymlinks(filepath.Join(dir, "device"))
	if err != nil {
		return
	}
	for ; device != "/" && device != "."; device = filepath.Dir(device) {
		if _, err := os.Stat(filepath.Join(device, "idVendor")); err == nil {
			d.Bus, d.Serial = "usb", attribute(device, "serial")
			return
		}
	}
}
