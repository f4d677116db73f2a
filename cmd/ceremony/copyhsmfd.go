package main

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"coen/ceremony/clone"
	"coen/ceremony/drive"
	"coen/ceremony/media"
	"coen/ceremony/show"
)

// copying is what copy-hsmfd was asked for, and what came of that.
type copying struct {
	source, fileSystem, label string
	list, verbose, anyDrive   bool
	print                     bool
	printing                  printing

	drives   []drive.Drive // all that are plugged in
	from     *drive.Drive  // nil if the source is a folder of this system
	manifest *media.Manifest
	rule     clone.Rule
}

// eraseWord is what an operator types to have drives erased.
const eraseWord = "ERASE"

func (p *program) copyHSMFD() *cobra.Command {
	var o copying
	c := &cobra.Command{
		Use:   "copy-hsmfd [DRIVE...]",
		Short: "Copy the HSMFD to other flash drives and prove each copy",
		Long: `Copy /media/HSMFD to the drives named, by serial number or device; without names
it shows which drives there are and asks. After the word ` + eraseWord + ` is typed, the drives
are formatted, written all at a time, unmounted, mounted again read-only, read back
from the drive itself and compared with the source, name by name. A label is shown
for each copy that is proved, and printed with --print.

The source, the medium that the machine was started from, and drives that are not
removable or are mounted are refused. What was not named is not touched.

Exit status: 0 all copies are good, 1 one is not, or nothing was done.`,
		Example: `  copy-hsmfd
  copy-hsmfd --verbose --print 4C530001 4C530002
  copy-hsmfd --list`,
		RunE: func(_ *cobra.Command, args []string) error { return p.runCopy(&o, args) },
	}
	f := c.Flags()
	f.StringVar(&o.source, "source", hsmfd, "`folder` to copy")
	f.StringVar(&o.fileSystem, "filesystem", "", "vfat, exfat or ext4, if not the source's")
	f.StringVar(&o.label, "label", "", "label of the copies, if not the source's")
	f.BoolVarP(&o.list, "list", "l", false, "only show the drives")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "tell each step of each drive")
	f.BoolVar(&o.anyDrive, "any-drive", false, "also accept drives that are not removable")
	f.BoolVar(&o.print, "print", false, "print the labels")
	o.printing.flags(c)
	return c
}

func (p *program) runCopy(o *copying, args []string) (err error) {
	if o.drives, err = drive.Host.List(p.ctx); err != nil {
		return err
	}
	if o.list {
		p.listDrives(o.drives)
		return nil
	}
	if err := p.readSource(o); err != nil {
		return err
	}
	if len(args) == 0 {
		if args, err = p.chooseDrives(o); err != nil {
			return err
		}
	}
	targets, err := o.named(args)
	if err != nil {
		return err
	}
	if err := p.confirm(o, targets); err != nil {
		return err
	}
	return p.copyAll(o, targets)
}

// readSource reads what is to be copied, and what kind of drive it is on.
func (p *program) readSource(o *copying) error {
	mount, err := drive.Host.MountedAt(o.source)
	if err != nil {
		return err
	}
	if mount == nil && o.source == hsmfd {
		return fmt.Errorf("%s is not mounted", o.source)
	}
	for i := range o.drives {
		for _, v := range o.drives[i].Volumes {
			for _, m := range v.Mounts {
				if mount != nil && m.Dir == mount.Dir {
					o.from = &o.drives[i]
					o.fileSystem, o.label = cmp.Or(o.fileSystem, v.FileSystem), cmp.Or(o.label, v.Label)
				}
			}
		}
	}
	o.fileSystem, o.label = cmp.Or(o.fileSystem, "vfat"), cmp.Or(o.label, string(drive.HSMFD))
	if o.manifest, err = p.readTree(o.source); err != nil {
		return fmt.Errorf("%w; nothing was erased", err)
	}
	files, size := o.manifest.Files()
	if files == 0 {
		return fmt.Errorf("%s has no files: there is nothing to copy", o.source)
	}
	o.rule = clone.Rule{Source: o.from, Size: size, AnyDrive: o.anyDrive}
	return nil
}

// chooseDrives shows what could become a copy and asks which shall.
func (p *program) chooseDrives(o *copying) ([]string, error) {
	var possible []string
	for i := range o.drives {
		d := &o.drives[i]
		if err := o.rule.Refuse(d); err != nil {
			fmt.Fprintf(p.stderr, "    %v\n    (not possible: %v)\n", d, err)
			continue
		}
		possible = append(possible, d.Path)
		fmt.Fprintf(p.stderr, "%2d  %v\n", len(possible), d)
	}
	if len(possible) == 0 {
		return nil, errors.New("no drive is plugged in that could become a copy")
	}
	line, err := p.ask("\nNumbers of the drives to erase and copy to, with blanks between: ")
	if err != nil {
		return nil, fmt.Errorf("%w; nothing was erased", err)
	}
	var names []string
	for field := range strings.FieldsSeq(line) {
		n, err := strconv.Atoi(field)
		if err != nil || n < 1 || n > len(possible) {
			return nil, fmt.Errorf("no drive has the number %q; nothing was erased", field)
		}
		names = append(names, possible[n-1])
	}
	if names == nil {
		return nil, errors.New("no drive was chosen; nothing was erased")
	}
	return names, nil
}

// named returns the drives that names stand for: serial numbers or devices.
func (o *copying) named(names []string) ([]drive.Drive, error) {
	var targets []drive.Drive
	for _, name := range names {
		var found []drive.Drive
		for _, d := range o.drives {
			if name == d.Path || name == d.Name || name == d.Serial {
				found = append(found, d)
			}
		}
		switch {
		case len(found) == 0:
			return nil, fmt.Errorf("no drive %q is plugged in; nothing was erased", name)
		case len(found) > 1:
			return nil, fmt.Errorf("%d drives have the serial number %q: name the device; nothing was erased", len(found), name)
		}
		for _, d := range targets {
			if d.Path == found[0].Path {
				return nil, fmt.Errorf("drive %q is named twice; nothing was erased", name)
			}
		}
		if err := o.rule.Refuse(&found[0]); err != nil {
			return nil, fmt.Errorf("refused: %v: %w; nothing was erased", &found[0], err)
		}
		targets = append(targets, found[0])
	}
	return targets, nil
}

// confirm shows which is which, and lets the operator type the word.
func (p *program) confirm(o *copying, targets []drive.Drive) error {
	files, size := o.manifest.Files()
	from := o.source
	if o.from != nil {
		from = o.from.String()
	}
	fmt.Fprintf(p.stderr, "\n%s\n    %s at %s: %d files, %s\n    %s\n", show.Banner("SOURCE"), o.label, o.source, files, drive.Bytes(size), from)
	for i := range targets {
		fmt.Fprintf(p.stderr, "\n%s\n    %v\n    EVERYTHING ON IT WILL BE ERASED. It becomes %s %q.\n",
			show.Banner(fmt.Sprintf("COPY %d", i+1)), &targets[i], o.fileSystem, o.label)
	}
	what := "this drive"
	if len(targets) > 1 {
		what = fmt.Sprintf("these %d drives", len(targets))
	}
	line, err := p.ask(fmt.Sprintf("\nType %s, in capitals, to erase %s: ", eraseWord, what))
	if err == nil && line != eraseWord {
		err = fmt.Errorf("not %s but %q was typed", eraseWord, line)
	}
	if err != nil {
		return fmt.Errorf("%w; nothing was erased", err)
	}
	return nil
}
