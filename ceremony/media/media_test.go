package media_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"coen/ceremony/media"
	"coen/internal/oracle"
)

// oldCommand is the digest as it always was.
const oldCommand = `find -P . -type f -print0 | LC_ALL=C sort -z | xargs -0 cat | sha256sum`

const spec = "../../spec/hsmfd-manifest.md"

// shellCommand returns the commands that the specification gives.
func shellCommand(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(spec)
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```bash\n(.*?)```").FindAllSubmatch(text, -1)
	if len(blocks) != 2 {
		t.Fatalf("%s has %d blocks of commands, want 2", spec, len(blocks))
	}
	if !strings.Contains(string(blocks[1][1]), oldCommand) {
		t.Errorf("%s does not have the old command", spec)
	}
	return string(blocks[0][1])
}

// shell runs commands in dir and returns the first word they print.
func shell(t *testing.T, dir, commands string) string {
	t.Helper()
	cmd := exec.Command(oracle.Need(t, "bash"), "-c", "set -o pipefail; "+commands)
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(out))[0]
}

func read(t *testing.T, dir string) *media.Manifest {
	t.Helper()
	m, err := media.Read(t.Context(), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func write(t *testing.T, dir, name, content string, mode fs.FileMode) {
	t.Helper()
	path := dir + "/" + name
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

// oddNames makes a tree of everything that a program could stumble over.
func oddNames(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{
		"a", "a.txt", "a b", "a-", " lead", "trail ", "-rf", "new\nline", "tab\there", "back\\slash", `\012`,
		"cr\r", "esc\x1b[31m", "*", "$(id)", "'quote\"", "ümlaut", "\xff\xfe", "~", "dir/a", "dir/b", "dir.x", "dir-x",
		"dir/deep/\x7f", "Zebra", "zebra", "é",
	} {
		write(t, dir, name, "content of "+name, 0o644)
	}
	write(t, dir, "empty", "", 0o400)
	write(t, dir, "setuid", "x", 0o755|fs.ModeSetuid)
	write(t, dir, "large", strings.Repeat("0123456789", 400_000), 0o777)
	for link, target := range map[string]string{"link": "dir/a", "dangling": "no\nwhere", "up": "../../etc/passwd"} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "empty folder"), 0o1777); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestShell holds both digests to the commands that the specification gives.
func TestShell(t *testing.T) {
	commands := shellCommand(t)
	for name, dir := range map[string]string{"odd names": oddNames(t), "nothing": t.TempDir()} {
		t.Run(name, func(t *testing.T) {
			m := read(t, dir)
			if got, want := fmt.Sprintf("%x", m.Root()), shell(t, dir, commands); got != want {
				t.Errorf("root %s, the shell says %s; manifest:\n%s", got, want, m.Bytes())
			}
			if got, want := fmt.Sprintf("%x", m.Old), shell(t, dir, oldCommand); got != want {
				t.Errorf("old digest %s, the shell says %s", got, want)
			}
		})
	}
}

// TestManyFiles holds the old digest to the shell's on a tree of 100,000 files.
func TestManyFiles(t *testing.T) {
	count := 100_000
	if testing.Short() {
		count = 3_000
	}
	dir := t.TempDir()
	for i := range count {
		if i%1000 == 0 {
			if err := os.Mkdir(fmt.Sprintf("%s/%d", dir, i/1000), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		name := fmt.Sprintf("%s/%d/%d", dir, i/1000, i)
		if i < 1000 {
			write(t, dir, fmt.Sprintf("0/%d", i), fmt.Sprint("content ", i), 0o644)
		} else if err := os.Link(fmt.Sprintf("%s/0/%d", dir, i*7%1000), name); err != nil { // cheaper than a file
			t.Fatal(err)
		}
	}
	m := read(t, dir)
	if n, _ := m.Files(); n != count {
		t.Errorf("%d files, want %d", n, count)
	}
	if got, want := fmt.Sprintf("%x", m.Old), shell(t, dir, oldCommand); got != want {
		t.Errorf("old digest %s, the shell says %s", got, want)
	}
}

// TestCollision shows the weakness of the old digest, and that the root has it not.
func TestCollision(t *testing.T) {
	a, b := t.TempDir(), t.TempDir()
	write(t, a, "1", "AB", 0o644)
	write(t, a, "2", "CD", 0o644)
	write(t, b, "0x", "A", 0o644)
	write(t, b, "9evil", "BCD", 0o644)
	one, two := read(t, a), read(t, b)
	if want := sha256.Sum256([]byte("ABCD")); one.Old != want || two.Old != want {
		t.Errorf("old digests %x and %x, want %x", one.Old, two.Old, want)
	}
	if one.Root() == two.Root() {
		t.Error("the roots of different drives agree")
	}
}

// TestSpecExample holds the texts of the specification to what they say.
func TestSpecExample(t *testing.T) {
	text, err := os.ReadFile(spec)
	if err != nil {
		t.Fatal(err)
	}
	example := regexp.MustCompile("(?s)```\n(hsmfd-manifest 1\n.*?)```").FindSubmatch(text)[1]
	dir := t.TempDir()
	write(t, dir, "ksk/a b.log", "hi\n", 0o644)
	if err := os.Symlink("ksk/a b.log", dir+"/last"); err != nil {
		t.Fatal(err)
	}
	if got := read(t, dir).Bytes(); !bytes.Equal(got, example) {
		t.Errorf("the example has the manifest\n%s", got)
	}
	if empty := new(media.Manifest).Root(); !bytes.Contains(text, fmt.Appendf(nil, "%x", empty)) {
		t.Errorf("the specification does not have the root of nothing, %x", empty)
	}
}

// TestRandomTrees checks, on trees of any shape, that a manifest is read back as
// it was written and that every change of the tree changes the root.
func TestRandomTrees(t *testing.T) {
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 0))
		dir := t.TempDir()
		randomTree(t, r, dir)
		m := read(t, dir)
		back, err := media.Parse(m.Bytes())
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, m.Bytes())
		}
		if len(back.Entries) == 0 || !slices.Equal(back.Entries, m.Entries) || len(media.Compare(m, back)) > 0 {
			t.Fatalf("seed %d: read back differently", seed)
		}
		victim := m.Entries[r.IntN(len(m.Entries))]
		change(t, r, filepath.Join(dir, victim.Path), victim)
		changed := read(t, dir)
		if changed.Root() == m.Root() || len(media.Compare(m, changed)) == 0 {
			t.Errorf("seed %d: a change of %q changes nothing", seed, victim.Path)
		}
	}
}

