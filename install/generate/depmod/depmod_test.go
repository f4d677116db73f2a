package depmod

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"coen/internal/oracle"
	"coen/tree"
)

const version = "6.1.0-test"

// A source is a module in C, made so that gcc -c yields what the kernel's build
// does where depmod looks.
type source struct {
	path    string
	modinfo []string
	exports []string
	imports []string
}

func (s source) text() string {
	var b strings.Builder
	for i, m := range s.modinfo {
		fmt.Fprintf(&b, "static const char info%d[] __attribute__((section(\".modinfo\"), used, aligned(1))) = %q;\n", i, m)
	}
	for _, e := range s.exports {
		fmt.Fprintf(&b, "int %s(void) { return 0; }\nasm(\".globl __crc_%s\\n.set __crc_%s, 0x1234\");\n", e, e, e)
	}
	for i, name := range s.imports {
		fmt.Fprintf(&b, "int %s(void); int use%d(void) { return %s(); }\n", name, i, name)
	}
	return b.String()
}

var sources = []source{
	{"kernel/lib/base.ko", []string{"license=GPL"}, []string{"base_one", "base_two"}, nil},
	{"kernel/lib/mid-dle.ko", []string{"alias=pci:v0000-middle*", "softdep=pre: crc32c"}, []string{"middle"}, []string{"base_two", "printk"}},
	{"kernel/lib/other.ko", []string{"weakdep=zstd"}, []string{"other"}, []string{"base_one"}},
	{"kernel/drivers/top.ko", []string{"alias=usb:v1234p[0-9a-f]*", "alias=char-major-10-200", "alias=devname:net/top"}, nil, []string{"other", "middle", "base_one"}},
	{"kernel/drivers/alone.ko", []string{"alias=acpi*:A-B:*", "alias=block-major-7-*"}, nil, nil},
}

// compiled writes the modules into a directory as depmod wants it, one of them
// compressed, and returns the directory of the kernel.
func compiled(t *testing.T) (root, dir string) {
	t.Helper()
	oracle.Need(t, "gcc")
	oracle.Need(t, "xz")
	root = t.TempDir()
	dir = filepath.Join(root, "lib/modules", version)
	var order strings.Builder
	for i, s := range sources {
		out := filepath.Join(dir, s.path)
		if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
			t.Fatal(err)
		}
		c := filepath.Join(t.TempDir(), "m.c")
		write(t, c, s.text())
		oracle.Run(t, "gcc", "-c", "-O1", "-o", out, c)
		if i == 1 {
			oracle.Run(t, "xz", "--check=crc32", out)
		}
		order.WriteString(s.path + "\n")
	}
	write(t, filepath.Join(dir, "modules.order"), order.String())
	write(t, filepath.Join(dir, "modules.builtin"), "kernel/fs/ext4/ext-4.ko\nkernel/crypto/aes.ko\n")
	write(t, filepath.Join(dir, "modules.builtin.modinfo"), "ext4.alias=fs-ext4\x00ext4.license=GPL\x00aes.alias=crypto-aes\x00")
	return root, dir
}

