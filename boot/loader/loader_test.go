package loader

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"coen/fsimage/fat"
	"coen/internal/oracle"
)

// valid is a configuration that tests spoil.
func valid() Config {
	return Config{
		Menu: Menu{Title: "Title", Entries: []Entry{
			{ID: "one", Title: "One", Kernel: "k", Initrd: "i", Args: []string{"a"}},
			{ID: "two", Title: "Two", Kernel: "k", Initrd: "i"},
		}},
		Marker: ".disk/id", Serial: 7, Time: testTime,
	}
}

// fakeFiles has something for every name.
func fakeFiles(name string) ([]byte, error) { return []byte("MZ " + name), nil }

func TestRefuses(t *testing.T) {
	for _, c := range []struct {
		spoil func(*Config)
		want  string
	}{
		{func(c *Config) { c.Menu.Title = "" }, "empty"},
		{func(c *Config) { c.Menu.Title = " x" }, "padded"},
		{func(c *Config) { c.Menu.Title = strings.Repeat("x", 71) }, "longer than 70"},
		{func(c *Config) { c.Menu.Title = "a\nUI evil.c32" }, `contains '\n'`},
		{func(c *Config) { c.Menu.Title = "hot ^key" }, "contains '^'"},
		{func(c *Config) { c.Menu.Title = "Zeremonië" }, "contains"},
		{func(c *Config) { c.Menu.Timeout = -1 }, "timeout -1"},
		{func(c *Config) { c.Menu.Timeout = 3601 }, "timeout 3601"},
		{func(c *Config) { c.Menu.Entries = nil }, "no entries"},
		{func(c *Config) { c.Menu.Default = "three" }, `default "three"`},
		{func(c *Config) { c.Menu.Entries[1].ID = "ONE" }, "occurs twice"},
		{func(c *Config) { c.Menu.Entries[0].ID = "a b" }, "ID is not"},
		{func(c *Config) { c.Menu.Entries[0].Title = "\x0f" }, `contains '\x0f'`},
		{func(c *Config) { c.Menu.Entries[0].Kernel = "/k" }, `path "/k"`},
		{func(c *Config) { c.Menu.Entries[0].Kernel = "a b" }, `path "a b"`},
		{func(c *Config) { c.Menu.Entries[0].Initrd = "../i" }, `path "../i"`},
		{func(c *Config) { c.Menu.Entries[0].Args = []string{"a b"} }, "contains ' '"},
		{func(c *Config) { c.Menu.Entries[0].Args = []string{"it's"} }, `contains '\''`},
		{func(c *Config) { c.Menu.Entries[0].Args = []string{`"`} }, `contains '"'`},
		{func(c *Config) { c.Menu.Entries[0].Args = []string{""} }, "for the loader"},
		{func(c *Config) { c.Menu.Entries[0].Args = []string{"-"} }, "for the loader"},
		{func(c *Config) { c.Menu.Entries[0].Args = []string{"initrd=/x"} }, "for the loader"},
		{func(c *Config) { c.Menu.Entries[0].Args = []string{strings.Repeat("x", 2001)} }, "longer than 2000"},
		{func(c *Config) { c.Marker = "" }, "marker"},
		{func(c *Config) { c.Marker = diskInfo }, "marker"},
		{func(c *Config) { c.Marker = "it's" }, "marker"},
	} {
		config := valid()
		c.spoil(&config)
		_, err := New(config, fakeFiles)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
}

// TestMissingFile tells which file a system lacks.
func TestMissingFile(t *testing.T) {
	var asked []string
	record := func(name string) ([]byte, error) {
		asked = append(asked, name)
		return fakeFiles(name)
	}
	if _, err := New(valid(), record); err != nil {
		t.Fatal(err)
	}
	for _, name := range asked {
		lack := func(n string) ([]byte, error) {
			if n == name {
				return nil, &fs.PathError{Op: "read", Path: n, Err: fs.ErrNotExist}
			}
			return fakeFiles(n)
		}
		if _, err := New(valid(), lack); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), name) {
			t.Errorf("without %q: error %v", name, err)
		}
	}
	junk := func(string) ([]byte, error) { return []byte("junk"), nil }
	if _, err := New(valid(), junk); err == nil || !strings.Contains(err.Error(), "no UEFI program") {
		t.Errorf("with junk: error %v", err)
	}
}

func TestSerial(t *testing.T) {
	for arg, want := range map[string]string{
		"console=ttyS0":          "SERIAL 0 115200\n",
		"console=ttyS1,9600":     "SERIAL 1 9600\n",
		"console=ttyS0,115200n8": "SERIAL 0 115200\n",
		"console=tty0":           "",
		"console=ttyUSB0":        "",
	} {
		c := valid()
		c.Menu.Entries[1].Args = []string{arg}
		got, _, _ := strings.Cut(c.Menu.isolinuxConfig(), "UI")
		if got != want {
			t.Errorf("%q makes %q, want %q", arg, got, want)
		}
	}
}

// TestQuote has a shell read what quote makes, since GRUB's quotes are a
// shell's.
func TestQuote(t *testing.T) {
	for _, s := range []string{"", "plain", "it's", `"$x" \ ; {} # & | <>`, "''"} {
		if got := oracle.Run(t, "dash", "-c", "printf %s "+quote(s)); got != s {
			t.Errorf("%q becomes %q", s, got)
		}
	}
}

// TestSystemPartition checks the partition with other eyes, and that it is the
// same each time.
func TestSystemPartition(t *testing.T) {
	image := func() []byte {
		l, err := New(valid(), debianFiles(t))
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(l.Files, func(f File) bool { return f.Name == espImage })
		return l.Files[i].Data
	}
	b := image()
	if !bytes.Equal(b, image()) {
		t.Error("a second one has other bytes")
	}
	name := filepath.Join(t.TempDir(), "esp")
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	oracle.Run(t, "fsck.fat", "-n", name)
	r, err := fat.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	if r.Volume.Type != fat.FAT16 || r.Volume.Serial != 7 {
		t.Errorf("volume %+v", r.Volume)
	}
	files := debianFiles(t)
	for path, source := range map[string]string{
		"EFI/BOOT/BOOTX64.EFI": shimSource, "EFI/BOOT/grubx64.efi": grubSource, "EFI/BOOT/mmx64.efi": mokSource,
	} {
		want, err := files(source)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := fs.ReadFile(r, path); err != nil || sha256.Sum256(got) != sha256.Sum256(want) {
			t.Errorf("%q is not %q (%v)", path, source, err)
		}
	}
}

// TestCode says that ISOLINUX's MBR code fits.
func TestCode(t *testing.T) {
	l, err := New(valid(), debianFiles(t))
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Code) != 432 {
		t.Errorf("MBR code of %d bytes", len(l.Code))
	}
	if fmt.Sprint(l.Boot) != "[{isolinux/isolinux.bin BIOS 4 true} {boot/grub/efi.img UEFI 0 false}]" {
		t.Errorf("boot images %v", l.Boot)
	}
}
