package survey

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// Overview writes what the image is and how it boots, and how much there is of
// the rest.
func (s *Survey) Overview(w io.Writer) error {
	t := &table{tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)}
	in := s.Inputs
	t.row("Image", in.Name+" "+in.Release, fmt.Sprintf("volume %s, %d bytes", s.Medium.Volume, s.Medium.Size))
	if s.Medium.Behind > 0 {
		t.row("", "", fmt.Sprintf("%d bytes behind it, which are not part of it", s.Medium.Behind))
	}
	t.row("Recipe", "SHA-256", in.RecipeSHA256)
	t.row("Lock", "SHA-256", in.LockSHA256)
	for _, suite := range in.Suites {
		t.row("", suite.Archive+" "+suite.Name, "of "+suite.Date.UTC().Format(time.DateTime))
	}
	t.row("Initramfs", s.Initramfs.Compression, fmt.Sprintf("%d bytes, %d files", s.Initramfs.Size, s.Initramfs.Files))
	t.row("Root", "squashfs", fmt.Sprintf("%d bytes, %d paths, %d bytes in %d files", s.Root.Size, s.Root.Paths, s.Root.Bytes, s.Root.Files))
	t.row("", "root hash", s.Root.RootHash)
	t.row("Packages", fmt.Sprint(len(s.Packages)), "see --packages")
	t.row("Accounts", fmt.Sprint(len(s.Accounts)), "see --accounts")
	t.row("Units", fmt.Sprint(len(s.Units)), "see --units")
	t.row("Privileged files", fmt.Sprint(len(s.Privileged)), "see --setuid")
	t.row("Ports", fmt.Sprint(len(s.Ports)), "see --ports")
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	return s.WriteBoot(w)
}

// WriteBoot writes boot records, partitions and menus with the kernel arguments.
func (s *Survey) WriteBoot(w io.Writer) error {
	t := &table{tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)}
	for _, b := range s.Boot {
		t.row("El Torito", b.Platform, b.Path, fmt.Sprintf("%d bytes", b.Size), b.SHA256)
	}
	for _, p := range s.Partitions {
		active := ""
		if p.Active {
			active = "active"
		}
		t.row(p.Table, fmt.Sprintf("sectors %d to %d", p.First, p.First+p.Count-1), p.Type, p.Name, active)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, m := range s.Menus {
		fmt.Fprintf(w, "\n%s menu %s, timeout %s, default %s\n", m.Loader, m.Path, m.Timeout, m.Default)
		every := common(m.Entries)
		fmt.Fprintf(w, "  every entry: %s\n", strings.Join(every, " "))
		for _, e := range m.Entries {
			fmt.Fprintf(w, "  %s: %s\n    %s %s %s\n", e.ID, e.Title, e.Kernel, e.Initramfs, strings.Join(e.Arguments[len(every):], " "))
		}
	}
	return nil
}

// common returns the arguments with which all entries begin.
func common(entries []Entry) []string {
	if len(entries) == 0 {
		return nil
	}
	every := entries[0].Arguments
	for _, e := range entries[1:] {
		n := 0
		for n < len(every) && n < len(e.Arguments) && every[n] == e.Arguments[n] {
			n++
		}
		every = every[:n]
	}
	return every
}

// WritePackages writes a line for each package: why it is there, and what
// is declared of its licence.
func (s *Survey) WritePackages(w io.Writer) error {
	t := &table{tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)}
	for _, p := range s.Packages {
		t.row(p.Name, p.Version, p.Arch, p.Reason, cmp.Or(p.Licence, "licence: see its copyright file"))
	}
	return t.Flush()
}

// WriteAccounts writes a line for each account.
func (s *Survey) WriteAccounts(w io.Writer) error {
	t := &table{tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)}
	for _, a := range s.Accounts {
		t.row(a.Name, fmt.Sprintf("%d:%d", a.UID, a.GID), "password "+a.Password, a.Home, a.Shell)
	}
	return t.Flush()
}

// WriteUnits writes a line for each unit.
func (s *Survey) WriteUnits(w io.Writer) error {
	t := &table{tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)}
	for _, u := range s.Units {
		t.row(u.State, u.Name, u.Path)
	}
	return t.Flush()
}

// WritePrivileged writes a line for each file with rights of its own.
func (s *Survey) WritePrivileged(w io.Writer) error {
	t := &table{tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)}
	for _, f := range s.Privileged {
		caps := ""
		if f.Capabilities != "" {
			caps = "capabilities " + f.Capabilities
		}
		t.row(f.Mode, fmt.Sprintf("%d:%d", f.UID, f.GID), f.Path, caps)
	}
	return t.Flush()
}

// WritePorts writes a line for each port.
func (s *Survey) WritePorts(w io.Writer) error {
	t := &table{tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)}
	for _, p := range s.Ports {
		t.row(p.Protocol, p.Listen, p.Unit, p.State, p.Path)
	}
	return t.Flush()
}

// A table has aligned columns. Errors of writing are kept until Flush.
type table struct{ *tabwriter.Writer }

func (t *table) row(cells ...string) {
	fmt.Fprintln(t, strings.TrimRight(strings.Join(cells, "\t"), "\t"))
}
