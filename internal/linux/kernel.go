package linux

import (
	"bytes"
	"crypto/sha256"
	"debug/elf"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"coen/cache"
	"coen/debian/xz"
	"coen/fsimage/cpio"
	"coen/internal/oracle"
)

// A Kernel is a kernel and the initial RAM file system with which it does as
// package init says.
type Kernel struct {
	Vmlinuz, Initrd []byte
}

// modules are those that lead to images on every kind of drive.
var modules = []string{
	"ahci", "sr_mod", "sd_mod", "usb_storage", "uas", "xhci_pci", "virtio_blk", "virtio_pci",
	"isofs", "vfat", "nls_ascii", "nls_utf8", "nls_cp437", "squashfs", "loop", "efivarfs",
}

// Get returns Debian's kernel.
func Get(t testing.TB) *Kernel {
	t.Helper()
	k, err := getKernel()
	if err != nil {
		oracle.Missing(t, "Debian's kernel cannot be had: %v", err)
	}
	return k
}

var getKernel = sync.OnceValues(func() (*Kernel, error) {
	name, err := kernelName()
	if err != nil {
		return nil, err
	}
	parts, err := kernelParts(name)
	if err != nil {
		return nil, err
	}
	init, err := buildInit()
	if err != nil {
		return nil, err
	}
	k := &Kernel{Vmlinuz: parts.Vmlinuz}
	k.Initrd, err = initrd(init, parts.Modules)
	return k, err
})

// parts are what a machine needs of a package of a kernel.
type parts struct {
	Vmlinuz []byte
	Modules []module // in the order in which to load them
}

// A module is a file of a kernel module.
type module struct {
	Name string
	Data []byte
}

// kernelParts unpacks a kernel's package. What it finds is kept in the cache,
// since that takes a quarter of a minute.
func kernelParts(name string) (*parts, error) {
	x, err := openIndex()
	if err != nil {
		return nil, err
	}
	if x.packages[name] == nil {
		return nil, fmt.Errorf("no package %q in %s", name, suite)
	}
	kept, err := cache.User()
	if err != nil {
		return nil, err
	}
	defer kept.Close()
	key := sha256.Sum256(fmt.Append(nil, "internal/linux", x.packages[name].SHA256, modules))
	if data, ok := kept.Get(key); ok {
		var p parts
		if err := json.Unmarshal(data, &p); err == nil {
			return &p, nil
		}
	}
	p, err := readKernel(name)
	if err != nil {
		return nil, err
	}
	if data, err := json.Marshal(p); err == nil {
		kept.Put(key, data)
	}
	return p, nil
}

func readKernel(name string) (*parts, error) {
	wanted := func(name string) bool {
		return strings.HasPrefix(name, "boot/vmlinuz-") || strings.Contains(name, "/modules/")
	}
	files, err := readFiles(wanted, []string{name})
	if err != nil {
		return nil, err
	}
	p := &parts{}
	byName := map[string][]byte{}
	for name, data := range files {
		if strings.HasPrefix(name, "boot/") {
			p.Vmlinuz = data
		} else if base, _, ok := strings.Cut(path.Base(name), ".ko"); ok {
			byName[strings.ReplaceAll(base, "-", "_")] = data
		}
	}
	for _, name := range modules {
		if p.Modules, err = withNeeds(p.Modules, name, byName); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// buildInit compiles the program that runs as process 1.
func buildInit() ([]byte, error) {
	dir, err := os.MkdirTemp("", "init-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	out := filepath.Join(dir, "init")
	cmd := exec.Command("go", "build", "-o", out, "coen/internal/linux/init")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64", "GOFLAGS=")
	if msg, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("compile init: %w: %s", err, msg)
	}
	return os.ReadFile(out)
}

// initrd makes the archive: /init, and modules named for the order in which they
// are to be loaded.
func initrd(init []byte, modules []module) ([]byte, error) {
	var b bytes.Buffer
	w := cpio.NewWriter(&b)
	add := func(name string, mode fs.FileMode, data []byte) error {
		if err := w.WriteHeader(&cpio.Header{Name: name, Mode: mode, Size: int64(len(data))}); err != nil {
			return err
		}
		_, err := w.Write(data)
		return err
	}
	for _, dir := range []string{"dev", "mnt", "modules", "proc", "sys"} {
		if err := add(dir, fs.ModeDir|0o755, nil); err != nil {
			return nil, err
		}
	}
	if err := add("init", 0o755, init); err != nil {
		return nil, err
	}
	for i, m := range modules {
		if err := add(fmt.Sprintf("modules/%03d-%s.ko.xz", i, m.Name), 0o644, m.Data); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), w.Close()
}

// withNeeds appends a module to order, behind those it needs. What is no module
// is taken for a part of the kernel.
func withNeeds(order []module, name string, byName map[string][]byte) ([]module, error) {
	has := func(m module) bool { return m.Name == name }
	if byName[name] == nil || slices.ContainsFunc(order, has) {
		return order, nil
	}
	needs, err := needs(byName[name])
	if err != nil {
		return nil, fmt.Errorf("module %q: %w", name, err)
	}
	for _, need := range needs {
		if order, err = withNeeds(order, need, byName); err != nil {
			return nil, err
		}
	}
	return append(order, module{name, byName[name]}), nil
}

// needs returns the names of the modules that a module needs.
func needs(module []byte) ([]string, error) {
	r, err := xz.NewReader(bytes.NewReader(module))
	if err != nil {
		return nil, err
	}
	var plain bytes.Buffer
	if _, err := plain.ReadFrom(r); err != nil {
		return nil, err
	}
	file, err := elf.NewFile(bytes.NewReader(plain.Bytes()))
	if err != nil {
		return nil, err
	}
	section := file.Section(".modinfo")
	if section == nil {
		return nil, fmt.Errorf("no section .modinfo")
	}
	info, err := section.Data()
	if err != nil {
		return nil, err
	}
	for field := range strings.SplitSeq(string(info), "\x00") {
		if list, ok := strings.CutPrefix(field, "depends="); ok && list != "" {
			return strings.Split(strings.ReplaceAll(list, "-", "_"), ","), nil
		}
	}
	return nil, nil
}