func randomTree(t *testing.T, r *rand.Rand, dir string) {
	t.Helper()
	for range 1 + r.IntN(12) {
		name := make([]byte, 1+r.IntN(8))
		for i := range name {
			for name[i] == 0 || name[i] == '/' || name[i] == '.' {
				name[i] = byte(r.IntN(256))
			}
		}
		content := make([]byte, r.IntN(100))
		for i := range content {
			content[i] = byte(r.IntN(256))
		}
		write(t, dir, string(name)+"/"+string(name), string(content), fs.FileMode(r.IntN(0o1000))|0o400)
	}
}

func change(t *testing.T, r *rand.Rand, path string, e media.Entry) {
	t.Helper()
	var err error
	switch kind := r.IntN(3); {
	case kind == 0 && e.Type == 'f':
		err = os.Chmod(path, 0o700)
		if err == nil {
			err = os.WriteFile(path, []byte("something else"), 0)
		}
	case kind == 1:
		err = os.Rename(path, path+"-renamed")
	default:
		err = os.Chmod(path, fs.FileMode(e.Mode^0o40))
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestCompare(t *testing.T) {
	a, b := t.TempDir(), t.TempDir()
	for _, dir := range []string{a, b} {
		for _, name := range []string{"same", "content", "size", "mode", "type"} {
			write(t, dir, name, name, 0o644)
		}
	}
	write(t, a, "only", "", 0o644)
	write(t, b, "more", "", 0o644)
	write(t, b, "content", "CONTENT", 0o644)
	write(t, b, "size", "sizes", 0o644)
	write(t, b, "mode", "mode", 0o600)
	if err := os.Remove(b + "/type"); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(b+"/type", 0o755); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range media.Compare(read(t, a), read(t, b)) {
		got = append(got, d.String())
	}
	want := []string{
		`"content": content differs`, `"mode": mode 600, not 644`, `"more": additional`,
		`"only": missing`, `"size": 5 bytes, not 4`, `"type": type d, not f`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

// TestUnreadable checks that there is no digest of a part.
func TestUnreadable(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "file", "x", 0o644)
	if _, err := media.Read(t.Context(), dir+"/file", nil); err == nil {
		t.Error("a file was read as a folder")
	}
	if _, err := media.Read(t.Context(), dir+"/none", nil); err == nil {
		t.Error("nothing was read as a folder")
	}
	ctx, cancel := context.WithCancel(t.Context())
	write(t, dir, "large", strings.Repeat("x", 5<<20), 0o644)
	_, err := media.Read(ctx, dir, func(int64) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
	_, err = media.Read(t.Context(), dir, func(int64) { write(t, dir, "large", "short", 0o644) })
	if err == nil || !strings.Contains(err.Error(), "changed while it was read") {
		t.Errorf("a file that shrinks: %v", err)
	}
}

func BenchmarkRead(b *testing.B) {
	dir := b.TempDir()
	if err := os.WriteFile(dir+"/large", make([]byte, 64<<20), 0o644); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(64 << 20)
	for b.Loop() {
		if _, err := media.Read(b.Context(), dir, nil); err != nil {
			b.Fatal(err)
		}
	}
}
