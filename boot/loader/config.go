package loader

import (
	_ "embed"
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
	unit, speed, serial := m.serial()
	also := ""
	if serial {
		also = " serial"
		fmt.Fprintf(&b, "if serial --unit=%s --speed=%s; then\n", unit, speed)
		b.WriteString("  terminal_input console serial\n  terminal_output console serial\nfi\n")
	}
	// The font is in GRUB's own image. The picture has the size that projectors
	// know, and the kernel takes it over.
	b.WriteString("if loadfont unicode; then\n  set gfxmode=1024x768,auto\n  set gfxpayload=keep\n")
	b.WriteString("  terminal_output gfxterm" + also + "\n  set theme=$prefix/theme.txt\nfi\n")
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

// selection is a white picture, which GRUB stretches over the chosen line.
//
//go:embed select_c.png
var selection []byte

// grubTheme says how GRUB draws its menu on a screen that can show pictures.
func (m *Menu) grubTheme() string {
	title := strings.ReplaceAll(m.Title, `"`, "'") // a theme has no way to write it
	return `title-text: ""
desktop-color: "#203040"
+ label { left = 0 top = 12% width = 100% align = "center" color = "#ffffff" text = "` + title + `" }
+ boot_menu {
  left = 20% top = 22% width = 60% height = 50%
  item_height = 28 item_padding = 8 item_spacing = 4 scrollbar = false
  item_color = "#d0d8e0" selected_item_color = "#203040" selected_item_pixmap_style = "select_*.png"
}
+ label { left = 0 top = 78% width = 100% align = "center" color = "#d0d8e0" text = "Arrow keys choose, Enter starts" }
+ label { id = "__timeout__" left = 0 top = 83% width = 100% align = "center" color = "#ffffff" text = "Starts by itself in %d seconds" }
`
}
