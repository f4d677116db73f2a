package loader

import (
	"fmt"
	"io/fs"
	"regexp"
	"strings"
)

// A Menu is what the person at the machine chooses from.
type Menu struct {
	Title string // up to 70 printable ASCII characters

	// Timeout is the time in seconds, up to 3600, after which the default is
	// started. Zero waits forever.
	Timeout int

	Default string // ID of an entry; empty for the first
	Entries []Entry
}

// An Entry is a line of the menu.
type Entry struct {
	ID     string // letters, digits, hyphens, up to 32
	Title  string // up to 70 printable ASCII characters
	Kernel string // path on the volume
	Initrd string // path on the volume
	Args   []string
}

const (
	maxTitle   = 70   // what fits the frame of ISOLINUX's menu
	maxTimeout = 3600 // ISOLINUX has a limit of 100 minutes
	maxCommand = 2000 // the kernel's is 2047, and loaders add to it
)

var (
	validID   = regexp.MustCompile(`^[A-Za-z0-9-]{1,32}$`)
	validPath = regexp.MustCompile(`^[A-Za-z0-9._+/-]{1,128}$`)
	serialArg = regexp.MustCompile(`^console=ttyS([0-3])(?:,([0-9]+)[noe]?8?)?$`)
)

// check refuses what one of the loaders could misread.
func (m *Menu) check() error {
	if err := checkTitle(m.Title); err != nil {
		return err
	}
	if m.Timeout < 0 || m.Timeout > maxTimeout {
		return fmt.Errorf("timeout %d is not from 0 to %d", m.Timeout, maxTimeout)
	}
	if len(m.Entries) == 0 {
		return fmt.Errorf("menu has no entries")
	}
	seen := map[string]bool{}
	for i := range m.Entries {
		e := &m.Entries[i]
		if err := e.check(); err != nil {
			return fmt.Errorf("entry %q: %w", e.ID, err)
		}
		if id := strings.ToLower(e.ID); seen[id] { // ISOLINUX ignores case
			return fmt.Errorf("entry %q occurs twice", e.ID)
		} else {
			seen[id] = true
		}
	}
	if m.Default != "" && m.find(m.Default) == nil {
		return fmt.Errorf("default %q is no entry", m.Default)
	}
	return nil
}

func (m *Menu) find(id string) *Entry {
	for i := range m.Entries {
		if m.Entries[i].ID == id {
			return &m.Entries[i]
		}
	}
	return nil
}

// defaultID is the entry to start on its own.
func (m *Menu) defaultID() string {
	if m.Default != "" {
		return m.Default
	}
	return m.Entries[0].ID
}

// checkTitle allows what both menus print as it is. ISOLINUX takes a caret for
// the mark of a hot key, and control characters for colors.
func checkTitle(s string) error {
	if s == "" || len(s) > maxTitle || strings.TrimSpace(s) != s {
		return fmt.Errorf("title %q is empty, padded or longer than %d characters", s, maxTitle)
	}
	for _, c := range []byte(s) {
		if c < ' ' || c > '~' || c == '^' {
			return fmt.Errorf("title %q contains %q", s, c)
		}
	}
	return nil
}

func (e *Entry) check() error {
	if !validID.MatchString(e.ID) {
		return fmt.Errorf("ID is not of 1 to 32 letters, digits and hyphens")
	}
	if err := checkTitle(e.Title); err != nil {
		return err
	}
	for _, p := range []string{e.Kernel, e.Initrd} {
		if !validPath.MatchString(p) || !fs.ValidPath(p) {
			return fmt.Errorf("path %q is not of plain characters", p)
		}
	}
	if n := len(e.command()); n > maxCommand {
		return fmt.Errorf("kernel arguments of %d bytes are longer than %d", n, maxCommand)
	}
	for _, arg := range e.Args {
		if err := checkArg(arg); err != nil {
			return err
		}
	}
	return nil
}

// checkArg refuses arguments that do not reach the kernel from both loaders as
// they are.
func checkArg(arg string) error {
	for _, c := range []byte(arg) {
		if c <= ' ' || c > '~' || strings.IndexByte("'\"\\", c) >= 0 {
			return fmt.Errorf("argument %q contains %q", arg, c)
		}
	}
	if arg == "" || arg == "-" || strings.HasPrefix(arg, "initrd=") || strings.HasPrefix(arg, "BOOT_IMAGE=") {
		return fmt.Errorf("argument %q is for the loader, not for the kernel", arg)
	}
	return nil
}

// command is the kernel command line.
func (e *Entry) command() string { return strings.Join(e.Args, " ") }

// serial returns the unit and speed of the serial console that an entry asks
// for, so that whoever sits there sees the menu.
func (m *Menu) serial() (unit, speed string, ok bool) {
	for _, e := range m.Entries {
		for _, arg := range e.Args {
			if s := serialArg.FindStringSubmatch(arg); s != nil {
				if s[2] == "" {
					s[2] = "115200"
				}
				return s[1], s[2], true
			}
		}
	}
	return "", "", false
}
