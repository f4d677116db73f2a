package inspect

import (
	"bytes"
	"reflect"
	"testing"
	"time"

	"coen/boot/loader"
)

// TestMenus reads the menus that package loader writes.
func TestMenus(t *testing.T) {
	menu := loader.Menu{Title: "COEN 1", Timeout: 7, Default: "two", Entries: []loader.Entry{
		{ID: "one", Title: "It's one", Kernel: "live/vmlinuz", Initrd: "live/initrd", Args: []string{"a=b", "quiet", "console=ttyS0"}},
		{ID: "two", Title: `Two \ "2"`, Kernel: "live/vmlinuz", Initrd: "live/initrd"},
	}}
	l, err := loader.New(loader.Config{Menu: menu, Marker: "x", Serial: 1, Time: time.Unix(1e9, 0)},
		func(name string) ([]byte, error) { return []byte("MZ"), nil })
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, f := range l.Files {
		files[f.Name] = f.Data
	}
	iso := hostile(t, files)
	i, err := Open(bytes.NewReader(iso), int64(len(iso)))
	if err != nil {
		t.Fatal(err)
	}
	menus, err := i.Menus()
	if err != nil || len(menus) != 2 {
		t.Fatalf("menus %+v, %v", menus, err)
	}
	want := []MenuEntry{
		{ID: "one", Title: "It's one", Kernel: "/live/vmlinuz", Initramfs: "/live/initrd", Arguments: []string{"a=b", "quiet", "console=ttyS0"}},
		{ID: "two", Title: `Two \ "2"`, Kernel: "/live/vmlinuz", Initramfs: "/live/initrd"},
	}
	for _, m := range menus {
		for n := range m.Entries {
			if len(m.Entries[n].Arguments) == 0 {
				m.Entries[n].Arguments = nil
			}
		}
		if !reflect.DeepEqual(m.Entries, want) || m.Default != "two" {
			t.Errorf("%s: default %q, entries %+v", m.Loader, m.Default, m.Entries)
		}
	}
	if menus[0].Title != "COEN 1" || menus[0].Timeout != "70" || menus[1].Timeout != "7" {
		t.Errorf("menus %+v", menus)
	}
}

func TestGRUBWords(t *testing.T) {
	for line, want := range map[string][]string{
		`a  b`:            {"a", "b"},
		`'a b' c'd 'e ''`: {"a b", "cd e", ""},
		`a\ b '\'`:        {"a b", `\`},
	} {
		if got, err := grubWords(line); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q has words %q, %v; want %q", line, got, err, want)
		}
	}
	if _, err := grubWords("'a"); err == nil {
		t.Error("a quote without end is taken")
	}
}
