package clone

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"coen/ceremony/drive"
)

// A system is a type of file system that copies can have.
type system struct {
	command []string // the label and the device follow
	label   int      // longest label, bytes
	links   bool     // holds symbolic links
}

var systems = map[string]system{
	// -I: on the whole drive, as it is sold or as udisks makes it, without partitions.
	"vfat":  {[]string{"/usr/sbin/mkfs.vfat", "-I", "-n"}, 11, false},
	"exfat": {[]string{"/usr/sbin/mkfs.exfat", "-q", "-L"}, 15, false},
	// No blocks for root only, no tables left to be written later.
	"ext4": {[]string{"/usr/sbin/mkfs.ext4", "-q", "-F", "-m", "0", "-E", "lazy_itable_init=0,lazy_journal_init=0", "-L"}, 16, true},
}

// eraseSize is cleared at either end of a drive, so that no signature of what was
// there before is found: partition tables, superblocks and their copies.
const eraseSize = 1 << 20

// format erases a drive and makes a file system on it.
func (j *Job) format(ctx context.Context, d *drive.Drive) error {
	s := systems[j.FileSystem]
	if len(j.Label) > s.label {
		return fmt.Errorf("label %q is too long for %s", j.Label, j.FileSystem)
	}
	j.forking.Lock()
	defer j.forking.Unlock()
	if err := erase(d); err != nil {
		return err
	}
	args := append(s.command[1:len(s.command):len(s.command)], j.Label, d.Path)
	out, err := exec.CommandContext(ctx, s.command[0], args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w: %s", s.command[0], err, strings.TrimSpace(string(out)))
	}
	if j.FileSystem != "ext4" {
		return nil
	}
	return j.mounted(d, drive.Write, func(dir string) error { return os.Remove(dir + "/lost+found") })
}

// erase clears both ends of a drive. It needs the drive for itself, so that
// nothing mounted is ever erased.
func erase(d *drive.Drive) (err error) {
	f, err := d.OpenExclusive()
	if err != nil {
		return fmt.Errorf("%s is in use or cannot be written: %w", d.Path, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	zeros := make([]byte, min(eraseSize, d.Size))
	for _, at := range []int64{0, d.Size - int64(len(zeros))} {
		if _, err := f.WriteAt(zeros, at); err != nil {
			return err
		}
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return drive.ReadPartitions(f) // else those that are gone stay in the kernel's list
}
