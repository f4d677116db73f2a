package main

import (
	"errors"
	"os"

	"coen/internal/qemu"

	"github.com/spf13/cobra"
)

func bootCommand() *cobra.Command {
	var bios, uefi, secure, usb bool
	c := qemu.Config{}
	cmd := &cobra.Command{
		Use:   "boot ISO",
		Short: "Try an image in QEMU",
		Long: `Boot starts the image in QEMU, as a disc or a USB stick. The serial console of
the machine is on this terminal; choose the menu entry for the serial port to
use it. The image is not written to.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c.Image = args[0]
			if _, err := os.Stat(c.Image); err != nil {
				return err
			}
			switch {
			case uefi && bios, secure && bios:
				return errors.New("--bios excludes --uefi and --secure-boot")
			case secure:
				c.Firmware = qemu.SecureBoot
			case uefi:
				c.Firmware = qemu.UEFI
			}
			if usb {
				c.Medium = qemu.USB
			}
			if err := c.Missing(); err != nil {
				return err
			}
			return qemu.Run(cmd.Context(), c, os.Stdin, os.Stdout, os.Stderr)
		},
	}
	f := cmd.Flags()
	f.BoolVar(&bios, "bios", false, "start by BIOS (the default)")
	f.BoolVar(&uefi, "uefi", false, "start by UEFI")
	f.BoolVar(&secure, "secure-boot", false, "start by UEFI with Secure Boot enforced")
	f.BoolVar(&usb, "usb", false, "attach the image as a USB stick instead of a disc")
	f.IntVar(&c.Memory, "memory", 2048, "memory of the machine in MiB")
	f.StringArrayVar(&c.Drives, "drive", nil, "attach a raw disk image as a USB stick that can be written (repeatable)")
	return cmd
}
