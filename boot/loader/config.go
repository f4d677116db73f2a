package loader

import (
	"fmt"
	"strings"
)

// isolinuxConfig is the menu for ISOLINUX. Its language has no quotes: a
// directive ends with its line.
func (m *Menu) isolinuxConfig() string {
	var b strings.Builder
	if unit, speed, ok := m.serial(); ok {
		fmt.Fprintf(&b, "SERIAL %s %s\n", unit, speed)
	}
	fmt.Fprintf(&b, "UI menu.c32\nPROMPT 0\nTIMEOUT %d\n", m.Timeout*10) // tenths of a second
	fmt.Fprintf(&b, "MENU TITLE %s\n", m.Title)
	b.WriteString("MENU VSHIFT 3\nMENU ROWS 10\nMENU TABMSG Arrow keys choose, Enter starts\n")
	b.WriteString("MENU AUTOBOOT Starts by itself in # second{,s}\n")
	for _, e := range m.Entries {
		fmt.Fprintf(&b, "\nLABEL %s\n  MENU LABEL %s\n", e.ID, e.Title)
		if e.ID == m.defaultID() {
			b.WriteString("  MENU DEFAULT\n")
		}
		fmt.Fprintf(&b, "  LINUX /%s\n  INITRD /%s\n", e.Kernel, e.Initrd)
		if len(e.Args) > 0 {
			fmt.Fprintf(&b, "  APPEND %s\n", e.command())
		}
	}
	return b.String()
}

// grubConfig is the menu for GRUB.
func (m *Menu) grubConfig() string {
	var b strings.Builder
	if unit, speed, ok := m.serial(); ok {
		fmt.Fprintf(&b, "if serial --unit=%s --speed=%s; then\n", unit, speed)
		b.WriteString("  terminal_input console serial\n  terminal_output console serial\nfi\n")
	}
	timeout := m.Timeout
	if timeout == 0 {
		timeout = -1
	}
	fmt.Fprintf(&b, "set default=%s\nset timeout=%d\n", quote(m.defaultID()), timeout)
	for _, e := range m.Entries {
		fmt.Fprintf(&b, "\nmenuentry %s --id %s {\n", quote(e.Title), quote(e.ID))
		fmt.Fprintf(&b, "  linux %s", quote("/"+e.Kernel))
		for _, arg := range e.Args {
			b.WriteString(" " + quote(arg))
		}
		fmt.Fprintf(&b, "\n  initrd %s\n}\n", quote("/"+e.Initrd))
	}
	return b.String()
}

// searchConfig is what GRUB reads in the EFI system partition: it looks for the
// volume by its marker. The message is for whoever pulled the medium too soon.
func searchConfig(marker string) string {
	return "if search --no-floppy --set=root --file " + quote("/"+marker) + `; then
  set prefix=($root)/boot/grub
  configfile $prefix/grub.cfg
else
  echo 'The volume to boot from cannot be found.'
  sleep 60
fi
`
}

// quote makes a word of GRUB's language, which takes everything between single
// quotes for itself.
func quote(s string) string {
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
