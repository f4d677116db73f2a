package admin

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"coen/install/proc"
	"coen/tree"
)

// extensionPoints are those of GIO that modules can implement.
var extensionPoints = []string{"gio-debug-controller", "gio-desktop-app-info-lookup", "gio-memory-monitor",
	"gio-native-volume-monitor", "gio-network-monitor", "gio-power-profile-monitor", "gio-proxy",
	"gio-proxy-resolver", "gio-tls-backend", "gio-vfs", "gio-volume-monitor", "gsettings-backend"}

// queryModules models gio-querymodules: it lists, for each module of a
// directory, the extension points it implements. The real program loads the
// module and asks; the model reads the names in its constant data, in the order
// in which they lie there, and gives up on a module without any.
func queryModules(p *proc.Proc) (int, error) {
	for _, dir := range p.Args[1:] {
		if err := queryDirectory(p, p.Path(dir)); err != nil {
			return 0, err
		}
	}
	return 0, nil
}

func queryDirectory(p *proc.Proc, dir string) error {
	n, err := p.Tree.Lookup(dir)
	if err != nil {
		return nil
	}
	cache := ""
	for _, name := range n.Names() {
		if !strings.HasSuffix(name, ".so") {
			continue
		}
		points, err := modulePoints(p.Tree, path.Join(dir, name))
		if err != nil {
			return err
		}
		if len(points) == 0 {
			return p.Unmodelledf("module %q", path.Join(dir, name))
		}
		cache += name + ": " + strings.Join(points, ",") + "\n"
	}
	file := path.Join(dir, "giomodule.cache")
	if cache == "" {
		return p.Tree.RemoveAll(file)
	}
	return p.Tree.WriteFile(file, []byte(cache), 0o644)
}

func modulePoints(t *tree.Tree, file string) ([]string, error) {
	data, err := readOnlyData(t, file)
	if err != nil {
		return nil, err
	}
	var points []string
	for s := range bytes.SplitSeq(data, []byte{0}) {
		if slices.Contains(extensionPoints, string(s)) && !slices.Contains(points, string(s)) {
			points = append(points, string(s))
		}
	}
	return points, nil
}

// openELF opens the ELF file at a path of the tree.
func openELF(t *tree.Tree, file string) (*elf.File, error) {
	n, err := t.Lookup(file)
	if err != nil {
		return nil, err
	}
	if n.Kind != tree.Regular || n.Content == nil {
		return nil, fmt.Errorf("%s: not an ELF file", file)
	}
	f, err := elf.NewFile(n.Content)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return f, nil
}

func readOnlyData(t *tree.Tree, file string) ([]byte, error) {
	f, err := openELF(t, file)
	if err != nil {
		return nil, err
	}
	s := f.Section(".rodata")
	if s == nil {
		return nil, nil
	}
	return s.Data()
}

// versionIn finds the version of a program or library, such as "3.24.49", that
// stands alone in its constant data. The lower one beside it is that of the
// interface for modules.
func versionIn(t *tree.Tree, file string, major string) (string, error) {
	data, err := readOnlyData(t, file)
	if err != nil {
		return "", err
	}
	re := regexp.MustCompile(`^` + regexp.QuoteMeta(major) + `\.[0-9]+\.[0-9]+$`)
	version := ""
	for s := range bytes.SplitSeq(data, []byte{0}) {
		if re.Match(s) && compareKernels(string(s), version) > 0 {
			version = string(s)
		}
	}
	if version == "" {
		return "", fmt.Errorf("%s: no version %s.x", file, major)
	}
	return version, nil
}

// queryIMModules models gtk-query-immodules-3.0 --update-cache: it lists what
// the input methods of GTK say of themselves. They say it in a constant
// structure of five strings, which the model reads in the file.
func queryIMModules(p *proc.Proc) (int, error) {
	if len(p.Args) != 2 || p.Args[1] != "--update-cache" {
		return 0, p.Unmodelledf("arguments %q", p.Args[1:])
	}
	lib := path.Dir(path.Dir(p.Args[0]))
	version, err := versionIn(p.Tree, lib+"/libgtk-3.so.0", "3")
	if err != nil {
		return 0, err
	}
	base := lib + "/gtk-3.0"
	dirs := []string{base + "/3.0.0/linux/immodules", base + "/3.0.0/immodules", base + "/linux/immodules", base + "/immodules"}
	text := "# GTK+ Input Method Modules file\n# Automatically generated file, do not edit\n" +
		"# Created by " + p.Args[0] + " from gtk+-" + version + "\n#\n# ModulesPath = " + strings.Join(dirs, ":") + "\n#\n"
	for _, dir := range dirs {
		n, err := p.Tree.Lookup(dir)
		if err != nil {
			continue
		}
		for _, name := range n.Names() {
			if !strings.HasSuffix(name, ".so") {
				continue
			}
			entry, err := inputMethods(p.Tree, dir+"/"+name)
			if err != nil {
				return 0, err
			}
			if entry == "" {
				return 0, p.Unmodelledf("module %q", dir+"/"+name)
			}
			text += entry + "\n"
		}
	}
	return 0, p.Tree.WriteFile(base+"/3.0.0/immodules.cache", []byte(text), 0o644)
}

// inputMethods finds the structures GtkIMContextInfo of a module: five pointers
// in a row, the third to the name of GTK's translations.
func inputMethods(t *tree.Tree, file string) (string, error) {
	f, err := openELF(t, file)
	if err != nil {
		return "", err
	}
	pointers, err := relativePointers(f)
	if err != nil {
		return "", err
	}
	text := "\"" + file + "\" \n"
	found := false
	for _, at := range sortedKeys(pointers) {
		var info []string
		for i := range uint64(5) {
			target, ok := pointers[at+8*i]
			if !ok {
				break
			}
			info = append(info, cString(f, target))
		}
		if len(info) < 5 || info[2] != "gtk30" {
			continue
		}
		found = true
		for _, s := range info {
			text += "\"" + s + "\" "
		}
		text += "\n"
	}
	if !found {
		return "", nil
	}
	return text, nil
}

func sortedKeys(m map[uint64]uint64) []uint64 {
	var keys []uint64
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// relativePointers reads the pointers that the dynamic linker sets to places in
// the file itself, from address to address.
func relativePointers(f *elf.File) (map[uint64]uint64, error) {
	pointers := map[uint64]uint64{}
	s := f.Section(".rela.dyn")
	if s == nil || f.Class != elf.ELFCLASS64 {
		return pointers, nil
	}
	data, err := s.Data()
	if err != nil {
		return nil, err
	}
	relative := map[elf.Machine]uint32{elf.EM_X86_64: uint32(elf.R_X86_64_RELATIVE), elf.EM_AARCH64: uint32(elf.R_AARCH64_RELATIVE)}[f.Machine]
	le := binary.LittleEndian
	for ; len(data) >= 24; data = data[24:] {
		if uint32(le.Uint64(data[8:])) == relative && relative != 0 {
			pointers[le.Uint64(data)] = le.Uint64(data[16:])
		}
	}
	return pointers, nil
}

// cString reads the string at an address.
func cString(f *elf.File, addr uint64) string {
	for _, s := range f.Sections {
		if s.Type != elf.SHT_PROGBITS || addr < s.Addr || addr >= s.Addr+s.Size {
			continue
		}
		var buf [4096]byte
		n, _ := s.ReadAt(buf[:], int64(addr-s.Addr))
		text, _, _ := bytes.Cut(buf[:n], []byte{0})
		return string(text)
	}
	return ""
}
