//go:build linux

// Coen-init is the first program of the live system: /init of the initramfs.
// It finds the medium the machine was started from, checks it against the root
// hash on the kernel command line, lays memory over it and hands over to
// systemd. It writes to no disk.
//
// What goes wrong is told in words on the console, and the start ends there:
// there is no shell to fall into.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"time"

	"coen/boot/handoff"

	"golang.org/x/sys/unix"
)

// searchTime is how long a medium may take to appear. Optical drives spin up
// and USB sticks settle within some 20 seconds; twice that is patient.
const searchTime = 45 * time.Second

func main() {
	if os.Getpid() != 1 {
		fmt.Fprintln(os.Stderr, "coen-init: runs only as the first program of the COEN live system")
		os.Exit(2)
	}
	stop(start())
}

// start does everything up to the hand-over and returns only if that fails.
func start() error {
	if err := mountKernel(); err != nil {
		return err
	}
	config, params, err := readHandoff()
	if err != nil {
		return err
	}
	say("%s", config.Release)
	modules := newLoader(config.Modules)
	if err := modules.loadAlways(); err != nil {
		return err
	}
	medium, err := find(params.Volume, modules)
	if err != nil {
		return err
	}
	say("Medium: %s on %s", params.Volume, medium.device)
	if params.ToRAM {
		if err := medium.copyToRAM(); err != nil {
			return err
		}
	}
	root, err := medium.openVerified(params.Verity)
	if err != nil {
		return err
	}
	if params.Check {
		if err := check(root, params.Verity.Blocks*handoff.VerityBlock); err != nil {
			return err
		}
	}
	return handOver(root)
}

// readHandoff reads what the build left for us.
func readHandoff() (config handoff.Config, params handoff.Parameters, err error) {
	data, err := os.ReadFile(handoff.ConfigPath)
	if err != nil {
		return config, params, err
	}
	if err = json.Unmarshal(data, &config); err != nil {
		return config, params, fmt.Errorf("%s: %w", handoff.ConfigPath, err)
	}
	line, err := os.ReadFile("/proc/cmdline")
	if err != nil {
		return config, params, err
	}
	params, err = handoff.ParseCommandLine(string(line))
	return config, params, err
}

func say(format string, args ...any) {
	fmt.Printf("coen: "+format+"\n", args...)
}

// stop tells why the system does not start and waits for somebody to read it.
func stop(err error) {
	fmt.Printf("\n"+
		"  COEN DOES NOT START\n\n"+
		"  %v\n\n"+
		"  Nothing was written to this machine. Press Enter to start again.\n\n", err)
	one := make([]byte, 1)
	for {
		if n, _ := os.Stdin.Read(one); n == 1 && one[0] == '\n' {
			unix.Sync()
			_ = unix.Reboot(unix.LINUX_REBOOT_CMD_RESTART)
		}
		time.Sleep(100 * time.Millisecond)
	}
}
