package ldcache

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"coen/install/proc"
	"coen/tree"
)

// A library is one entry of the cache.
type library struct {
	soname string
	path   string // "/lib/x86_64-linux-gnu/libz.so.1"
	flags  uint32
}

// A machine is how a Debian architecture shows in ELF files, in the cache and
// in directory names.
type machine struct {
	elf    elf.Machine
	flags  uint32 // of entries: the ABI, and 3 for the C library 6
	triple string
}

var machines = map[string]machine{
	"amd64":   {elf.EM_X86_64, 0x0303, "x86_64-linux-gnu"},
	"arm64":   {elf.EM_AARCH64, 0x0a03, "aarch64-linux-gnu"},
	"armhf":   {elf.EM_ARM, 0x0903, "arm-linux-gnueabihf"},
	"i386":    {elf.EM_386, 0x0003, "i386-linux-gnu"},
	"riscv64": {elf.EM_RISCV, 0x1003, "riscv64-linux-gnu"},
}

// A candidate is what was found in one directory for a SONAME.
type candidate struct {
	name   string
	soname string
	link   bool
}

// A search walks the library directories.
type search struct {
	tree    *tree.Tree
	machine machine
	memo    proc.Memo           // may be nil
	seen    map[*tree.Node]bool // directories, which may have several names
	found   []library
}

// directories lists where libraries are, in the order of the configuration.
func (s *search) directories() ([]string, error) {
	dirs, err := s.configured("/etc/ld.so.conf", nil)
	if err != nil {
		return nil, err
	}
	return append(dirs, "/lib/"+s.machine.triple, "/usr/lib/"+s.machine.triple, "/lib", "/usr/lib"), nil
}

// configured reads a configuration file: one directory on a line, "include"
// with a pattern, comments from "#".
func (s *search) configured(file string, within []string) ([]string, error) {
	if slices.Contains(within, file) {
		return nil, fmt.Errorf("%s includes itself", file)
	}
	within = append(within, file)
	data, err := s.tree.ReadFile(file)
	if err != nil {
		return nil, nil // ldconfig only warns
	}
	var dirs []string
	for line := range strings.Lines(string(data)) {
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || words[0] == "hwcap":
		case words[0] == "include":
			for _, pattern := range words[1:] {
				for _, name := range s.glob(path.Join(path.Dir(file), pattern), pattern) {
					more, err := s.configured(name, within)
					if err != nil {
						return nil, err
					}
					dirs = append(dirs, more...)
				}
			}
		default:
			dirs = append(dirs, strings.TrimRight(words[0], "/"))
		}
	}
	return dirs, nil
}

// glob lists the files that match a pattern in its last element.
func (s *search) glob(relative, pattern string) []string {
	if path.IsAbs(pattern) {
		relative = pattern
	}
	n, err := s.tree.Lookup(path.Dir(relative))
	if err != nil {
		return nil
	}
	var names []string
	for _, name := range n.Names() {
		if ok, _ := path.Match(path.Base(relative), name); ok && !strings.HasPrefix(name, ".") {
			names = append(names, path.Join(path.Dir(relative), name))
		}
	}
	return names
}

// scan takes the libraries of one directory, unless it was scanned under
// another name.
func (s *search) scan(dir string, makeLinks bool) error {
	n, err := s.tree.Lookup(dir)
	if err != nil || n.Kind != tree.Directory || s.seen[n] {
		return nil
	}
	s.seen[n] = true
	var kept []candidate
	for _, name := range n.Names() {
		if name == "glibc-hwcaps" && len(n.Child(name).Names()) > 0 {
			return fmt.Errorf("%s/%s: libraries for particular processors", dir, name)
		}
		if !isLibrary(name) {
			continue
		}
		c, ok, err := s.inspect(path.Join(dir, name))
		if err != nil {
			return err
		}
		if ok {
			kept = prefer(kept, c)
		}
	}
	for _, c := range kept {
		if !c.link && makeLinks {
			if err := s.makeLink(dir, c); err != nil {
				return err
			}
		}
		s.add(library{c.soname, path.Join(dir, c.soname), s.machine.flags})
	}
	return nil
}

// isLibrary judges a file by its name, as ldconfig does.
func isLibrary(name string) bool {
	if !strings.HasPrefix(name, "lib") && !strings.HasPrefix(name, "ld-") || !strings.Contains(name, ".so") {
		return false
	}
	return !strings.HasSuffix(name, ".new") && !strings.HasSuffix(name, ".tmp") && !strings.HasSuffix(name, "-gdb.py")
}

// inspect reads the SONAME of a library; files that are none are passed over.
func (s *search) inspect(file string) (candidate, bool, error) {
	c := candidate{name: path.Base(file)}
	target, err := s.tree.Resolve(file)
	if err != nil {
		return c, false, nil // a dangling link
	}
	n, err := s.tree.Lookup(target)
	if err != nil || n.Kind != tree.Regular || n.Content == nil {
		return c, false, err
	}
	soname, ok, err := s.recall(n)
	if err != nil || !ok {
		return c, false, err
	}
	if c.soname = soname; soname == "" {
		c.soname = implicitName(c.name)
	}
	if l, err := s.tree.Lstat(file); err == nil && l.Kind == tree.Symlink {
		// A link counts as a link if it has the SONAME's name, or is the one for
		// the static linker ("libz.so" for libz.so.1), which is listed by its own
		// name. Any other counts as a file.
		if c.name == c.soname || strings.HasSuffix(c.name, ".so") && strings.HasPrefix(c.soname, c.name) {
			c.link, c.soname = true, c.name
		}
	}
	return c, true, nil
}

