package admin

import (
	"fmt"
	"slices"
	"strings"

	"coen/install/proc"
)

// machineIDSetup leaves an empty /etc/machine-id: each booted system gets an id
// of its own, and systemd does not take the boot for a first one, at which it
// would apply its presets again.
func machineIDSetup(p *proc.Proc) (int, error) {
	if p.Tree.Exists("/etc/machine-id") {
		return 0, nil
	}
	return 0, p.Tree.WriteFile("/etc/machine-id", nil, 0o644)
}

// detectVirt answers what a chroot is known to be.
func detectVirt(p *proc.Proc) (int, error) {
	if slices.Contains(p.Args[1:], "--chroot") || slices.Contains(p.Args[1:], "-r") {
		return 0, nil
	}
	return 0, p.Unmodelledf("the host's virtualisation")
}

// udevadm does in a chroot what it says.
func udevadm(p *proc.Proc) (int, error) {
	if len(p.Args) > 1 {
		switch p.Args[1] {
		case "control", "trigger", "settle":
			fmt.Fprintln(p.Stderr(), "Running in chroot, ignoring request.")
			return 0, nil
		}
	}
	return 0, p.Unmodelledf("%s", strings.Join(p.Args[1:], " "))
}

// stty has no terminal.
func stty(p *proc.Proc) (int, error) {
	return p.Errorf("'standard input': Inappropriate ioctl for device")
}

// lpstat finds no print server running.
func lpstat(p *proc.Proc) (int, error) {
	if !slices.Contains(p.Args[1:], "-r") {
		return 0, p.Unmodelledf("arguments %q", p.Args[1:])
	}
	fmt.Fprintln(p.Stdout(), "scheduler is not running")
	return 0, nil
}
