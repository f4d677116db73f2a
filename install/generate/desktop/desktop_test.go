package desktop

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"coen/internal/oracle"
	"coen/tree"
)

const entry = "[Desktop Entry]\nType=Application\nName=x\nExec=x\n"

// files are desktop files with what may be right or wrong about them.
var files = map[string]string{
	"several.desktop":      entry + "MimeType=text/plain;text/html;text/plain;\n",
	"kinds.desktop":        entry + "MimeType=text/plain;foo/bar;x-content/audio;X-foo/bar;multipart/mixed;example/x;x-a b/c;x-(/c\n",
	"invalid.desktop":      entry + "MimeType= text/x; text/y;text/a b;text/z ;text/;text;/x;;text/é;Text/plain\n",
	"exceptions.desktop":   entry + "MimeType=misc/ultravox;misc/other;zz-application/zz-winassoc-cdr;flv-application/octet-stream;x-/a",
	"hidden.desktop":       entry + "MimeType=text/hidden\nHidden=true  \n",
	"hidden-1.desktop":     entry + "Hidden=1\nMimeType=text/hidden;\n",
	"not-hidden.desktop":   entry + "Hidden=tru\nMimeType=text/shown\n",
	"escapes.desktop":      entry + "MimeType=text/r\\;x;text/r2\\sb;text/c\\\\d;text/e\\n;text/f\n",
	"bad-escape.desktop":   entry + "MimeType=text/g;text/h\\x;text/i\n",
	"last-escape.desktop":  entry + "MimeType=text/j;text/k\\",
	"garbage.desktop":      entry + "MimeType=text/garbage\ngarbage\n",
	"actions.desktop":      entry + "MimeType=text/action\n[Desktop Action x]\nMimeType=text/action2\n[Desktop Entry]\nMimeType=text/action3\n",
	"twice.desktop":        entry + "MimeType=inode/directory;inode/blockdevice;\nMimeType=text/twice\n",
	"spaced-key.desktop":   entry + "Foo Bar=\nMimeType=text/key\n",
	"spaces.desktop":       "\n# c\n[Other]\n  MimeType=text/other\n [Desktop Entry]  \n\t# c\n MimeType = text/spaces ; text/more\n",
	"crlf.desktop":         strings.ReplaceAll(entry+"MimeType=text/crlf\n", "\n", "\r\n"),
	"no-group.desktop":     "MimeType=text/none\n" + entry,
	"bad-group.desktop":    entry + "MimeType=text/group\n[a[b]\n",
	"open-group.desktop":   entry + "MimeType=text/open\n[a\n",
	"languages.desktop":    entry + "Name[de]=x\nName[sr@latin]=y\nName[zh_TW.UTF-8]=\nMimeType=text/language\n",
	"bad-language.desktop": entry + "Name[d e]=x\nMimeType=text/bad-language\n",
	"half-key.desktop":     entry + "Name]=x\nMimeType=text/half\n",
	"empty-key.desktop":    entry + "=x\nMimeType=text/empty\n",
	"latin1.desktop":       entry + "Name=\xe9\nMimeType=text/latin1\n",
	"latin1-type.desktop":  entry + "MimeType=text/latin2;text/\xe9\n",
	"other.txt":            entry + "MimeType=text/other-name\n",
	"sub/one.desktop":      entry + "MimeType=text/plain;text/sub\n",
	"sub/sub/two.desktop":  entry + "MimeType=text/plain\n",
	"sub.desktop/a.x":      entry,
}

func TestWrite(t *testing.T) {
	real := oracle.Need(t, "update-desktop-database")
	dir := t.TempDir()
	root := tree.New(0)
	must(t, root.MkdirAll("/a", 0o755))
	for name, text := range files {
		file := filepath.Join(dir, name)
		must(t, os.MkdirAll(filepath.Dir(file), 0o755))
		must(t, os.WriteFile(file, []byte(text), 0o644))
		must(t, root.MkdirAll(filepath.Dir("/a/"+name), 0o755))
		must(t, root.WriteFile("/a/"+name, []byte(text), 0o644))
	}
	must(t, os.Symlink("several.desktop", dir+"/link.desktop"))
	must(t, os.Symlink("nothing", dir+"/broken.desktop"))
	for name, target := range map[string]string{"link": "several.desktop", "broken": "nothing"} {
		must(t, root.Symlink(target, "/a/"+name+".desktop"))
	}
	out, err := exec.Command(real, dir).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	want, err := os.ReadFile(filepath.Join(dir, "mimeinfo.cache"))
	must(t, err)
	must(t, Write(root, "/a"))
	got, err := root.ReadFile("/a/mimeinfo.cache")
	must(t, err)
	if string(got) != string(want) {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestNoDirectory(t *testing.T) {
	root := tree.New(0)
	must(t, root.WriteFile("/file", nil, 0o644))
	for _, dir := range []string{"/nothing", "/file"} {
		if err := Write(root, dir); err == nil {
			t.Errorf("%s: no error", dir)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range files {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		entry, ok := parse(text)
		if !ok && entry != nil {
			t.Error("keys of a file with errors")
		}
		for _, media := range list(entry["MimeType"]) {
			valid(media)
		}
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
