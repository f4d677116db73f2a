package guard

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"coen/ceremony/drive"
)

// mount mounts a drive as its purpose wants it.
func (g *Guard) mount(d *drive.Drive, purpose drive.Purpose) error {
	v := d.Volume()
	if v == nil || purpose != drive.HSMFD && purpose != drive.KSRFD {
		return nil
	}
	dir, first, err := Place(g.Machine, string(purpose))
	if err != nil {
		return err
	}
	access := drive.WriteAtOnce
	if purpose == drive.KSRFD || !first || d.ReadOnly {
		access = drive.ReadOnly
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := d.Check(); err != nil {
		return err
	}
	if err := drive.MountAt(v.Path, dir, v.FileSystem, access); err != nil {
		return errors.Join(err, os.Remove(dir))
	}
	return g.Machine.Refresh(g.present)
}

// maxSame is how many drives of one label can be mounted.
const maxSame = 9

// Place returns where a drive with a label is to be mounted: the label itself for
// the first, with a number behind it for others, as udisks does.
func Place(m *drive.Machine, label string) (dir string, first bool, err error) {
	for n := range maxSame {
		dir := drive.MediaDir + "/" + label
		if n > 0 {
			dir += fmt.Sprint(n)
		}
		mount, err := m.MountedAt(dir)
		if err != nil {
			return "", false, err
		}
		if mount == nil {
			return dir, n == 0, nil
		}
	}
	return "", false, fmt.Errorf("%d drives labelled %s are mounted already", maxSame, label)
}

// removed deals with a drive that is gone: what used it is told, its mounts are
// removed.
func (g *Guard) removed(d *drive.Drive) {
	delete(g.status, keyOf(d))
	purpose, reason := g.Purpose(d)
	status := Status{true, "removed"}
	for _, m := range d.Mounts() {
		if !strings.HasPrefix(m.Dir, drive.MediaDir+"/") {
			continue
		}
		if users := g.Machine.Users(m.Dir); len(users) > 0 {
			status = Status{false, "removed while in use by " + names(users)}
		} else if !m.ReadOnly && status.Safe {
			status = Status{false, "removed without being unmounted"}
		}
		if err := drive.Detach(m.Dir); err != nil {
			reason = err.Error()
		} else if err := os.Remove(m.Dir); err != nil {
			reason = err.Error()
		}
	}
	g.Tell(Notice{Removed, d, purpose, reason, status})
}
