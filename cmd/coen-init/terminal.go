//go:build linux

package main

import (
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"coen/boot/measure"

	"golang.org/x/sys/unix"
)

// A terminal is every console the kernel command line names: what is written
// appears on all of them, and a key may come from any.
type terminal struct {
	consoles []console
	keys     chan byte
}

type console struct {
	file    *os.File
	before  *unix.Termios // to be restored; nil if it is no terminal
	restore func()        // gives back the characters' size
}

// openTerminal opens the consoles, or standard input and output if the kernel
// names none.
func openTerminal() *terminal {
	t := &terminal{keys: make(chan byte, 16)}
	active, _ := os.ReadFile("/sys/class/tty/console/active")
	for name := range strings.FieldsSeq(string(active)) {
		if f, err := os.OpenFile("/dev/"+name, os.O_RDWR|unix.O_NOCTTY, 0); err == nil {
			t.add(f, name == "tty0")
		}
	}
	if len(t.consoles) == 0 {
		t.add(os.Stdout, false)
	}
	return t
}

// add takes a console. Keys are read one by one, without an echo.
func (t *terminal) add(f *os.File, screen bool) {
	c := console{file: f, restore: func() {}}
	fd := int(f.Fd())
	if before, err := unix.IoctlGetTermios(fd, unix.TCGETS); err == nil {
		raw := *before
		raw.Lflag &^= unix.ICANON | unix.ECHO
		if unix.IoctlSetTermios(fd, unix.TCSETS, &raw) == nil {
			c.before = before
		}
	}
	if screen {
		c.restore = enlarge(fd)
	}
	t.consoles = append(t.consoles, c)
	go func() {
		one := make([]byte, 1)
		for {
			if n, err := f.Read(one); err != nil {
				return
			} else if n == 1 {
				select {
				case t.keys <- one[0]:
				default: // nobody asks for keys
				}
			}
		}
	}()
}

// close leaves the consoles to the system as they were.
func (t *terminal) close() {
	t.say(showCursor)
	for _, c := range t.consoles {
		if c.before != nil {
			_ = unix.IoctlSetTermios(int(c.file.Fd()), unix.TCSETS, c.before)
		}
		c.restore()
	}
}

// forgetKeys drops what was typed before anybody asked.
func (t *terminal) forgetKeys() {
	for _, c := range t.consoles {
		_ = unix.IoctlSetInt(int(c.file.Fd()), unix.TCFLSH, unix.TCIFLUSH)
	}
	for len(t.keys) > 0 {
		<-t.keys
	}
}

// Write writes to all consoles. One that fails must not keep the others silent.
func (t *terminal) Write(b []byte) (int, error) {
	for _, c := range t.consoles {
		_, _ = c.file.Write(b)
	}
	return len(b), nil
}

func (t *terminal) say(format string, args ...any) { fmt.Fprintf(t, format+"\n", args...) }

// Control sequences that the Linux console and terminals have in common.
const (
	clearScreen = "\x1b[0m\x1b[H\x1b[2J"
	eraseLine   = "\r\x1b[K"
	bright      = "\x1b[1m"
	plain       = "\x1b[0m"
	hideCursor  = "\x1b[?25l"
	showCursor  = "\x1b[?25h"
)

// number is one in front of a word, which is what people are to read.
var number = regexp.MustCompile(`\b([0-9]{1,2}) ([A-Za-z])`)

// page clears the screens and shows lines in the middle of each.
func (t *terminal) page(lines ...string) {
	for _, c := range t.consoles {
		left, top := c.margins()
		var b strings.Builder
		b.WriteString(hideCursor + clearScreen + strings.Repeat("\n", top))
		for _, line := range lines {
			b.WriteString(left + bright + number.ReplaceAllString(line, plain+"$1 "+bright+"$2") + plain + "\n")
		}
		io.WriteString(c.file, b.String())
	}
}

// prompt writes the line below a page, again and again.
func (t *terminal) prompt(format string, args ...any) {
	for _, c := range t.consoles {
		left, _ := c.margins()
		fmt.Fprintf(c.file, eraseLine+left+format, args...)
	}
}

// margins returns the blanks to the left of a page and the number of lines above
// it. A console that does not know its size is taken to have no room to spare.
func (c *console) margins() (left string, top int) {
	size, err := unix.IoctlGetWinsize(int(c.file.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return "", 0
	}
	spare := max(int(size.Col)-measure.Columns, 0)
	return strings.Repeat(" ", spare/2), max(int(size.Row)-measure.Lines, 0) / 2
}

// quiet keeps the kernel from writing between our lines, except when it dies. It
// returns a function that lets it speak again.
func quiet() (loud func()) {
	const file = "/proc/sys/kernel/printk"
	before, err := os.ReadFile(file)
	if err != nil {
		return func() {}
	}
	_ = os.WriteFile(file, []byte("1\n"), 0)
	return func() { _ = os.WriteFile(file, before, 0) }
}
