//go:build linux

// Command init is process 1 of the machines that package linux starts. It loads
// the modules it comes with, mounts the file system that the argument
// mount=TYPE[:OPTIONS] of the kernel's command line asks for from whichever
// drive has one, writes a line of JSON for every file in it to the console, and
// powers off.
package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"coen/internal/linux/report"
)

func main() {
	if err := run(); err != nil {
		fmt.Printf("\n%s%v\n", report.Failed, err)
	}
	unix.Sync()
	unix.Reboot(unix.LINUX_REBOOT_CMD_POWER_OFF)
}

func run() error {
	for _, m := range [][2]string{{"devtmpfs", "/dev"}, {"proc", "/proc"}, {"sysfs", "/sys"}} {
		if err := unix.Mount(m[0], m[1], m[0], 0, ""); err != nil {
			return fmt.Errorf("mount %s: %w", m[1], err)
		}
	}
	if err := loadModules(); err != nil {
		return err
	}
	var m report.Machine
	line, err := os.ReadFile("/proc/cmdline")
	if err != nil {
		return err
	}
	m.Command = strings.TrimSpace(string(line))
	if err := firmware(&m); err != nil {
		return err
	}
	if m.Drive, err = mountAny(request(m.Command)); err != nil {
		return err
	}
	out := bufio.NewWriter(os.Stdout)
	fmt.Fprintf(out, "\n%s", report.Mounted)
	if err := json.NewEncoder(out).Encode(m); err != nil {
		return err
	}
	if err := list(out); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s\n", report.Done)
	return out.Flush()
}

func loadModules() error {
	names, err := filepath.Glob("/modules/*.xz")
	if err != nil {
		return err
	}
	slices.Sort(names)
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		err = unix.FinitModule(int(f.Fd()), "", unix.MODULE_INIT_COMPRESSED_FILE)
		f.Close()
		if err != nil && !errors.Is(err, unix.EEXIST) {
			return fmt.Errorf("load %s: %w", name, err)
		}
	}
	return nil
}

// firmware finds out what started the machine.
func firmware(m *report.Machine) error {
	const vars = "/sys/firmware/efi/efivars"
	if _, err := os.Stat(vars); err != nil {
		return nil
	}
	m.UEFI = true
	if err := unix.Mount("efivarfs", vars, "efivarfs", unix.MS_RDONLY, ""); err != nil {
		return fmt.Errorf("mount %s: %w", vars, err)
	}
	value, err := os.ReadFile(vars + "/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c")
	m.SecureBoot = err == nil && len(value) == 5 && value[4] == 1 // behind four bytes of attributes
	return nil
}

// request reads what to mount from the command line.
func request(command string) (fstype, options string) {
	for arg := range strings.FieldsSeq(command) {
		if value, ok := strings.CutPrefix(arg, "mount="); ok {
			fstype, options, _ = strings.Cut(value, ":")
		}
	}
	return fstype, options
}

// patience is how long drives may take to appear.
const patience = 60 * time.Second

// mountAny mounts the first drive that has the file system.
func mountAny(fstype, options string) (string, error) {
	var last error
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		drives, err := os.ReadDir("/sys/block")
		if err != nil {
			return "", err
		}
		for _, d := range drives {
			if strings.HasPrefix(d.Name(), "loop") || strings.HasPrefix(d.Name(), "ram") {
				continue
			}
			if last = unix.Mount("/dev/"+d.Name(), "/mnt", fstype, unix.MS_RDONLY, options); last == nil {
				return d.Name(), nil
			}
		}
	}
	return "", fmt.Errorf("no drive has %s: %v", fstype, last)
}

// list writes a line for every file.
func list(out io.Writer) error {
	enc := json.NewEncoder(out)
	return filepath.WalkDir("/mnt", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		var st unix.Stat_t
		if err := unix.Lstat(name, &st); err != nil {
			return fmt.Errorf("stat %q: %w", name, err)
		}
		rel, err := filepath.Rel("/mnt", name)
		if err != nil {
			return err
		}
		f := report.File{
			Name: []byte(rel), Mode: st.Mode, UID: st.Uid, GID: st.Gid, Links: st.Nlink,
			Size: st.Size, ModTime: st.Mtim.Sec,
		}
		switch d.Type() {
		case 0:
			f.SHA256, err = digest(name)
		case fs.ModeSymlink:
			var target string
			target, err = os.Readlink(name)
			f.Target = []byte(target)
		}
		if err != nil {
			return err
		}
		return enc.Encode(f)
	})
}

func digest(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", fmt.Errorf("read %q: %w", name, err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
