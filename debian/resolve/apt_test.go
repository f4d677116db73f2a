package resolve

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ulikunitz/xz"

	"coen/debian/archive"
	"coen/debian/deb822"
	"coen/internal/oracle"
)

// suites are those whose indices are in testdata, best first.
var suites = []string{"trixie", "trixie-updates", "trixie-security"}

// lists are what the systems people build ask for, beside the essential packages.
var lists = map[string]string{
	"console": `linux-image-amd64 systemd-sysv udev dbus iproute2 ifupdown pciutils usbutils dosfstools exfatprogs
		eject less vim-tiny tree openssl xxd opensc opensc-pkcs11 softhsm2 iputils-ping login passwd bash`,
	"desktop": `linux-image-amd64 systemd-sysv udev dbus iproute2 ifupdown pciutils usbutils dosfstools exfatprogs
		eject less vim tree openssl xxd opensc opensc-pkcs11 softhsm2 iputils-ping login passwd bash links2
		xfce4 xfce4-terminal lightdm cups cups-bsd enscript system-config-printer xpdf thunar-volman gvfs
		ristretto tumbler xserver-xorg xfce4-screenshooter mousepad alsa-utils printer-driver-all`,
	"server": `apache2 exim4-daemon-light default-mysql-server php openssh-server python3-venv build-essential`,
}

func requests(pool *Pool, list string) []Request {
	var all []Request
	for _, name := range pool.Essential() {
		all = append(all, Request{name, "essential"})
	}
	for _, name := range strings.Fields(list) {
		all = append(all, Request{name, "requested"})
	}
	return all
}

// TestAsApt compares with what apt-get would install on an empty system.
func TestAsApt(t *testing.T) {
	oracle.Need(t, "apt-get")
	pool := NewPool("amd64")
	indices := make(map[string][]byte)
	for i, suite := range suites {
		indices[suite] = unpack(t, filepath.Join("testdata", suite+".Packages.xz"))
		addIndex(t, pool, i, indices[suite])
	}
	apt := setUpApt(t, indices)
	for name, list := range lists {
		t.Run(name, func(t *testing.T) {
			selected, err := pool.Resolve(requests(pool, list))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, s := range selected {
				got = append(got, s.Name+" "+s.Version.String())
			}
			want := apt(pool, list)
			for _, line := range got {
				if !slices.Contains(want, line) {
					t.Errorf("apt does not install %s", line)
				}
			}
			for _, line := range want {
				if !slices.Contains(got, line) {
					t.Errorf("apt installs %s, we do not", line)
				}
			}
			t.Logf("%d packages", len(got))
		})
	}
}

