package admin

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"coen/install/generate/catalog"
	"coen/install/generate/hwdb"
	"coen/install/internal/getopt"
	"coen/install/proc"
	"coen/tree"
)

// systemdHwdb compiles udev's hardware database: systemd-hwdb [--usr] update.
func systemdHwdb(p *proc.Proc) (int, error) {
	opts, rest, err := getopt.Parse(p.Args[1:], "usr", "s|strict?", "r|root:")
	if err != nil || len(rest) != 1 || rest[0] != "update" {
		return 0, p.Unmodelledf("arguments %q", p.Args[1:])
	}
	dir := "/etc/udev"
	for _, o := range opts {
		switch {
		case o.Name == "usr":
			dir = "/usr/lib/udev"
		case o.Name == "root" && path.Clean(o.Value) != "/":
			return 0, p.Unmodelledf("another root %q", o.Value)
		}
	}
	version, err := systemdVersion(p.Tree)
	if err != nil {
		return 0, err
	}
	return 0, hwdb.Write(p.Tree, dir, version, p.Memo)
}

// systemdVersion is the major version of the tree's systemd, which is in the
// name of its shared library.
func systemdVersion(t *tree.Tree) (uint64, error) {
	lib, err := t.Lookup("/usr/lib")
	if err != nil {
		return 0, err
	}
	for _, triple := range lib.Names() {
		n, err := t.Lookup("/usr/lib/" + triple + "/systemd")
		if err != nil {
			continue
		}
		for _, name := range n.Names() {
			version, ok := strings.CutPrefix(strings.TrimSuffix(name, ".so"), "libsystemd-shared-")
			if v, err := strconv.ParseUint(version, 10, 64); ok && err == nil {
				return v, nil
			}
		}
	}
	return 0, fmt.Errorf("the version of systemd is not known: no libsystemd-shared-*.so")
}

// journalctl compiles the message catalog; it shows no journal.
func journalctl(p *proc.Proc) (int, error) {
	if len(p.Args) != 2 || p.Args[1] != "--update-catalog" {
		return 0, p.Unmodelledf("%s", strings.Join(p.Args[1:], " "))
	}
	return 0, catalog.Write(p.Tree)
}

// perl knows one program, the empty one, by which scripts ask whether Perl can
// run.
func perl(p *proc.Proc) (int, error) {
	if len(p.Args) == 3 && p.Args[1] == "-e" && p.Args[2] == "" {
		return 0, nil
	}
	return 0, p.Unmodelledf("a Perl program")
}

// python does one thing, nothing: it compiles byte code (see Nothing).
func python(p *proc.Proc) (int, error) {
	for _, a := range p.Args[1:] {
		if path.Base(a) == "py_compile.py" {
			return 0, nil
		}
		if !strings.HasPrefix(a, "-") {
			break
		}
	}
	return 0, p.Unmodelledf("a Python program")
}

// helpztags indexes the help of vim add-ons. Directories that do not exist are
// passed over, as the real program does.
func helpztags(p *proc.Proc) (int, error) {
	for _, dir := range p.Args[1:] {
		if p.Tree.Exists(p.Path(dir)) {
			return 0, p.Unmodelledf("help files in %q", dir)
		}
	}
	return 0, nil
}
