package command

import (
	"bytes"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"coen/install/proc"
	"coen/tree"

	"github.com/rogpeppe/go-internal/txtar"
)

// FuzzCommands runs models with arbitrary arguments and input. None may panic
// or run without end, and all statuses must be those a process can have.
func FuzzCommands(f *testing.F) {
	files, _ := filepath.Glob("testdata/*/*.txt")
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, section := range archive.Files {
			if section.Name != "session" {
				continue
			}
			for _, command := range commands(string(section.Data)) {
				f.Add(strings.Join(strings.Fields(strings.ReplaceAll(command, "'", "")), "\x00"), "one\ntwo words\n\n3\n")
			}
		}
	}
	f.Fuzz(func(t *testing.T, arguments, input string) {
		args := strings.Split(arguments, "\x00")
		machine := &proc.Machine{Tree: tree.New(epoch), Commands: Table(), Builtin: map[string]bool{}, Arch: "amd64"}
		model := machine.Commands[args[0]]
		if model == nil || len(arguments) > 500 || len(input) > 500 {
			return
		}
		for name := range machine.Commands {
			machine.Builtin[name] = true
		}
		machine.Tree.MkdirAll("/etc/dir", 0o755)
		machine.Tree.WriteFile("/etc/passwd", []byte("root:x:0:0::/root:/bin/sh\n"), 0o644)
		machine.Tree.WriteFile("/a", []byte(input), 0o644)
		machine.Tree.Symlink("a", "/etc/link")
		p := &proc.Proc{
			Machine: machine, Args: args, Dir: "/", Umask: 0o022, Env: map[string]string{"PATH": "/bin"},
			Files: map[int]*proc.File{0: {R: strings.NewReader(input)}, 1: {W: &limited{}}, 2: {W: io.Discard}},
		}
		status, err := model(p)
		if err == nil && (status < 0 || status > 255) {
			t.Errorf("%q: status %d", args, status)
		}
	})
}

// limited is an output that fills up, as a pipeline's does.
type limited struct{ bytes.Buffer }

func (l *limited) Write(b []byte) (int, error) {
	if l.Len() > 1<<20 {
		return 0, io.ErrShortWrite
	}
	return l.Buffer.Write(b)
}
