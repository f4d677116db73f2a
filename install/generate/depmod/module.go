package depmod

import (
	"bytes"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"coen/debian/xz"
)

// maxModule is the size in bytes of the largest module that is read. The
// largest of Debian 13 has 20 MB.
const maxModule = 64 << 20

// A module is a file with what it says, and its place among the others.
type module struct {
	path string // below the kernel's directory
	name string // as the kernel knows it
	*facts

	index int       // place among all modules
	deps  []*module // whose symbols it wants
	users int       // how many modules want its symbols
	rank  int       // place in the dependency order: users before used
}

// facts are what a module's ELF file says about itself.
type facts struct {
	Aliases  []string // of modinfo, in the file's order
	Softdeps []string
	Weakdeps []string
	Exports  []string // symbols it offers
	Imports  []string // symbols it wants, in the order in which depmod sees them
}

// moduleName turns a path into the name of the module: the file's name up to the
// first dot, with underscores for dashes.
func moduleName(file string) string {
	base, _, _ := strings.Cut(path.Base(file), ".")
	return strings.ReplaceAll(base, "-", "_")
}

// isModule reports whether the file's name is that of a module.
func isModule(file string) bool {
	return strings.HasSuffix(file, ".ko") || isCompressed(file)
}

func isCompressed(file string) bool { return strings.HasSuffix(file, ".ko.xz") }

// Magic returns the version magic of a module, plain or compressed as its name
// says: the kernel that it is for, with the options that both must share.
func Magic(name string, content io.Reader) (string, error) {
	f, err := open(content, isCompressed(name))
	if err != nil {
		return "", err
	}
	info, err := strings0(f.Section(".modinfo"))
	if err != nil {
		return "", err
	}
	for _, entry := range info {
		if magic, ok := strings.CutPrefix(entry, "vermagic="); ok {
			return strings.TrimSpace(magic), nil
		}
	}
	return "", errors.New("has no version magic")
}

// parse reads a module.
func parse(content io.Reader, compressed bool) (*facts, error) {
	f, err := open(content, compressed)
	if err != nil {
		return nil, err
	}
	m := &facts{}
	if err := m.readInfo(f); err != nil {
		return nil, err
	}
	return m, m.readSymbols(f)
}

// open reads a module's ELF file, which may be compressed.
func open(content io.Reader, compressed bool) (*elf.File, error) {
	if compressed {
		var err error
		if content, err = xz.NewReader(content); err != nil {
			return nil, err
		}
	}
	data, err := io.ReadAll(io.LimitReader(content, maxModule+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxModule {
		return nil, fmt.Errorf("larger than %d bytes", maxModule)
	}
	f, err := elf.NewFile(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	if f.Class != elf.ELFCLASS64 || f.Data != elf.ELFDATA2LSB {
		return nil, fmt.Errorf("%v %v is not 64-bit little-endian ELF", f.Class, f.Data)
	}
	return f, nil
}

// readInfo reads the section .modinfo: strings KEY=VALUE ended by NUL.
func (m *facts) readInfo(f *elf.File) error {
	s := f.Section(".modinfo")
	if s == nil {
		return nil
	}
	data, err := s.Data()
	if err != nil {
		return err
	}
	for entry := range strings.SplitSeq(string(data), "\x00") {
		key, value, _ := strings.Cut(entry, "=")
		switch key {
		case "alias":
			m.Aliases = append(m.Aliases, value)
		case "softdep":
			m.Softdeps = append(m.Softdeps, value)
		case "weakdep":
			m.Weakdeps = append(m.Weakdeps, value)
		}
	}
	return nil
}

// readSymbols reads what the module offers, which are the symbols with a
// checksum __crc_NAME, and what it wants, which are the undefined ones and then
// those of the section __versions that are not among them.
func (m *facts) readSymbols(f *elf.File) error {
	symbols, err := f.Symbols()
	if err != nil {
		return fmt.Errorf("symbol table: %w", err)
	}
	wanted := map[string]bool{}
	for _, s := range symbols {
		if name, ok := strings.CutPrefix(s.Name, "__crc_"); ok {
			m.Exports = append(m.Exports, name)
		}
		if s.Section == elf.SHN_UNDEF && s.Name != "" {
			m.Imports = append(m.Imports, s.Name)
			wanted[s.Name] = true
		}
	}
	if len(m.Exports) == 0 {
		if m.Exports, err = strings0(f.Section("__ksymtab_strings")); err != nil {
			return err
		}
	}
	versions, err := versionedSymbols(f.Section("__versions"))
	for _, name := range versions {
		if !wanted[name] {
			m.Imports = append(m.Imports, name)
		}
	}
	return err
}

// strings0 returns the NUL-ended strings of a section, which may be absent.
func strings0(s *elf.Section) ([]string, error) {
	if s == nil {
		return nil, nil
	}
	data, err := s.Data()
	if err != nil {
		return nil, err
	}
	return strings.FieldsFunc(string(data), func(r rune) bool { return r == 0 }), nil
}

// versionedSymbols reads __versions: records of 64 bytes, a checksum of 8 and a
// name padded with NUL.
func versionedSymbols(s *elf.Section) ([]string, error) {
	if s == nil {
		return nil, nil
	}
	const record, crc = 64, 8
	data, err := s.Data()
	if err != nil {
		return nil, err
	}
	if len(data)%record != 0 {
		return nil, fmt.Errorf("section __versions has %d bytes, not whole records of %d", len(data), record)
	}
	var names []string
	for ; len(data) > 0; data = data[record:] {
		name, _, _ := bytes.Cut(data[crc:record], []byte{0})
		names = append(names, string(name))
	}
	return names, nil
}
