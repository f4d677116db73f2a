package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"coen/ceremony/chain"
	"coen/ceremony/drive"
	"coen/ceremony/guard"
	"coen/internal/commandline"
)

func (p *program) drivesCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "drives",
		Short: "List the drives, what each is for and where it is mounted",
		Args:  commandline.Args(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			list, err := drive.Host.List(p.ctx)
			if err != nil {
				return err
			}
			if asJSON {
				e := json.NewEncoder(p.stdout)
				e.SetIndent("", "  ")
				return e.Encode(list)
			}
			p.listDrives(list)
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return c
}

func (p *program) listDrives(list []drive.Drive) {
	for i := range list {
		d := &list[i]
		fmt.Fprintf(p.stdout, "%-8s %v\n", d.Purpose(), d)
		for line := range strings.Lines(whereMounted(d)) {
			fmt.Fprintf(p.stdout, "%-8s %s", "", line)
		}
		if d.System() {
			continue // everything uses it
		}
		for _, m := range d.Mounts() {
			for _, u := range drive.Host.Users(m.Dir) {
				fmt.Fprintf(p.stdout, "%-8s in use by %v\n", "", u)
			}
		}
	}
}

func (p *program) mountCommand() *cobra.Command {
	var write bool
	c := &cobra.Command{
		Use:   "mount {HSMFD | KSRFD | DEVICE}",
		Short: "Mount a flash drive under /media",
		Long: `Mount a flash drive under /media, by its label or device: read-only, or with --write
so that a response can be copied to a KSRFD. What is mounted already changes from
one to the other.`,
		Example: `  ceremony mount --write KSRFD`,
		Args:    commandline.Args(cobra.ExactArgs(1)),
		RunE:    func(_ *cobra.Command, args []string) error { return p.runMount(args[0], write) },
	}
	c.Flags().BoolVarP(&write, "write", "w", false, "let it be written")
	return c
}

func (p *program) runMount(name string, write bool) error {
	v, d, err := p.volume(name)
	if err != nil {
		return err
	}
	if d.System() {
		return fmt.Errorf("%v: the machine may depend on it", d)
	}
	dir, access := "", drive.ReadOnly
	if write {
		access = drive.WriteAtOnce
	}
	if len(v.Mounts) > 0 {
		dir = v.Mounts[0].Dir
		err = drive.Remount(dir, access)
	} else {
		dir, _, err = guard.Place(drive.Host, folderName(v.Label, d.Name))
		if err == nil {
			err = os.MkdirAll(dir, 0o755)
		}
		if err == nil {
			err = drive.MountAt(v.Path, dir, v.FileSystem, access)
		}
	}
	if err != nil {
		return err
	}
	p.event("drive-mounted", chain.F("device", v.Path), chain.F("serial", d.Serial), chain.F("folder", dir), chain.F("write", write))
	fmt.Fprintln(p.stdout, dir)
	return nil
}

// folderName is the name of the folder for a drive: its label, where that can be
// one.
func folderName(label, device string) string {
	if label == "" || strings.HasPrefix(label, ".") || strings.Contains(label, "/") {
		return device
	}
	return label
}

// volume finds what a label or device stands for.
func (p *program) volume(name string) (*drive.Volume, *drive.Drive, error) {
	list, err := drive.Host.List(p.ctx)
	if err != nil {
		return nil, nil, err
	}
	var v *drive.Volume
	var d *drive.Drive
	for i := range list {
		for j := range list[i].Volumes {
			volume := &list[i].Volumes[j]
			if volume.FileSystem == "" || name != volume.Label && name != volume.Path && name != list[i].Path && name != list[i].Serial {
				continue
			}
			if v != nil {
				return nil, nil, fmt.Errorf("both %s and %s are %q: name the device", v.Path, volume.Path, name)
			}
			v, d = volume, &list[i]
		}
	}
	if v == nil {
		return nil, nil, fmt.Errorf("no drive %q is plugged in", name)
	}
	return v, d, nil
}

func (p *program) unmountCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "unmount {LABEL | FOLDER}...",
		Short: "Unmount flash drives, so that they can be removed",
		Args:  commandline.Args(cobra.MinimumNArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			for _, name := range args {
				if err := p.runUnmount(name); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

func (p *program) runUnmount(name string) error {
	dir := name
	if !strings.Contains(name, "/") {
		dir = filepath.Join(drive.MediaDir, name)
	}
	if filepath.Dir(filepath.Clean(dir)) != drive.MediaDir {
		return fmt.Errorf("%s is not below %s", dir, drive.MediaDir)
	}
	mount, err := drive.Host.MountedAt(dir)
	if err != nil {
		return err
	}
	if mount == nil {
		return fmt.Errorf("%s is not mounted", dir)
	}
	if users := drive.Host.Users(dir); len(users) > 0 {
		return fmt.Errorf("%s is in use by %v", dir, users)
	}
	if err := drive.Unmount(dir); err != nil {
		return err
	}
	p.event("drive-unmounted", chain.F("device", mount.Source), chain.F("folder", dir))
	fmt.Fprintf(p.stdout, "%s is unmounted: the drive may be removed\n", dir)
	return os.Remove(dir)
}
