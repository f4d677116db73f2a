package fat_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coen/fsimage/fat"
	"coen/internal/oracle"
)

// TestReadsMtools reads images that dosfstools and mtools made.
func TestReadsMtools(t *testing.T) {
	t.Setenv("MTOOLSRC", "/dev/null")
	for typ, size := range map[fat.Type]string{fat.FAT16: "16384", fat.FAT32: "49152"} {
		image := filepath.Join(t.TempDir(), "image")
		oracle.Run(t, "mkfs.fat", "-C", "-F", strings.TrimPrefix(typ.String(), "FAT"), "-s", "1", "-n", "FOREIGN", "-i", "1234abcd", image, size)
		want := map[string]string{
			"lower.txt":               "1",
			"UPPER.TXT":               strings.Repeat("2", 3000),
			"Mixed case and long.txt": strings.Repeat("3", 100000),
			"sub/directory/file":      "4",
		}
		oracle.Run(t, "mmd", "-i", image, "::sub", "::sub/directory")
		for name, data := range want {
			src := filepath.Join(t.TempDir(), "src")
			if err := os.WriteFile(src, []byte(data), 0o600); err != nil {
				t.Fatal(err)
			}
			oracle.Run(t, "mcopy", "-i", image, src, "::"+name)
		}
		oracle.Run(t, "mdel", "-i", image, "::UPPER.TXT") // leaves a hole
		delete(want, "UPPER.TXT")
		b, err := os.ReadFile(image)
		if err != nil {
			t.Fatal(err)
		}
		r := open(t, b)
		if r.Volume.Type != typ || r.Volume.Label != "FOREIGN" || r.Volume.Serial != 0x1234ABCD {
			t.Errorf("volume %+v", r.Volume)
		}
		for name, data := range want {
			if got, err := fs.ReadFile(r, name); err != nil || string(got) != data {
				t.Errorf("%v: %q: other content (%v)", typ, name, err)
			}
		}
		if _, err := r.Stat("UPPER.TXT"); err == nil {
			t.Errorf("%v: a deleted file is there", typ)
		}
	}
}
