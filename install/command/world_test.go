package command

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"coen/install/proc"
	"coen/tree"

	"github.com/rogpeppe/go-internal/txtar"
	"mvdan.cc/sh/v3/syntax"
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
	w.Commands["sh"] = w.sh
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

func (w *world) run(commands []string) []result {
	var results []result
	for _, command := range commands {
		var out, errs bytes.Buffer
		p := &proc.Proc{
			Machine: w.Machine, Dir: workDir, Umask: 0o022,
			Env: map[string]string{"LC_ALL": "C", "TZ": "UTC0", "HOME": "/root", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
			Files: map[int]*proc.File{
				0: {R: strings.NewReader("")}, 1: {W: &out}, 2: {W: &errs},
			},
		}
		status := w.script(p, command)
		results = append(results, result{out.String(), errs.String(), status})
	}
	return results
}

func (w *world) script(p *proc.Proc, command string) int {
	file, err := syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader(command), "")
	w.must(err)
	return w.statements(p, file.Stmts)
}

// sh is the shell that commands run: sh -c COMMAND.
func (w *world) sh(p *proc.Proc) (int, error) { return w.script(p, p.Args[2]), nil }

// statement runs the little of the shell's language that cases need: simple
// commands, pipelines, lists, groups, redirections.
func (w *world) statement(parent *proc.Proc, s *syntax.Stmt) int {
	p := parent.Child(parent.Args...)
	for _, r := range s.Redirs {
		if finish := w.redirect(p, r); finish != nil {
			defer finish()
		}
	}
	switch c := s.Cmd.(type) {
	case *syntax.BinaryCmd:
		return w.binary(p, c)
	case *syntax.Subshell:
		return w.statements(p, c.Stmts)
	case *syntax.Block:
		return w.statements(p, c.Stmts)
	case *syntax.CallExpr:
		for _, a := range c.Assigns {
			p.Env[a.Name.Value] = w.word(a.Value)
		}
		p.Args = nil
		for _, arg := range c.Args {
			p.Args = append(p.Args, w.word(arg))
		}
		status, err := p.Run()
		if err != nil {
			fmt.Fprintf(p.Stderr(), "build stops: %v\n", err)
			return 255
		}
		return status
	}
	w.t.Fatalf("no such command in cases: %T", s.Cmd)
	return 0
}

func (w *world) statements(p *proc.Proc, all []*syntax.Stmt) (status int) {
	for _, s := range all {
		status = w.statement(p, s)
	}
	return status
}

func (w *world) binary(p *proc.Proc, c *syntax.BinaryCmd) int {
	if c.Op == syntax.Pipe {
		var pipe bytes.Buffer
		left := p.Child()
		left.Files[1] = &proc.File{W: &pipe}
		w.statement(left, c.X)
		right := p.Child()
		right.Files[0] = &proc.File{R: &pipe}
		return w.statement(right, c.Y)
	}
	status := w.statement(p, c.X)
	if (status == 0) == (c.Op == syntax.AndStmt) {
		status = w.statement(p, c.Y)
	}
	return status
}

func (w *world) word(word *syntax.Word) string {
	if word == nil {
		return ""
	}
	var b strings.Builder
	w.parts(&b, word.Parts)
	return b.String()
}

func (w *world) parts(b *strings.Builder, parts []syntax.WordPart) {
	for _, part := range parts {
		switch part := part.(type) {
		case *syntax.Lit:
			b.WriteString(unquote(part.Value))
		case *syntax.SglQuoted:
			b.WriteString(part.Value)
		case *syntax.DblQuoted:
			for _, inner := range part.Parts {
				lit, ok := inner.(*syntax.Lit)
				if !ok {
					w.t.Fatalf("no expansion in cases: %T", inner)
				}
				b.WriteString(unquoteDouble(lit.Value))
			}
		default:
			w.t.Fatalf("no expansion in cases: %T", part)
		}
	}
}

func unquote(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

var unquoteDouble = strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\$`, `$`, "\\`", "`").Replace

func (w *world) redirect(p *proc.Proc, r *syntax.Redirect) (finish func()) {
	fd := 1
	if r.Op == syntax.RdrIn || r.Op == syntax.Hdoc {
		fd = 0
	}
	if r.N != nil {
		fd = int(r.N.Value[0] - '0')
	}
	name := w.word(r.Word)
	switch r.Op {
	case syntax.DplOut:
		if name == "-" {
			delete(p.Files, fd)
		} else {
			p.Files[fd] = p.Files[int(name[0]-'0')]
		}
	case syntax.Hdoc:
		p.Files[0] = &proc.File{R: strings.NewReader(w.word(r.Hdoc))}
	case syntax.RdrIn:
		var data []byte
		if name != "/dev/null" {
			var err error
			data, err = w.Tree.ReadFile(p.Path(name))
			w.must(err)
		}
		p.Files[0] = &proc.File{R: bytes.NewReader(data)}
	case syntax.RdrOut, syntax.AppOut:
		if name == "/dev/null" {
			p.Files[fd] = &proc.File{W: io.Discard}
			return nil
		}
		out := &bytes.Buffer{}
		if old, err := w.Tree.ReadFile(p.Path(name)); err == nil && r.Op == syntax.AppOut {
			out.Write(old)
		}
		w.must(w.Tree.WriteFile(p.Path(name), bytes.Clone(out.Bytes()), 0o644))
		p.Files[fd] = &proc.File{W: out}
		return func() { w.must(w.Tree.WriteFile(p.Path(name), out.Bytes(), 0o644)) }
	default:
		w.t.Fatalf("no such redirection in cases: %v", r.Op)
	}
	return nil
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
