package mime

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"coen/internal/oracle"
	"coen/tree"
)

// TestWrite compares the database with what the real program makes of the same
// sources.
func TestWrite(t *testing.T) {
	rich, err := os.ReadFile("testdata/rich.xml")
	must(t, err)
	const head = "<mime-info xmlns='" + namespace + "'>"
	small := map[string]string{
		"rich.xml":      string(rich),
		"aaa.xml":       head + "<mime-type type='text/x-one'><comment>First</comment><glob pattern='*.aaa'/></mime-type></mime-info>",
		"Override.xml":  head + "<mime-type type='text/x-one'><comment>Last</comment></mime-type></mime-info>",
		"other.xml":     "<mime-info/>",
		"wrong.xml":     "<wrong xmlns='" + namespace + "'/>",
		"not-a-source":  "nonsense",
		"prefixed.xml":  "<f:mime-info xmlns:f='" + namespace + "'><f:mime-type type='text/f'><f:comment>F</f:comment><f:glob pattern='*.f'/></f:mime-type></f:mime-info>",
		"duplicate.xml": head + "<mime-type type='text/X-ONE'><glob pattern='*.one'/></mime-type></mime-info>",
	}
	t.Run("rich", func(t *testing.T) { compare(t, small) })
	t.Run("shipped", func(t *testing.T) {
		files, err := filepath.Glob("/usr/share/mime/packages/*.xml")
		must(t, err)
		if len(files) == 0 {
			oracle.Missing(t, "no sources in /usr/share/mime/packages")
		}
		sources := map[string]string{"rich.xml": string(rich)}
		for _, file := range files {
			data, err := os.ReadFile(file)
			must(t, err)
			sources[filepath.Base(file)] = string(data)
		}
		compare(t, sources)
	})
}

// compare lets both make the database twice, the second time without rich.xml, so
// that there are files to replace and to remove.
func compare(t *testing.T, sources map[string]string) {
	real := oracle.Need(t, "update-mime-database")
	dir, root := t.TempDir(), tree.New(0)
	must(t, os.Mkdir(filepath.Join(dir, "packages"), 0o755))
	must(t, root.MkdirAll("/mime/packages", 0o755))
	for name, text := range sources {
		must(t, os.WriteFile(filepath.Join(dir, "packages", name), []byte(text), 0o644))
		must(t, root.WriteFile("/mime/packages/"+name, []byte(text), 0o644))
	}
	for range 2 {
		cmd := exec.Command(real, dir)
		cmd.Env = append(os.Environ(), "PKGSYSTEM_ENABLE_FSYNC=0")
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		warnings, err := Write(root, "/mime")
		must(t, err)
		want := strings.ReplaceAll(string(out), dir, "/mime")
		if got := strings.Join(append(warnings, ""), "\n"); got != want {
			t.Errorf("warnings:\n%swant\n%s", got, want)
		}
		compareTrees(t, root, dir)
		if sources["rich.xml"] == "" {
			return
		}
		delete(sources, "rich.xml")
		must(t, os.Remove(filepath.Join(dir, "packages/rich.xml")))
		must(t, root.Remove("/mime/packages/rich.xml"))
	}
}

func compareTrees(t *testing.T, root *tree.Tree, dir string) {
	t.Helper()
	must(t, filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		name := "/mime" + strings.TrimPrefix(file, dir)
		if err != nil || d.IsDir() || filepath.Base(file) == "version" {
			return err
		}
		want, err := os.ReadFile(file)
		must(t, err)
		if got, err := root.ReadFile(name); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s (%v) is\n%q, want\n%q", name, err, first(got), first(want))
		}
		return nil
	}))
	must(t, root.WalkFrom("/mime", func(name string, n *tree.Node) error {
		if _, err := os.Lstat(dir + strings.TrimPrefix(name, "/mime")); err != nil {
			t.Errorf("%s is too much", name)
		}
		return nil
	}))
}

func first(b []byte) []byte { return b[:min(len(b), 4000)] }

func TestErrors(t *testing.T) {
	const head = "<mime-info xmlns='" + namespace + "'>"
	for name, text := range map[string]string{
		"empty":       "",
		"open":        head,
		"mismatch":    "<a></b>",
		"two roots":   "<a/><b/>",
		"text":        "<a/>b",
		"entity":      "<!DOCTYPE a [<!ENTITY b 'c'>]><a/>",
		"prefix":      "<a:b/>",
		"attr prefix": "<b a:c=''/>",
		"newline":     "<b c='&#10;'/>",
	} {
		if _, err := parseXML([]byte(text)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	root := tree.New(0)
	if _, err := Write(root, "/mime"); err == nil {
		t.Error("no error without sources")
	}
}

// FuzzParse looks for sources that make the database stumble, and for documents
// that are different after they were written and read again.
func FuzzParse(f *testing.F) {
	rich, err := os.ReadFile("testdata/rich.xml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(rich))
	f.Add("<a xmlns='b'><c d='&lt;'>e<![CDATA[f]]></c><?g h?><!--i--></a>")
	f.Fuzz(func(t *testing.T, text string) {
		root, err := parseXML([]byte(text))
		if err != nil {
			return
		}
		db := newDatabase()
		if err := db.load("fuzz.xml", []byte(text)); err != nil {
			t.Fatal(err)
		}
		db.sort()
		db.globLists()
		db.magicList()
		db.treeMagicList()
		db.cache()
		saved := save(copyNode(root))
		again, err := parseXML(saved)
		if err != nil {
			t.Fatalf("%v:\n%s", err, saved)
		}
		if twice := save(copyNode(again)); !bytes.Equal(twice, saved) {
			t.Errorf("got\n%s, then\n%s", saved, twice)
		}
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
