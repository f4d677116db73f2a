// Package wall shows people at their terminals what has happened, as wall(1) does.
//
// Wall(1) knows the terminals that a login program entered in utmp; windows of a
// desktop are not among them. Here a terminal is what a process that leads a session
// has for its controlling terminal, by proc(5): a virtual console (/dev/ttyN) or a
// pseudo-terminal (/dev/pts/N). Serial lines are left alone: what hangs there may be
// no person.
package wall

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// A Terminal is where somebody works.
type Terminal struct {
	Path string // of the device
	// Waits says that the program in the foreground is the one that leads the
	// session: a shell that waits for a command. Nothing is on the screen that a
	// message could spoil.
	Waits bool
}

// Terminals lists the terminals of the sessions in a proc file system, "/proc",
// but that of the process that asks.
func Terminals(proc string) ([]Terminal, error) {
	entries, err := os.ReadDir(proc)
	if err != nil {
		return nil, err
	}
	own, _ := session(filepath.Join(proc, "self"))
	var list []Terminal
	for _, e := range entries {
		if _, err := strconv.Atoi(e.Name()); err != nil {
			continue
		}
		s, err := session(filepath.Join(proc, e.Name()))
		if err != nil || s.path == "" || s.leader != s.process || s.device == own.device {
			continue // among others, what ended meanwhile
		}
		list = append(list, Terminal{s.path, s.foreground == s.process})
	}
	return list, nil
}

// A member is what proc(5) says of a process and its session.
type member struct {
	process, leader, foreground int
	device                      uint64 // number of the controlling terminal; 0 if there is none
	path                        string // of the terminal; "" if people do not work there
}

// session reads the file stat of a process.
func session(dir string) (member, error) {
	text, err := os.ReadFile(filepath.Join(dir, "stat"))
	if err != nil {
		return member{}, err
	}
	number, rest, _ := strings.Cut(string(text), " ")
	// The name of the program, in parentheses, may contain anything.
	rest = rest[strings.LastIndexByte(rest, ')')+1:]
	var m member
	var state string
	var parent, group int
	if _, err := fmt.Sscan(number, &m.process); err != nil {
		return member{}, err
	}
	if _, err := fmt.Sscan(rest, &state, &parent, &group, &m.leader, &m.device, &m.foreground); err != nil {
		return member{}, err
	}
	m.path = devicePath(m.device)
	return m, nil
}

// The kernel's numbers of terminals, Documentation/admin-guide/devices.txt: major 4
// with minors 1 to 63 for the virtual consoles, majors 136 to 143 with 256 each for
// pseudo-terminals.
const (
	majorConsole                = 4
	consoles                    = 63
	majorPTYFirst, majorPTYLast = 136, 143
)

// devicePath is the path of the terminal with a device number.
func devicePath(device uint64) string {
	major, minor := unix.Major(device), unix.Minor(device)
	switch {
	case major == majorConsole && minor >= 1 && minor <= consoles:
		return fmt.Sprintf("/dev/tty%d", minor)
	case major >= majorPTYFirst && major <= majorPTYLast:
		return fmt.Sprintf("/dev/pts/%d", (major-majorPTYFirst)<<8|minor)
	}
	return ""
}

// Show writes a message to a terminal. A terminal that takes nothing, since
// somebody has stopped it with Ctrl-S, is not waited for.
func (t Terminal) Show(message string) error {
	f, err := os.OpenFile(t.Path, os.O_WRONLY|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	// Programs that read keys one by one may have the terminal in a mode where a
	// line feed does not return to the margin.
	_, err = f.WriteString(strings.ReplaceAll(message, "\n", "\r\n"))
	return err
}
