package main

import (
	"fmt"
	"io"

	"coen/inspect/survey"

	"github.com/spf13/cobra"
)

func inspectCommand() *cobra.Command {
	var asJSON, list bool
	var form string
	chosen := map[string]*bool{}
	cmd := &cobra.Command{
		Use:   "inspect ISO",
		Short: "Say what is in an image",
		Long: `Inspect says what is in an image, from the image alone: how it boots, which
packages it has, who may log in, what starts by itself, which files run with
rights of their own, and which ports units listen on. Without an option it
prints an overview. ISO may also be a disc or stick that an image was written to.

--list prints a line for every path of the medium, the EFI system partition, the
initramfs and the root file system: place, type, mode, owner, size, SHA-256 or
target, path; paths quoted as Go does where they hold anything but printable
ASCII.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			image, err := openImage(args[0])
			if err != nil {
				return err
			}
			defer image.Close()
			if form != "" {
				return writeMaterials(cmd.Context(), cmd.OutOrStdout(), image, form)
			}
			if list {
				return writeList(cmd.Context(), cmd.OutOrStdout(), image.Image, asJSON)
			}
			s, err := survey.Of(image.Image)
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			return show(cmd.OutOrStdout(), s, chosen, asJSON)
		},
	}
	f := cmd.Flags()
	for _, sec := range sections {
		chosen[sec.flag] = f.Bool(sec.flag, false, "print "+sec.what)
	}
	f.BoolVar(&list, "list", false, "print every path")
	f.StringVar(&form, "sbom", "", "print the bill of materials as `FORM`: spdx (SPDX 2.3) or cyclonedx (CycloneDX 1.6)")
	f.BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// sections are the parts of a survey that can be asked for.
var sections = []struct {
	flag, what string
	text       func(*survey.Survey, io.Writer) error
	value      func(*survey.Survey) any
}{
	{"boot", "boot records, partitions, menus and kernel arguments", (*survey.Survey).WriteBoot, func(s *survey.Survey) any {
		return map[string]any{"boot": s.Boot, "partitions": s.Partitions, "menus": s.Menus}
	}},
	{"packages", "packages with versions, and why they are there", (*survey.Survey).WritePackages, func(s *survey.Survey) any { return s.Packages }},
	{"accounts", "accounts, and whether they have a password", (*survey.Survey).WriteAccounts, func(s *survey.Survey) any { return s.Accounts }},
	{"units", "systemd units and whether they start", (*survey.Survey).WriteUnits, func(s *survey.Survey) any { return s.Units }},
	{"setuid", "files with the rights of their owner or group, or capabilities", (*survey.Survey).WritePrivileged, func(s *survey.Survey) any { return s.Privileged }},
	{"ports", "ports that units listen on", (*survey.Survey).WritePorts, func(s *survey.Survey) any { return s.Ports }},
}

// show prints the chosen sections, or the overview if none is.
func show(w io.Writer, s *survey.Survey, chosen map[string]*bool, asJSON bool) error {
	values := map[string]any{}
	for _, sec := range sections {
		switch {
		case !*chosen[sec.flag]:
		case asJSON:
			values[sec.flag] = sec.value(s)
		default:
			if err := sec.text(s, w); err != nil {
				return err
			}
			values[sec.flag] = nil
		}
	}
	switch {
	case len(values) == 0 && asJSON:
		return writeJSON(w, s)
	case len(values) == 0:
		return s.Overview(w)
	case asJSON:
		return writeJSON(w, values)
	}
	return nil
}
