package clone

import (
	"errors"
	"fmt"
	"strings"

	"coen/ceremony/drive"
)

// overhead is how much larger a drive must be than its content, for tables of the
// file system and unused ends of clusters: a 16th, and 4 MiB.
func overhead(content int64) int64 { return content/16 + 4<<20 }

// A Rule says what may become a copy.
type Rule struct {
	// Source is the drive that is copied; nil if its content is not on a drive.
	Source *drive.Drive
	// Size is that of the content in bytes.
	Size int64
	// AnyDrive also accepts drives that are not removable.
	AnyDrive bool
}

// Refuse returns why a drive must not be erased, or nil.
func (r *Rule) Refuse(d *drive.Drive) error {
	switch {
	case r.Source != nil && d.Sequence == r.Source.Sequence && d.Path == r.Source.Path:
		return errors.New("it is the source")
	case d.System():
		return errors.New("the machine runs from it, or could start from it")
	case !d.Removable && !r.AnyDrive:
		return fmt.Errorf("it is no flash drive (%s)", d.Bus)
	case d.ReadOnly:
		return errors.New("it is write-protected")
	case d.Size < r.Size+overhead(r.Size):
		return fmt.Errorf("it is too small: %s for %s", drive.Bytes(d.Size), drive.Bytes(r.Size))
	case len(d.Mounts()) > 0:
		var dirs []string
		for _, m := range d.Mounts() {
			dirs = append(dirs, m.Dir)
		}
		return fmt.Errorf("it is mounted at %s; unmount it first", strings.Join(dirs, ", "))
	}
	return nil
}
