package inspect

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// A Menu is what a boot loader shows.
type Menu struct {
	Loader  string // "ISOLINUX" or "GRUB"
	Path    string // of the file on the medium
	Title   string // empty for GRUB
	Timeout string // as written: tenths of a second for ISOLINUX, seconds for GRUB
	Default string // ID of the entry that is started on its own
	Entries []MenuEntry
	// Other has the directives and commands that are none of the above, a line
	// each, in the order of the file.
	Other []string
}

// A MenuEntry is a line of a boot menu.
type MenuEntry struct {
	ID        string
	Title     string
	Kernel    string // path on the medium, with a leading slash
	Initramfs string // likewise
	Arguments []string
}

// CommandLine returns the arguments as the kernel gets them.
func (e *MenuEntry) CommandLine() string { return strings.Join(e.Arguments, " ") }

// Paths of the menus on the medium.
const (
	isolinuxMenu = "isolinux/isolinux.cfg"
	grubMenu     = "boot/grub/grub.cfg"
)

// Menus reads the boot menus: ISOLINUX's for BIOS, GRUB's for UEFI. A medium may
// lack one, not both.
func (i *Image) Menus() ([]Menu, error) {
	var menus []Menu
	for _, m := range []struct {
		path  string
		parse func([]byte) (*Menu, error)
	}{
		{isolinuxMenu, parseISOLINUX},
		{grubMenu, parseGRUB},
	} {
		text, err := i.text(m.path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("boot menu: %w", err)
		}
		menu, err := m.parse(text)
		if err != nil {
			return nil, fmt.Errorf("boot menu: %s: %w", m.path, err)
		}
		menu.Path = m.path
		menus = append(menus, *menu)
	}
	if len(menus) == 0 {
		return nil, fmt.Errorf("boot menu: neither %s nor %s: %w", isolinuxMenu, grubMenu, fs.ErrNotExist)
	}
	return menus, nil
}

// parseISOLINUX reads the menu of ISOLINUX: a directive a line, keywords in any
// case.
func parseISOLINUX(text []byte) (*Menu, error) {
	m := &Menu{Loader: "ISOLINUX"}
	var e *MenuEntry
	err := eachLine(text, func(line string) error {
		keyword, rest, _ := strings.Cut(line, " ")
		keyword, rest = strings.ToUpper(keyword), strings.TrimSpace(rest)
		if keyword == "MENU" {
			var word string
			word, rest, _ = strings.Cut(rest, " ")
			keyword += " " + strings.ToUpper(word)
		}
		switch {
		case keyword == "LABEL":
			m.Entries = append(m.Entries, MenuEntry{ID: rest})
			e = &m.Entries[len(m.Entries)-1]
		case keyword == "MENU TITLE" && e == nil:
			m.Title = rest
		case keyword == "TIMEOUT" && e == nil:
			m.Timeout = rest
		case e == nil || !e.isolinux(m, keyword, rest):
			m.Other = append(m.Other, line)
		}
		return nil
	})
	return m, err
}

// isolinux takes a directive that belongs to an entry, and reports whether it
// knows it.
func (e *MenuEntry) isolinux(m *Menu, keyword, rest string) bool {
	switch keyword {
	case "MENU LABEL":
		e.Title = rest
	case "MENU DEFAULT":
		m.Default = e.ID
	case "LINUX":
		e.Kernel = rest
	case "INITRD":
		e.Initramfs = rest
	case "APPEND":
		e.Arguments = strings.Fields(rest)
	default:
		return false
	}
	return true
}

// parseGRUB reads the menu of GRUB as the build writes it: simple commands, a line
// each.
func parseGRUB(text []byte) (*Menu, error) {
	m := &Menu{Loader: "GRUB"}
	var e *MenuEntry
	err := eachLine(text, func(line string) error {
		words, err := grubWords(line)
		if err != nil {
			return err
		}
		switch {
		case len(words) == 5 && words[0] == "menuentry" && words[2] == "--id" && words[4] == "{":
			m.Entries = append(m.Entries, MenuEntry{Title: words[1], ID: words[3]})
			e = &m.Entries[len(m.Entries)-1]
		case e != nil && line == "}":
			e = nil
		case e != nil && words[0] == "linux" && len(words) > 1:
			e.Kernel, e.Arguments = words[1], words[2:]
		case e != nil && words[0] == "initrd" && len(words) == 2:
			e.Initramfs = words[1]
		case e == nil && words[0] == "set" && len(words) == 2 && strings.HasPrefix(words[1], "default="):
			m.Default = strings.TrimPrefix(words[1], "default=")
		case e == nil && words[0] == "set" && len(words) == 2 && strings.HasPrefix(words[1], "timeout="):
			m.Timeout = strings.TrimPrefix(words[1], "timeout=")
		default:
			m.Other = append(m.Other, line)
		}
		return nil
	})
	return m, err
}

// grubWords splits a line of GRUB's language into words. Everything between
// single quotes counts for itself, as does what follows a backslash elsewhere.
func grubWords(line string) (words []string, err error) {
	var word strings.Builder
	quoted, begun := false, false
	for n := 0; n < len(line); n++ {
		c := line[n]
		switch {
		case c == '\'':
			quoted, begun = !quoted, true
		case c == '\\' && !quoted && n+1 < len(line):
			n++
			word.WriteByte(line[n])
			begun = true
		case c == ' ' && !quoted:
			if begun {
				words = append(words, word.String())
			}
			word.Reset()
			begun = false
		default:
			word.WriteByte(c)
			begun = true
		}
	}
	if quoted {
		return nil, fmt.Errorf("quote without end in %.200q", line)
	}
	if begun {
		words = append(words, word.String())
	}
	return words, nil
}

// eachLine calls fn for every line that is not empty, without the blanks around
// it.
func eachLine(text []byte, fn func(line string) error) error {
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, maxText)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line == "" {
			continue
		}
		if err := fn(line); err != nil {
			return err
		}
	}
	return lines.Err()
}
