package treetest

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"path"
	"strings"
	"testing"
	"unicode/utf8"

	"coen/tree"
)

// epoch is the time at which the cases' machine stands: 2025-01-01 UTC.
const epoch = 1735689600

// A step is one command of a case with what it must answer.
type step struct {
	line           string
	args           []string
	env            []string
	stdin          string
	stdout, stderr string
	status         int
}

// A testcase is one parsed txtar file.
type testcase struct {
	file  string
	about string
	steps []step
	start []section // "tree" and files
	want  map[string]string
	list  string
}

func parse(t *testing.T, file string, data []byte) *testcase {
	comment, sections := splitArchive(data)
	c := &testcase{file: file, want: map[string]string{}}
	for _, f := range sections {
		switch rest, isWant := strings.CutPrefix(f.name, "want/"); {
		case f.name == "want":
			c.list = string(f.data)
		case isWant:
			c.want["/"+rest] = string(f.data)
		default:
			c.start = append(c.start, f)
		}
	}
	for line := range strings.Lines(comment) {
		c.comment(t, strings.TrimSuffix(line, "\n"))
	}
	return c
}

// comment reads one line of the archive's comment.
func (c *testcase) comment(t *testing.T, line string) {
	if body, ok := strings.CutPrefix(line, "$ "); ok {
		c.steps = append(c.steps, command(body))
		return
	}
	if len(c.steps) == 0 {
		c.about += line + "\n"
		return
	}
	last := &c.steps[len(c.steps)-1]
	mark, body := line, ""
	if len(line) > 1 {
		mark, body = line[:1], line[2:]
	}
	switch mark {
	case "<":
		last.stdin += body + "\n"
	case ">":
		last.stdout += body + "\n"
	case "!":
		last.stderr += body + "\n"
	case "?":
		if _, err := fmt.Sscan(body, &last.status); err != nil {
			t.Fatalf("%s: %q: %v", c.file, line, err)
		}
	case "":
	default:
		t.Fatalf("%s: cannot read %q", c.file, line)
	}
}

// command splits a line into words, with single quotes as in the shell, and
// leading NAME=value words into the environment.
func command(line string) step {
	s := step{line: line}
	var word strings.Builder
	quoted, begun := false, false
	flush := func() {
		if !begun {
			return
		}
		w := word.String()
		if name, _, ok := strings.Cut(w, "="); ok && len(s.args) == 0 && strings.ToUpper(name) == name {
			s.env = append(s.env, w)
		} else {
			s.args = append(s.args, w)
		}
		word.Reset()
		begun = false
	}
	for _, r := range line {
		switch {
		case r == '\'':
			quoted, begun = !quoted, true
		case r == ' ' && !quoted:
			flush()
		default:
			word.WriteRune(r)
			begun = true
		}
	}
	flush()
	return s
}

// plant makes the start of a case in the tree.
func (c *testcase) plant(tr *tree.Tree) error {
	for _, f := range c.start {
		if f.name == "tree" {
			for line := range strings.Lines(string(f.data)) {
				if err := plantLine(tr, strings.Fields(line)); err != nil {
					return fmt.Errorf("%s: %w", strings.TrimSpace(line), err)
				}
			}
			continue
		}
		name := "/" + f.name
		if err := tr.MkdirAll(path.Dir(name), 0o755); err != nil {
			return err
		}
		if err := tr.WriteFile(name, f.data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// plantLine makes one node of the "tree" section, or changes a file's mode and
// owner. Empty regular files may be listed there without a section.
func plantLine(tr *tree.Tree, words []string) error {
	if len(words) == 0 {
		return nil
	}
	if words[0] == "l" {
		if err := tr.MkdirAll(path.Dir(words[1]), 0o755); err != nil {
			return err
		}
		return tr.Symlink(words[3], words[1])
	}
	var mode, uid, gid, major, minor uint32
	if _, err := fmt.Sscanf(words[1]+" "+words[2], "%o %d:%d", &mode, &uid, &gid); err != nil {
		return err
	}
	name := words[len(words)-1]
	if err := tr.MkdirAll(path.Dir(name), 0o755); err != nil {
		return err
	}
	var err error
	switch words[0] {
	case "d":
		err = tr.MkdirAll(name, mode)
	case "c":
		if _, err = fmt.Sscanf(words[3], "%d,%d", &major, &minor); err == nil {
			err = tr.Mknod(name, tree.CharDevice, mode, major, minor)
		}
	case "f":
		if !tr.Exists(name) {
			err = tr.WriteFile(name, nil, mode)
		}
	}
	if err != nil {
		return err
	}
	if err := tr.Lchown(name, uid, gid); err != nil {
		return err
	}
	return tr.Chmod(name, mode)
}

// state is a tree as listing lines and text contents by path.
type state struct {
	line map[string]string
	text map[string]string
}

func snapshot(tr *tree.Tree) (state, error) {
	s := state{map[string]string{}, map[string]string{}}
	err := tr.Walk(func(name string, n *tree.Node) error {
		s.line[name] = describe(name, n)
		if n.Kind != tree.Regular {
			return nil
		}
		body, err := n.Read()
		if isText(body) {
			s.text[name] = string(body)
		} else {
			s.line[name] += fmt.Sprintf(" sha256:%x", sha256.Sum256(body))
		}
		return err
	})
	return s, err
}

// isText says whether content can stand in a txtar section unchanged.
func isText(b []byte) bool {
	return utf8.Valid(b) && !bytes.ContainsRune(b, 0) && (len(b) == 0 || b[len(b)-1] == '\n') &&
		!bytes.Contains(b, []byte("\n-- "))
}

func describe(name string, n *tree.Node) string {
	switch n.Kind {
	case tree.Symlink:
		return fmt.Sprintf("l %s -> %s", name, n.Target)
	case tree.CharDevice, tree.BlockDevice:
		return fmt.Sprintf("%c %04o %d:%d %d,%d %s", n.Kind, n.Mode, n.UID, n.GID, n.Major, n.Minor, name)
	}
	return fmt.Sprintf("%c %04o %d:%d %s", n.Kind, n.Mode, n.UID, n.GID, name)
}
