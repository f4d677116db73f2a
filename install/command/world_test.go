package command

import (
	"bytes"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"coen/install/proc"
	"coen/install/shell"
	"coen/tree"

	"github.com/rogpeppe/go-internal/txtar"
)

const epoch = 1735689600 // 2025-01-01

// world is the stage of the models: a machine whose tree holds a directory for
// the session and the files that every system has.
type world struct {
	t *testing.T
	*proc.Machine
}

const workDir = "/w"

func newWorld(t *testing.T, inputs []txtar.File) *world {
	w := &world{t, &proc.Machine{
		Tree: tree.New(epoch), Commands: Table(), Builtin: map[string]bool{},
		Arch: "amd64", Hostname: "coen", Kernel: "6.12.0-test",
	}}
	w.must(w.Tree.Symlink("usr/bin", "/bin"))
	for _, dir := range []string{"/etc", "/usr/bin", "/tmp", workDir} {
		w.must(w.Tree.MkdirAll(dir, 0o755))
	}
	for _, name := range []string{"/etc/passwd", "/etc/group"} {
		data, err := os.ReadFile(name)
		w.must(err)
		w.must(w.Tree.WriteFile(name, data, 0o644))
	}
	shell.New(w.Machine)
	for name := range w.Commands {
		w.must(w.Tree.WriteFile("/usr/bin/"+path.Base(name), nil, 0o755))
	}
	for _, f := range inputs {
		name := path.Join(workDir, f.Name)
		w.must(w.Tree.MkdirAll(path.Dir(name), 0o755))
		w.must(w.Tree.WriteFile(name, f.Data, 0o644))
	}
	return w
}

func (w *world) must(err error) {
	if err != nil {
		w.t.Helper()
		w.t.Fatal(err)
	}
}

// run runs each command in a shell of its own, over the same tree.
func (w *world) run(commands []string) []result {
	var results []result
	for _, command := range commands {
		var out, errs bytes.Buffer
		p := &proc.Proc{
			Machine: w.Machine, Args: []string{"sh", "-c", command}, Dir: workDir, Umask: 0o022,
			Env: map[string]string{"LC_ALL": "C", "TZ": "UTC0", "HOME": "/root", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
			Files: map[int]*proc.File{
				0: {R: strings.NewReader("")}, 1: {W: &out}, 2: {W: &errs},
			},
		}
		status, err := p.Run()
		if err != nil {
			status = 255
			fmt.Fprintf(&errs, "build stops: %v\n", err)
		}
		results = append(results, result{out.String(), errs.String(), status})
	}
	return results
}

func (w *world) list() string {
	var b strings.Builder
	w.must(w.Tree.WalkFrom(workDir, func(name string, n *tree.Node) error {
		if name == workDir {
			return nil
		}
		detail := ""
		switch n.Kind {
		case tree.Symlink:
			detail = "-> " + n.Target
		case tree.Regular:
			data, err := n.Read()
			w.must(err)
			detail = content(data)
		}
		detail = ownerText(n.UID, n.GID, 0, 0) + detail
		b.WriteString(entry(byte(n.Kind), n.Mode, n.Links(), strings.TrimPrefix(name, workDir+"/"), detail))
		return nil
	}))
	return b.String()
}

func ownerText(uid, gid, myUID, myGID uint32) string {
	if uid == myUID && gid == myGID {
		return ""
	}
	return fmt.Sprintf("%d:%d ", uid, gid)
}

func content(data []byte) string {
	if len(data) > 100 {
		return fmt.Sprintf("%d bytes %.60q", len(data), data)
	}
	return fmt.Sprintf("%q", data)
}

// list is the host's side of world.list.
func (h *host) list() string {
	var b strings.Builder
	err := filepath.Walk(h.dir, func(file string, info os.FileInfo, err error) error {
		if err != nil || file == h.dir {
			return err
		}
		st := info.Sys().(*syscall.Stat_t)
		kind, detail := byte(tree.Regular), ""
		switch info.Mode().Type() {
		case os.ModeDir:
			kind = byte(tree.Directory)
		case os.ModeSymlink:
			kind = byte(tree.Symlink)
			target, _ := os.Readlink(file)
			detail = "-> " + target
		case os.ModeNamedPipe:
			kind = byte(tree.Fifo)
		case os.ModeDevice:
			kind = byte(tree.BlockDevice)
		case os.ModeDevice | os.ModeCharDevice:
			kind = byte(tree.CharDevice)
		default:
			data, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			detail = content(data)
		}
		detail = ownerText(st.Uid, st.Gid, uint32(os.Getuid()), uint32(os.Getgid())) + detail
		name := strings.TrimPrefix(file, h.dir+"/")
		b.WriteString(entry(kind, st.Mode&0o7777, int(st.Nlink), name, detail))
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return b.String()
}
