package command

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"coen/internal/oracle"

	"github.com/rogpeppe/go-internal/txtar"
)

// A case is a txtar archive in testdata/COMMAND. Its files are there when it
// begins; the file "session" is a transcript in which each command is a line
// that starts with "$ " (continued by lines that start with "$+ "), followed by what it
// writes: standard output as it is, lines of standard error after "! ", and a
// status other than 0 in brackets. "[no newline]" follows output that does not
// end with one. The file "tree" lists what is there in the end.
//
// Every case runs through the models and, as the oracle, through the real
// programs. "go test -update" writes what the real programs do into the cases.
// In a case whose comment has a line "model only: REASON", only the models run,
// and what -update writes is for a person to judge. With "needs root: REASON",
// the real programs must be root's; for all other cases a user may be root in a
// namespace of his own.

var update = flag.Bool("update", false, "write what the real programs do into the cases")

func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/*/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(file, "testdata/"), ".txt")
		t.Run(name, func(t *testing.T) { runCase(t, file) })
	}
}

func runCase(t *testing.T, file string) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var session, tree string
	var inputs []txtar.File
	for _, f := range archive.Files {
		switch f.Name {
		case "session":
			session = string(f.Data)
		case "tree":
			tree = string(f.Data)
		default:
			inputs = append(inputs, f)
		}
	}
	comment := string(archive.Comment)
	real := !strings.Contains(comment, "model only:")
	if *update {
		var by stage = newWorld(t, inputs)
		if real {
			by = newHost(t, inputs)
		}
		session, tree = play(by, session)
		archive.Files = append(inputs, txtar.File{Name: "session", Data: []byte(session)},
			txtar.File{Name: "tree", Data: []byte(tree)})
		if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	compare(t, "model", newWorld(t, inputs), session, tree)
	if real {
		t.Run("oracle", func(t *testing.T) {
			oracle.Need(t, "mawk")
			if strings.Contains(comment, "needs root:") && os.Getuid() != 0 {
				oracle.Missing(t, "only root can play this case")
			}
			compare(t, "oracle", newHost(t, inputs), session, tree)
		})
	}
}

func compare(t *testing.T, who string, s stage, session, tree string) {
	t.Helper()
	gotSession, gotTree := play(s, session)
	if gotSession != session {
		t.Errorf("%s: session differs\n%s", who, difference(session, gotSession))
	}
	if gotTree != tree {
		t.Errorf("%s: tree differs\nwant:\n%sgot:\n%s", who, missing(gotTree, tree), missing(tree, gotTree))
	}
}

// difference shows the commands of two transcripts whose output differs.
func difference(want, got string) string {
	w, g := steps(want), steps(got)
	var b strings.Builder
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] && b.Len() < 5000 {
			fmt.Fprintf(&b, "want:\n%sgot:\n%s\n", w[i], g[i])
		}
	}
	return b.String()
}

// steps divides a transcript at its commands.
func steps(text string) []string {
	var all []string
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "$ ") {
			all = append(all, "")
		}
		if n := len(all); n > 0 {
			all[n-1] += line
		}
	}
	return all
}

// missing shows the lines of one list that the other one lacks.
func missing(from, list string) string {
	have := map[string]bool{}
	for line := range strings.Lines(from) {
		have[line] = true
	}
	var b strings.Builder
	for line := range strings.Lines(list) {
		if !have[line] {
			b.WriteString(line)
		}
	}
	return b.String()
}

// A stage is where a session is played: a model world or the host.
type stage interface {
	run(commands []string) []result
	list() string
}

// A result is what became of a command.
type result struct {
	stdout, stderr string
	status         int
}

// play runs the commands of a session and returns the transcript and the list
// of what is there afterwards.
func play(s stage, session string) (transcript, tree string) {
	var b strings.Builder
	all := commands(session)
	for i, r := range s.run(all) {
		b.WriteString("$ " + strings.ReplaceAll(all[i], "\n", "\n$+ ") + "\n" + r.stdout)
		if r.stdout != "" && !strings.HasSuffix(r.stdout, "\n") {
			b.WriteString("\n[no newline]\n")
		}
		for line := range strings.Lines(r.stderr) {
			b.WriteString("! " + strings.TrimSuffix(line, "\n") + "\n")
		}
		if r.status != 0 {
			fmt.Fprintf(&b, "[%d]\n", r.status)
		}
	}
	return b.String(), s.list()
}

func commands(session string) []string {
	var all []string
	for line := range strings.Lines(session) {
		line = strings.TrimSuffix(line, "\n")
		if command, ok := strings.CutPrefix(line, "$ "); ok {
			all = append(all, command)
		} else if more, ok := strings.CutPrefix(line, "$+ "); ok && len(all) > 0 {
			all[len(all)-1] += "\n" + more
		}
	}
	return all
}

// entry is one line of a tree's list.
func entry(kind byte, mode uint32, links int, name, detail string) string {
	if links > 1 && kind != 'd' {
		detail = fmt.Sprintf("x%d %s", links, detail)
	}
	if kind == 'l' {
		mode = 0o777
	}
	return strings.TrimRight(fmt.Sprintf("%c %04o %s %s", kind, mode, name, detail), " ") + "\n"
}

// host is the stage of the real programs: a temporary directory.
type host struct {
	t   *testing.T
	dir string
}

func newHost(t *testing.T, inputs []txtar.File) *host {
	h := &host{t, t.TempDir()}
	for _, f := range inputs {
		name := filepath.Join(h.dir, f.Name)
		if err := cmp.Or(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, f.Data, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

// run runs the commands in one shell, each in a subshell of its own.
func (h *host) run(commands []string) []result {
	scratch := h.t.TempDir()
	var script strings.Builder
	script.WriteString("umask 022\n")
	for i, command := range commands {
		name := filepath.Join(scratch, fmt.Sprint(i))
		if err := os.WriteFile(name, []byte(command), 0o644); err != nil {
			h.t.Fatal(err)
		}
		fmt.Fprintf(&script, "( . %[1]s ) </dev/null >%[1]s.out 2>%[1]s.err; echo $? >%[1]s.status\n", name)
	}
	c := exec.Command("dash", "-c", script.String())
	if os.Getuid() != 0 {
		if _, _, err := oracle.Try(h.t, "unshare", "--map-root-user", "true"); err != nil {
			oracle.Missing(h.t, "neither root nor a user namespace: %v", err)
		}
		c = exec.Command("unshare", "--map-root-user", "dash", "-c", script.String())
	}
	c.Dir = h.dir
	c.Env = []string{"LC_ALL=C", "TZ=UTC0", "HOME=/root", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"}
	if out, err := c.CombinedOutput(); err != nil {
		h.t.Fatalf("%v\n%s", err, out)
	}
	results := make([]result, len(commands))
	for i := range commands {
		name := filepath.Join(scratch, fmt.Sprint(i))
		read := func(suffix string) string {
			data, err := os.ReadFile(name + suffix)
			if err != nil {
				h.t.Fatal(err)
			}
			return string(data)
		}
		results[i] = result{stdout: read(".out"), stderr: read(".err")}
		fmt.Sscan(read(".status"), &results[i].status)
	}
	return results
}
