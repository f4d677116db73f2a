package drive

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A Mount is a place where a volume is mounted.
type Mount struct {
	Dir        string
	Source     string // device
	FileSystem string
	ReadOnly   bool
	number     string // major:minor
}

// mounts reads the table of mounts (proc_pid_mountinfo(5)).
func (m *Machine) mounts() ([]Mount, error) {
	text, err := os.ReadFile(m.Proc + "/self/mountinfo")
	if err != nil {
		return nil, err
	}
	return parseMounts(string(text))
}

func parseMounts(text string) ([]Mount, error) {
	var list []Mount
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		dash := slices.Index(f, "-")
		if dash < 6 || len(f) < dash+4 {
			return nil, fmt.Errorf("mountinfo: line %q", line)
		}
		list = append(list, Mount{
			number: f[2], Dir: unescape(f[4]), FileSystem: f[dash+1], Source: unescape(f[dash+2]),
			ReadOnly: slices.Contains(strings.Split(f[5], ","), "ro") || slices.Contains(strings.Split(f[dash+3], ","), "ro"),
		})
	}
	return list, nil
}

// unescape resolves the octal escapes of blanks and backslashes.
func unescape(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+4 <= len(text) {
			if c, err := strconv.ParseUint(text[i+1:i+4], 8, 8); err == nil {
				b.WriteByte(byte(c))
				i += 3
				continue
			}
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// MountedAt returns what is mounted at a folder, nil if it is a folder of
// another file system, or none.
func (m *Machine) MountedAt(dir string) (*Mount, error) {
	list, err := m.mounts()
	if err != nil {
		return nil, err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, err
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	for i := len(list) - 1; i >= 0; i-- { // the last one covers those before
		if list[i].Dir == dir {
			return &list[i], nil
		}
	}
	return nil, nil
}

// A User is a process that uses a mount.
type User struct {
	PID  int
	Name string
}

func (u User) String() string { return fmt.Sprintf("%s (%d)", u.Name, u.PID) }

// Users returns the processes with an open file, a working folder or a program
// below dir, by number. It sees those of other users only as root.
func (m *Machine) Users(dir string) []User {
	var list []User
	processes, _ := filepath.Glob(m.Proc + "/[0-9]*") // the pattern is well-formed
	for _, p := range processes {
		if !uses(p, filepath.Clean(dir)) {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(p))
		if err != nil {
			continue
		}
		list = append(list, User{pid, attribute(p, "comm")})
	}
	slices.SortFunc(list, func(a, b User) int { return a.PID - b.PID })
	return list
}

// uses reports whether a link of a process leads to dir or below.
func uses(process, dir string) bool {
	links, _ := filepath.Glob(process + "/fd/*")
	for _, link := range append(links, process+"/cwd", process+"/exe", process+"/root") {
		target, err := os.Readlink(link)
		if err == nil && (target == dir || strings.HasPrefix(target, dir+"/")) {
			return true
		}
	}
	return false
}
