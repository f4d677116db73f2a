package initramfs

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"

	"coen/boot/handoff"
	"coen/fsimage/cpio"
	"coen/tree"

	"github.com/klauspost/compress/zstd"
)

const modulesDir = "/usr/lib/modules/6.1"

func kernelTree(t *testing.T) *tree.Tree {
	t.Helper()
	root := tree.New(1_700_000_000)
	files := map[string]string{
		"modules.dep": "kernel/fs/squashfs/squashfs.ko.xz:\n" +
			"kernel/fs/isofs/isofs.ko.xz: kernel/drivers/cdrom/cdrom.ko.xz\n" +
			"kernel/drivers/cdrom/cdrom.ko.xz:\n" +
			"kernel/drivers/scsi/sr_mod.ko.xz: kernel/drivers/cdrom/cdrom.ko.xz kernel/drivers/scsi/scsi_mod.ko.xz kernel/drivers/scsi/scsi_common.ko.xz\n" +
			"kernel/drivers/scsi/scsi_mod.ko.xz: kernel/drivers/scsi/scsi_common.ko.xz\n" +
			"kernel/drivers/scsi/scsi_common.ko.xz:\n" +
			"kernel/fs/overlayfs/overlay.ko.xz:\n" +
			"kernel/drivers/md/dm-verity.ko.xz: kernel/drivers/md/dm-mod.ko.xz\n" +
			"kernel/drivers/md/dm-mod.ko.xz:\n",
		"modules.alias":   "# Aliases\nalias scsi:t-0x05* sr_mod\nalias fs-iso9660 isofs\n",
		"modules.builtin": "kernel/drivers/block/loop.ko\n",
	}
	for line := range strings.Lines(files["modules.dep"]) {
		file, _, _ := strings.Cut(line, ":")
		files[file] = "content of " + file
	}
	for name, body := range files {
		file := modulesDir + "/" + name
		if err := root.MkdirAll(file[:strings.LastIndex(file, "/")], 0o755); err != nil {
			t.Fatal(err)
		}
		if err := root.WriteFile(file, []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func options(modules ...string) Options {
	return Options{Release: "COEN test", Kernel: "6.1", Modules: modules, Init: []byte("program")}
}

func unpack(t *testing.T, image []byte) map[string]string {
	t.Helper()
	dec, err := zstd.NewReader(bytes.NewReader(image), zstd.WithDecoderMaxWindow(8<<20))
	if err != nil {
		t.Fatal(err)
	}
	defer dec.Close()
	files := map[string]string{}
	for r := cpio.NewReader(dec); ; {
		h, err := r.Next()
		if err == io.EOF {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[h.Name] = string(body)
	}
}

// build packs and compresses.
func build(t *testing.T) ([]byte, error) {
	t.Helper()
	archive, err := Archive(kernelTree(t), options("sr-mod"))
	if err != nil {
		return nil, err
	}
	return Compress(archive)
}

func TestArchive(t *testing.T) {
	image, err := build(t)
	if err != nil {
		t.Fatal(err)
	}
	files := unpack(t, image)
	if files["init"] != "program" {
		t.Errorf("init holds %q", files["init"])
	}
	var config handoff.Config
	if err := json.Unmarshal([]byte(files["coen.json"]), &config); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, m := range config.Modules {
		names = append(names, m.Name)
		if !strings.HasPrefix(files[m.File[1:]], "content of kernel/") {
			t.Errorf("module %s: %s holds %q", m.Name, m.File, files[m.File[1:]])
		}
	}
	// loop is built in; every module comes after those it needs.
	want := []string{"dm_mod", "dm_verity", "cdrom", "isofs", "squashfs", "overlay", "scsi_common", "scsi_mod", "sr_mod"}
	if !slices.Equal(names, want) {
		t.Errorf("modules %v, want %v", names, want)
	}
	sr := config.Modules[len(config.Modules)-1]
	if sr.Always || !slices.Equal(sr.Aliases, []string{"scsi:t-0x05*"}) {
		t.Errorf("sr_mod is %+v", sr)
	}
	again, err := build(t)
	if err != nil || !bytes.Equal(image, again) {
		t.Errorf("a second build differs (%v)", err)
	}
}

func TestUnknownModule(t *testing.T) {
	_, err := Archive(kernelTree(t), options("floppy"))
	if want := `initramfs: kernel module "floppy" is not in ` + modulesDir; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}