func unpack(t testing.TB, name string) []byte {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := xz.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func addIndex(t testing.TB, pool *Pool, suite int, text []byte) {
	t.Helper()
	err := archive.ReadPackages(bytes.NewReader(text), "amd64", func(p *archive.Package) error {
		pool.Add(p, suite)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// setUpApt gives apt a world of its own: an archive in a directory, no package
// installed, nothing of the host's configuration. The function it returns asks
// apt for a list and returns names and versions.
func setUpApt(t *testing.T, indices map[string][]byte) func(*Pool, string) []string {
	t.Helper()
	dir := t.TempDir()
	var sources strings.Builder
	for _, suite := range suites {
		at := filepath.Join(dir, "archive/dists", suite, "main/binary-amd64")
		must(t, os.MkdirAll(at, 0o755))
		must(t, os.WriteFile(filepath.Join(at, "Packages"), indices[suite], 0o644))
		fmt.Fprintf(&sources, "deb [trusted=yes allow-insecure=yes] file:%s/archive %s main\n", dir, suite)
	}
	for _, sub := range []string{"lists/partial", "cache/archives/partial", "etc"} {
		must(t, os.MkdirAll(filepath.Join(dir, sub), 0o755))
	}
	must(t, os.WriteFile(filepath.Join(dir, "sources.list"), []byte(sources.String()), 0o644))
	must(t, os.WriteFile(filepath.Join(dir, "status"), nil, 0o644))
	conf := filepath.Join(dir, "apt.conf")
	must(t, os.WriteFile(conf, fmt.Appendf(nil, `
Dir::State %[1]q; Dir::State::lists "lists"; Dir::State::status "%[1]s/status"; Dir::Cache "%[1]s/cache";
Dir::Etc "%[1]s/etc"; Dir::Etc::sourcelist "%[1]s/sources.list"; Dir::Etc::sourceparts "/dev/null"; Dir::Etc::parts "/dev/null";
APT::Architecture "amd64"; APT::Architectures { "amd64"; }; APT::Solver "internal";
Acquire::Languages "none"; APT::Sandbox::User "";
`, dir), 0o644))
	t.Setenv("APT_CONFIG", conf)
	oracle.Run(t, "apt-get", "update")
	return func(pool *Pool, list string) []string {
		args := append([]string{"-s", "install", "--no-install-recommends"}, pool.Essential()...)
		out := oracle.Run(t, "apt-get", append(args, strings.Fields(list)...)...)
		var all []string
		for line := range strings.Lines(out) { // "Inst name (version origin [arch])"
			if words := strings.Fields(line); len(words) > 2 && words[0] == "Inst" {
				all = append(all, words[1]+" "+strings.TrimPrefix(words[2], "("))
			}
		}
		return all
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var prune = flag.String("prune", "", "directory with full Packages files, named as in testdata, to make testdata from")

// TestPrune makes the indices in testdata from full ones: records of what the
// lists need and of all alternatives and providers there are for it, with the
// fields that matter.
func TestPrune(t *testing.T) {
	if *prune == "" {
		t.Skip("makes testdata; needs -prune")
	}
	pool := NewPool("amd64")
	full := make(map[string][]byte)
	for i, suite := range suites {
		full[suite] = unpack(t, filepath.Join(*prune, suite+".Packages.xz"))
		addIndex(t, pool, i, full[suite])
	}
	keep := make(map[string]bool)
	for _, list := range lists {
		s := newSolver(pool)
		selected, err := pool.Resolve(requests(pool, list))
		must(t, err)
		for _, c := range selected {
			keep[c.Name] = true
			d, err := s.dependencies(c.Candidate)
			must(t, err)
			for _, g := range d.positive {
				for _, r := range g.Group {
					for _, solution := range pool.solutions(r, c.Arch) {
						keep[solution.Name] = true
					}
				}
			}
		}
	}
	for _, suite := range suites {
		records, err := deb822.Parse(full[suite])
		must(t, err)
		f, err := os.Create(filepath.Join("testdata", suite+".Packages.xz"))
		must(t, err)
		w, err := xz.NewWriter(f)
		must(t, err)
		for _, r := range records {
			if keep[r.Get("Package")] {
				fmt.Fprintln(w, pruned(r))
			}
		}
		must(t, cmp.Or(w.Close(), f.Close()))
	}
}

func pruned(r *deb822.Paragraph) *deb822.Paragraph {
	fields := []string{"Package", "Version", "Architecture", "Multi-Arch", "Essential", "Priority", "Provides",
		"Pre-Depends", "Depends", "Conflicts", "Breaks", "Filename", "Size", "SHA256"}
	p := &deb822.Paragraph{}
	for _, f := range r.Fields {
		if slices.Contains(fields, f.Name) {
			p.Fields = append(p.Fields, f)
		}
	}
	return p
}

func BenchmarkResolve(b *testing.B) {
	pool := NewPool("amd64")
	for i, suite := range suites {
		addIndex(b, pool, i, unpack(b, filepath.Join("testdata", suite+".Packages.xz")))
	}
	for b.Loop() {
		if _, err := pool.Resolve(requests(pool, lists["desktop"])); err != nil {
			b.Fatal(err)
		}
	}
}
