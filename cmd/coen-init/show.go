//go:build linux

package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"coen/boot/handoff"
	"coen/boot/measure"
)

// Where the running system finds what was measured.
const (
	recordFile    = runDir + "/measured"
	screenFile    = runDir + "/boot-screen.txt"
	rehearsalFile = runDir + "/rehearsal"
	motdFile      = "/run/motd.d/coen" // pam_motd(8) shows it at login
)

// leave leaves the record to the running system: to programs, to people, and in
// the kernel's log, which the journal takes up.
func leave(r *measure.Record) error {
	screen := []byte(strings.Join(r.Screen(), "\n") + "\n")
	var record strings.Builder
	if _, err := r.WriteTo(&record); err != nil {
		return err
	}
	if err := os.MkdirAll("/run/motd.d", 0o755); err != nil {
		return err
	}
	files := map[string][]byte{
		recordFile: []byte(record.String()),
		screenFile: screen,
		motdFile:   append(append([]byte("\n"), screen...), '\n'),
	}
	if r.Rehearsal {
		files[rehearsalFile] = []byte("This is a rehearsal.\n")
	}
	for name, data := range files {
		if err := os.WriteFile(name, data, 0o444); err != nil {
			return err
		}
	}
	result := "not measured"
	if r.State == measure.Complete {
		result = fmt.Sprintf("SHA-256 %x, %s", r.SHA256, r.Words())
	}
	const notice = 5 // the priority, as in syslog(3)
	// A log that cannot be written must not keep the ceremony from starting.
	_ = os.WriteFile("/dev/kmsg", fmt.Appendf(nil, "<%d>coen: medium %s, %d bytes, %s\n", notice, r.Device, r.Size, result), 0)
	return nil
}

// show shows the record until the pause is over or somebody presses Enter; any
// other key holds it.
func (t *terminal) show(r *measure.Record, pause int, modules *loader) {
	t.page(r.Screen()...)
	t.forgetKeys()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for pause != 0 {
		if pause > 0 {
			t.prompt("Goes on in %d s.  Space holds this screen, Enter goes on.", pause)
		} else {
			t.prompt("Enter goes on.")
		}
		select {
		case key := <-t.keys:
			if key == '\n' {
				return
			}
			pause = handoff.UntilEnter
		case <-tick.C:
			modules.loadWanted() // for a keyboard plugged in only now
			pause = max(pause-1, handoff.UntilEnter)
		}
	}
}

// end shows the record and lets nothing follow.
func (t *terminal) end(r *measure.Record) {
	t.page(r.Screen()...)
	t.forgetKeys()
	t.prompt("Nothing was started.  Enter restarts, P powers off.")
	t.restart()
}
