//go:build linux

// Coen-init is the first program of the live system: /init of the initramfs.
// It finds the medium the machine was started from, reads all of it once to
// measure and verify it, shows the result to the room, lays memory over the root
// file system and hands over to systemd. It writes to no disk.
//
// What goes wrong is told in words on the console, and the start ends there:
// there is no shell to fall into.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"coen/boot/handoff"

	"golang.org/x/sys/unix"
)

// searchTime is how long a medium may take to appear. Optical drives spin up
// and USB sticks settle within some 20 seconds; a machine that is a program, on
// a busy host, takes several times that.
const searchTime = 2 * time.Minute

func main() {
	if os.Getpid() != 1 {
		fmt.Fprintln(os.Stderr, "coen-init: runs only as the first program of the COEN live system")
		os.Exit(2)
	}
	err := mountKernel()
	loud := quiet()
	t := openTerminal()
	if err == nil {
		err = start(t, loud)
	}
	t.stop(err)
}

// start does everything up to the hand-over and returns only if that fails.
func start(t *terminal, loud func()) error {
	config, params, err := readHandoff()
	if err != nil {
		return err
	}
	t.page(config.Release, "", "Looking for the medium "+params.Volume)
	modules := newLoader(config.Modules, t.say)
	if err := modules.loadAlways(); err != nil {
		return err
	}
	m, err := find(params.Volume, modules)
	if err != nil {
		return err
	}
	record, err := measureMedium(t, m, config.Release, params)
	if err != nil {
		return err
	}
	if err := leave(record); err != nil {
		return err
	}
	if params.Check == handoff.CheckOnly {
		t.end(record)
	}
	t.show(record, params.Pause, modules)
	root, err := m.openVerified(params.Verity)
	if err != nil {
		return err
	}
	if err := becomeRoot(root); err != nil {
		return err
	}
	t.close()
	loud()
	err = unix.Exec("/sbin/init", []string{"/sbin/init"}, []string{"PATH=/usr/sbin:/usr/bin", "TERM=linux"})
	return fmt.Errorf("start /sbin/init: %w", err)
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

// stop tells why the system does not start and waits for somebody to read it.
func (t *terminal) stop(err error) {
	t.forgetKeys()
	lines := []string{"COEN DOES NOT START", ""}
	lines = append(lines, strings.Split(sentence(err.Error()), "\n")...)
	t.page(append(lines, "", "Nothing was written to this machine.")...)
	t.prompt("Enter restarts, P powers off.")
	t.restart()
}

// sentence begins a message as people write.
func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// restart waits for Enter, or P for power off.
func (t *terminal) restart() {
	for key := range t.keys {
		switch key {
		case '\n':
			_ = unix.Reboot(unix.LINUX_REBOOT_CMD_RESTART)
		case 'p', 'P':
			_ = unix.Reboot(unix.LINUX_REBOOT_CMD_POWER_OFF)
		}
	}
}