func write(t *testing.T, file, content string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// fromDisk reads a kernel's directory into a tree.
func fromDisk(t *testing.T, dir, version string) *tree.Tree {
	t.Helper()
	root := tree.New(1_700_000_000)
	err := filepath.WalkDir(dir, func(name string, e os.DirEntry, err error) error {
		rel, _ := filepath.Rel(dir, name)
		to := modulesDir + version + "/" + rel
		if err != nil {
			return err
		}
		if e.IsDir() {
			return root.MkdirAll(to, 0o755)
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		return root.WriteFile(to, data, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// TestAgainstDepmod compares every file with what depmod makes. (All modules of
// Debian 13's kernel were compared too, with kmod 34: byte for byte the same.)
func TestAgainstDepmod(t *testing.T) {
	oracle.Need(t, "depmod")
	root, dir := compiled(t)
	ours := fromDisk(t, dir, version)
	if err := Generate(ours, version, nil); err != nil {
		t.Fatal(err)
	}
	oracle.Run(t, "depmod", "-b", root, version)
	compare(t, ours, dir, version)
}

func compare(t *testing.T, ours *tree.Tree, dir, version string) {
	t.Helper()
	for _, o := range outputs {
		got, err := ours.ReadFile(modulesDir + version + "/" + o.name)
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(filepath.Join(dir, o.name))
		if os.IsNotExist(err) {
			t.Logf("depmod of this machine does not make %s", o.name)
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(o.name, ".bin") { // kmod before 31 wrote the nodes in another order
			want = decode(t, want)
			got = decode(t, got)
		}
		if o.name == "modules.symbols" { // in the order of a hash table there
			want = sorted(want)
			got = sorted(got)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s differs\nours:\n%.600q\ndepmod's:\n%.600q", o.name, got, want)
		}
	}
}

// decode lists the entries of an index: key, priority and value of each.
func decode(t *testing.T, data []byte) []byte {
	t.Helper()
	number := func(at uint32) uint32 { return binary.BigEndian.Uint32(data[at:]) }
	text := func(at uint32) string {
		s, _, _ := bytes.Cut(data[at:], []byte{0})
		return string(s)
	}
	var out bytes.Buffer
	var visit func(key string, position uint32)
	visit = func(key string, position uint32) {
		at := position & 0x0FFFFFFF
		if position&hasPrefix != 0 {
			prefix := text(at)
			key, at = key+prefix, at+uint32(len(prefix))+1
		}
		var children [256]uint32
		if position&hasChildren != 0 {
			first, last := data[at], data[at+1]
			at += 2
			for c := int(first); c <= int(last); c++ {
				children[c] = number(at)
				at += word
			}
		}
		if position&hasValues != 0 {
			count := number(at)
			for at += word; count > 0; count-- {
				value := text(at + word)
				fmt.Fprintf(&out, "%s %d %s\n", key, number(at), value)
				at += word + uint32(len(value)) + 1
			}
		}
		for c, child := range children {
			if child != 0 {
				visit(key+string(rune(c)), child)
			}
		}
	}
	visit("", number(2*word))
	return out.Bytes()
}

func sorted(data []byte) []byte {
	l := strings.SplitAfter(string(data), "\n")
	slices.Sort(l)
	return []byte(strings.Join(l, ""))
}

// A memo counts what is put into it.
type memo struct {
	sync.Mutex
	kept map[[32]byte][]byte
	puts int
}

func (m *memo) Get(key [32]byte) ([]byte, bool) {
	m.Lock()
	defer m.Unlock()
	value, ok := m.kept[key]
	return value, ok
}

func (m *memo) Put(key [32]byte, value []byte) {
	m.Lock()
	defer m.Unlock()
	m.kept[key] = value
	m.puts++
}

// TestMemo wants the same files from what is remembered as from the modules.
func TestMemo(t *testing.T) {
	_, dir := compiled(t)
	m := &memo{kept: map[[32]byte][]byte{}}
	var want map[string]string
	for _, puts := range []int{len(sources), 0} {
		root := fromDisk(t, dir, version)
		m.puts = 0
		if err := Generate(root, version, m); err != nil || m.puts != puts {
			t.Fatalf("%v; %d modules parsed, want %d", err, m.puts, puts)
		}
		got := map[string]string{}
		for _, o := range outputs {
			data, err := root.ReadFile(modulesDir + version + "/" + o.name)
			if err != nil {
				t.Fatal(err)
			}
			got[o.name] = string(data)
		}
		if want == nil {
			want = got
		}
		if !maps.Equal(got, want) {
			t.Error("what is remembered makes other files")
		}
	}
}

func TestCycle(t *testing.T) {
	a := &module{name: "a", path: "a.ko", facts: &facts{Exports: []string{"x"}, Imports: []string{"y"}}}
	b := &module{name: "b", path: "b.ko", facts: &facts{Exports: []string{"y"}, Imports: []string{"x"}}}
	all := []*module{a, b}
	arrange(all, nil)
	connect(all, owners(all))
	if err := rank(all); err == nil || !strings.Contains(err.Error(), "a, b") {
		t.Errorf("a cycle gives %v", err)
	}
}

func TestDamaged(t *testing.T) {
	for _, body := range []string{"", "\x7fELF", strings.Repeat("x", 200)} {
		root := tree.New(0)
		_ = root.MkdirAll(modulesDir+version, 0o755)
		_ = root.WriteFile(modulesDir+version+"/bad.ko", []byte(body), 0o644)
		if err := Generate(root, version, nil); err == nil || !strings.HasPrefix(err.Error(), "depmod: bad.ko: ") {
			t.Errorf("module %q: %v", body, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("\x7fELF\x02\x01\x01"))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _ = parse(bytes.NewReader(data), false)
	})
}
