package depmod

import (
	"bytes"
	"debug/elf"
	"fmt"
	"io"
	"path"
	"strings"

	"coen/debian/xz"
)

// maxModule is the size in bytes of the largest module that is read. The
// largest of Debian 13 has 20 MB.
const maxModule = 64 << 20

// A module is what its ELF file says about itself.
type module struct {
	path     string   // below the kernel's directory
	name     string   // as the kernel knows it
	aliases  []string // of modinfo, in the file's order
	softdeps []string
	weakdeps []string
	exports  []string // symbols it offers
	imports  []string // symbols it wants, in the order in which depmod sees them

	index int       // place among all modules
	deps  []*module // whose symbols it wants
	users int       // how many modules want its symbols
	rank  int       // place in the dependency order: users before used
}

// moduleName turns a path into the name of the module: the file's name up to the
// first dot, with underscores for dashes.
func moduleName(file string) string {
	base, _, _ := strings.Cut(path.Base(file), ".")
	return strings.ReplaceAll(base, "-", "_")
}

// isModule reports whether the file's name is that of a module.
func isModule(file string) bool {
	return strings.HasSuffix(file, ".ko") || strings.HasSuffix(file, ".ko.xz")
}

// parse reads a module's ELF file.
func parse(file string, content io.Reader) (*module, error) {
	if strings.HasSuffix(file, ".xz") {
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
	m := &module{path: file, name: moduleName(file)}
	if err := m.readInfo(f); err != nil {
		return nil, err
	}
	return m, m.readSymbols(f)
}

// readInfo reads the section .modinfo: strings KEY=VALUE ended by NUL.
func (m *module) readInfo(f *elf.File) error {
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
			m.aliases = append(m.aliases, value)
		case "softdep":
			m.softdeps = append(m.softdeps, value)
		case "weakdep":
			m.weakdeps = append(m.weakdeps, value)
		}
	}
	return nil
}

// readSymbols reads what the module offers, which are the symbols with a
// checksum __crc_NAME, and what it wants, which are the undefined ones and then
// those of the section __versions that are not among them.
func (m *module) readSymbols(f *elf.File) error {
	symbols, err := f.Symbols()
	if err != nil {
		return fmt.Errorf("symbol table: %w", err)
	}
	wanted := map[string]bool{}
	for _, s := range symbols {
		if name, ok := strings.CutPrefix(s.Name, "__crc_"); ok {
			m.exports = append(m.exports, name)
		}
		if s.Section == elf.SHN_UNDEF && s.Name != "" {
			m.imports = append(m.imports, s.Name)
			wanted[s.Name] = true
		}
	}
	if len(m.exports) == 0 {
		if m.exports, err = strings0(f.Section("__ksymtab_strings")); err != nil {
			return err
		}
	}
	versions, err := versionedSymbols(f.Section("__versions"))
	for _, name := range versions {
		if !wanted[name] {
			m.imports = append(m.imports, name)
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