// implicitName is the SONAME of a library that has none: its name up to the
// number after ".so".
func implicitName(name string) string {
	i := strings.LastIndex(name, ".so")
	rest := name[i+3:]
	if rest == "" || rest[0] != '.' {
		return name
	}
	major, _, _ := strings.Cut(rest[1:], ".")
	return name[:i+3] + "." + major
}

// sonameFormat is part of all keys. It changes when the same library would be read
// in another way.
const sonameFormat = 1

// recall is soname, from the memo if that has it: a byte that says whether the file
// is a library, then the name.
func (s *search) recall(n *tree.Node) (name string, ok bool, err error) {
	if s.memo == nil {
		return s.soname(n)
	}
	sum, err := n.Sum()
	if err != nil {
		return "", false, err
	}
	key := sha256.Sum256(fmt.Appendf(nil, "soname %d %v %x", sonameFormat, s.machine.elf, sum))
	if kept, found := s.memo.Get(key); found && len(kept) > 0 {
		return string(kept[1:]), kept[0] == 'y', nil
	}
	if name, ok, err = s.soname(n); err != nil {
		return "", false, err
	}
	is := "n"
	if ok {
		is = "y"
	}
	s.memo.Put(key, []byte(is+name))
	return name, ok, nil
}

// soname reads DT_SONAME of a shared library of the right machine.
func (s *search) soname(n *tree.Node) (name string, ok bool, err error) {
	var magic [4]byte
	if _, err := n.Content.ReadAt(magic[:], 0); err != nil && err != io.EOF {
		return "", false, err
	}
	if !bytes.Equal(magic[:], []byte(elf.ELFMAG)) {
		return "", false, nil
	}
	f, err := elf.NewFile(n.Content)
	if err != nil {
		var format *elf.FormatError
		if errors.As(err, &format) {
			return "", false, nil
		}
		return "", false, err
	}
	if f.Machine != s.machine.elf || f.Type != elf.ET_DYN {
		return "", false, nil
	}
	names, err := f.DynString(elf.DT_SONAME)
	if err != nil || len(names) == 0 {
		return "", true, nil
	}
	return names[0], true, nil
}

// prefer adds a candidate, or lets it take the place of one with the same
// SONAME: a file before a link, the higher version before the lower.
func prefer(kept []candidate, c candidate) []candidate {
	for i, old := range kept {
		if old.soname != c.soname {
			continue
		}
		if !c.link && old.link || c.link == old.link && compareNames(old.name, c.name) < 0 {
			kept[i] = c
		}
		return kept
	}
	return append(kept, c)
}

// makeLink makes the symbolic link by which programs find the library.
func (s *search) makeLink(dir string, c candidate) error {
	link := path.Join(dir, c.soname)
	n, err := s.tree.Lstat(link)
	switch {
	case c.name == c.soname:
		return nil
	case err != nil:
		return s.tree.Symlink(c.name, link)
	case n.Kind != tree.Symlink:
		return nil
	}
	was, err1 := s.tree.Resolve(link)
	is, err2 := s.tree.Resolve(path.Join(dir, c.name))
	if err1 == nil && err2 == nil && was == is {
		return nil
	}
	if err := s.tree.Remove(link); err != nil {
		return err
	}
	return s.tree.Symlink(c.name, link)
}

// add inserts an entry where it belongs: names descending, those equal in the
// order in which they came.
func (s *search) add(l library) {
	i := 0
	for i < len(s.found) && order(s.found[i], l) <= 0 {
		i++
	}
	s.found = slices.Insert(s.found, i, l)
}

func order(a, b library) int {
	if c := compareNames(b.soname, a.soname); c != 0 {
		return c
	}
	return cmp.Compare(b.flags, a.flags)
}

// compareNames compares as glibc's _dl_cache_libcmp: runs of digits by value.
func compareNames(a, b string) int {
	for a != "" {
		switch {
		case isDigit(a[0]) && b != "" && isDigit(b[0]):
			var x, y uint64
			x, a = leadingNumber(a)
			y, b = leadingNumber(b)
			if x != y {
				return cmp.Compare(x, y)
			}
			continue
		case isDigit(a[0]):
			return 1
		case b != "" && isDigit(b[0]):
			return -1
		case b == "" || a[0] != b[0]:
			if b == "" {
				return int(a[0])
			}
			return int(a[0]) - int(b[0])
		}
		a, b = a[1:], b[1:]
	}
	if b == "" {
		return 0
	}
	return -int(b[0])
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func leadingNumber(s string) (n uint64, rest string) {
	for s != "" && isDigit(s[0]) {
		n = n*10 + uint64(s[0]-'0')
		s = s[1:]
	}
	return n, s
}
