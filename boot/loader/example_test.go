package loader_test

import (
	"fmt"
	"log"
	"strings"
	"time"

	"coen/boot/loader"
)

func ExampleNew() {
	// The files would come from the tree of the installed system.
	files := func(name string) ([]byte, error) { return []byte("MZ" + name), nil }
	l, err := loader.New(loader.Config{
		Menu: loader.Menu{
			Title:   "Ceremony 60",
			Timeout: 10,
			Entries: []loader.Entry{
				{ID: "live", Title: "Start", Kernel: "live/vmlinuz", Initrd: "live/initrd", Args: []string{"quiet"}},
				{ID: "serial", Title: "Start with a serial console", Kernel: "live/vmlinuz", Initrd: "live/initrd",
					Args: []string{"console=tty0", "console=ttyS0,115200"}},
			},
		},
		Marker: ".disk/id-1d5c1a4c",
		Serial: 0x1D5C1A4C,
		Time:   time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
	}, files)
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range l.Files {
		if strings.HasSuffix(f.Name, ".cfg") {
			fmt.Printf("%s:\n%s\n", f.Name, f.Data)
		} else {
			fmt.Println(f.Name)
		}
	}
	// Output:
	// .disk/id-1d5c1a4c
	// .disk/info
	// boot/grub/efi.img
	// boot/grub/grub.cfg:
	// if serial --unit=0 --speed=115200; then
	//   terminal_input console serial
	//   terminal_output console serial
	// fi
	// if loadfont unicode; then
	//   set gfxmode=1024x768,auto
	//   set gfxpayload=keep
	//   terminal_output gfxterm serial
	//   set theme=$prefix/theme.txt
	// fi
	// set default='live'
	// set timeout=10
	//
	// menuentry 'Start' --id 'live' {
	//   linux '/live/vmlinuz' 'quiet'
	//   initrd '/live/initrd'
	// }
	//
	// menuentry 'Start with a serial console' --id 'serial' {
	//   linux '/live/vmlinuz' 'console=tty0' 'console=ttyS0,115200'
	//   initrd '/live/initrd'
	// }
	//
	// boot/grub/select_c.png
	// boot/grub/theme.txt
	// isolinux/isolinux.bin
	// isolinux/isolinux.cfg:
	// SERIAL 0 115200
	// UI menu.c32
	// PROMPT 0
	// TIMEOUT 100
	// MENU TITLE Ceremony 60
	// MENU VSHIFT 3
	// MENU ROWS 10
	// MENU TABMSG Arrow keys choose, Enter starts
	// MENU AUTOBOOT Starts by itself in # second{,s}
	//
	// LABEL live
	//   MENU LABEL Start
	//   MENU DEFAULT
	//   LINUX /live/vmlinuz
	//   INITRD /live/initrd
	//   APPEND quiet
	//
	// LABEL serial
	//   MENU LABEL Start with a serial console
	//   LINUX /live/vmlinuz
	//   INITRD /live/initrd
	//   APPEND console=tty0 console=ttyS0,115200
	//
	// isolinux/ldlinux.c32
	// isolinux/libutil.c32
	// isolinux/menu.c32
}
