package catalog

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"coen/internal/oracle"
	"coen/tree"
)

const extra = `# comment

-- 0027229ca0644181a76c4e92458afa2e
Subject: First
Defined-By: test

Body one.


Body two.
-- not an entry
 indented

-- 0027229ca0644181a76c4e92458afa2f  xx_YY
Subject: Other
`

// TestOracle compiles the host's catalog and one of the test's.
func TestOracle(t *testing.T) {
	oracle.Need(t, "journalctl")
	root, tr := t.TempDir(), tree.New(0)
	dir := "/usr/lib/systemd/catalog"
	os.MkdirAll(root+dir, 0o755)
	tr.MkdirAll(dir, 0o755)
	files, _ := filepath.Glob(dir + "/*.catalog")
	if len(files) == 0 {
		oracle.Missing(t, "no catalog on this system")
	}
	plant := func(name string, text []byte) {
		if err := os.WriteFile(root+dir+"/"+name, text, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := tr.WriteFile(dir+"/"+name, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		plant(filepath.Base(file), text)
	}
	plant("extra.zz.catalog", []byte(extra))
	oracle.Run(t, "journalctl", "--root="+root, "--update-catalog")
	want, err := os.ReadFile(root + File)
	if err != nil {
		t.Fatal(err)
	}
	if err := Write(tr); err != nil {
		t.Fatal(err)
	}
	if got, _ := tr.ReadFile(File); !bytes.Equal(got, want) {
		t.Errorf("%d bytes differ from journalctl's %d", len(got), len(want))
	}
}

func TestErrors(t *testing.T) {
	tr := tree.New(0)
	tr.MkdirAll(sourceDirs[1], 0o755)
	tr.WriteFile(sourceDirs[1]+"/a.catalog", []byte("text\n"), 0o644)
	if err := Write(tr); err == nil {
		t.Error("text before the first entry is accepted")
	}
	tr.WriteFile(sourceDirs[1]+"/a.catalog", []byte(extra+"\n"+extra), 0o644)
	if err := Write(tr); err == nil {
		t.Error("a repeated entry is accepted")
	}
}
