package admin

import (
	"bufio"
	"cmp"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"coen/install/proc"
	"coen/tree"
)

// linuxRunHooks runs the hooks of a kernel package: those of administrators and
// of packages, with the parameters of the maintainer script in the environment.
func linuxRunHooks(p *proc.Proc) (int, error) {
	args := p.Args[1:]
	sep := slices.Index(args, "--")
	var kind string
	switch {
	case sep == 4 && args[0] == "image":
		kind = args[1]
	case sep == 3 && args[0] == "headers":
		kind = "header_" + args[1]
	default:
		fmt.Fprintf(p.Stderr(), "Usage: %s image MAINT-SCRIPT KERNEL-VER IMAGE-PATH -- MAINT-PARAMS ...\n", p.Args[0])
		return 2, nil
	}
	call := []string{"run-parts", "--report", "--exit-on-error"}
	for _, a := range args[2:sep] {
		call = append(call, "--arg="+a)
	}
	found := false
	for _, dir := range []string{"/etc/kernel/" + kind + ".d", "/usr/share/kernel/" + kind + ".d"} {
		if n, err := p.Tree.Lookup(dir); err == nil && n.Kind == tree.Directory {
			call, found = append(call, dir), true
		}
	}
	if !found {
		return 0, nil
	}
	child := p.Child(call...)
	child.Env["DEB_MAINT_PARAMS"] = strings.Join(args[sep+1:], " ")
	return child.Run()
}

// A kernel is an installed image with its initramfs, which may be missing.
type kernel struct{ version, image, initrd string }

// kernels lists /boot/vmlinuz-* and vmlinux-*.
func kernels(t *tree.Tree) []kernel {
	n, err := t.Lookup("/boot")
	if err != nil {
		return nil
	}
	var list []kernel
	for _, name := range n.Names() {
		stem, version, ok := strings.Cut(name, "-")
		if ok && (stem == "vmlinuz" || stem == "vmlinux") && !strings.HasSuffix(name, ".sig") {
			list = append(list, kernel{version: version, image: "/boot/" + name})
		}
	}
	return list
}

// linuxUpdateSymlinks keeps /vmlinuz and /initrd.img on the newest kernel, and
// the links ending in .old on the one before.
func linuxUpdateSymlinks(p *proc.Proc) (int, error) {
	if len(p.Args) != 4 {
		fmt.Fprintf(p.Stderr(), "Usage: %s {install|upgrade|remove} KERNEL-VER IMAGE-PATH\n", p.Args[0])
		return 2, nil
	}
	change, version, image := p.Args[1], p.Args[2], p.Args[3]
	if p.Tree.Exists("/etc/kernel-img.conf") {
		return 0, p.Unmodelledf("/etc/kernel-img.conf")
	}
	var list []kernel
	for _, k := range kernels(p.Tree) {
		if k.version == version {
			continue
		}
		if initrd := "/boot/initrd.img-" + k.version; p.Tree.Exists(initrd) {
			k.initrd = initrd
		}
		list = append(list, k)
	}
	added := kernel{version, image, "/boot/initrd.img-" + version}
	if p.Env["INITRD"] == "No" {
		added.initrd = ""
	}
	if change == "upgrade" {
		list = append(list, added)
	}
	slices.SortStableFunc(list, func(a, b kernel) int { return compareKernels(a.version, b.version) })
	for _, link := range []string{"/vmlinuz.old", "/vmlinuz"} {
		list = promote(p.Tree, list, link)
	}
	if change == "install" {
		list = append(list, added)
	}
	return 0, linkKernels(p, list)
}

// promote moves the kernel that a link leads to to the end of the list.
func promote(t *tree.Tree, list []kernel, link string) []kernel {
	n, err := t.Lstat(link)
	if err != nil || n.Kind != tree.Symlink {
		return list
	}
	i := slices.IndexFunc(list, func(k kernel) bool { return k.image == path.Join("/", n.Target) })
	if i < 0 {
		return list
	}
	k := list[i]
	return append(slices.Delete(list, i, i+1), k)
}

func linkKernels(p *proc.Proc, list []kernel) error {
	var now, before kernel
	if len(list) > 0 {
		now = list[len(list)-1]
		before = list[max(0, len(list)-2)]
	}
	for _, l := range []struct{ link, target string }{
		{"/vmlinuz.old", before.image}, {"/initrd.img.old", before.initrd},
		{"/vmlinuz", now.image}, {"/initrd.img", now.initrd},
	} {
		if err := relink(p, l.link, strings.TrimPrefix(l.target, "/")); err != nil {
			return err
		}
	}
	return nil
}

// relink makes link lead to target, or takes it away if target is empty.
func relink(p *proc.Proc, link, target string) error {
	if n, err := p.Tree.Lstat(link); err == nil {
		if n.Target == target {
			return nil
		}
		if err := p.Tree.Remove(link); err != nil {
			return err
		}
	}
	if target == "" {
		return nil
	}
	fmt.Fprintf(p.Stdout(), "I: %s is now a symlink to %s\n", link, target)
	return p.Tree.Symlink(target, link)
}

// linuxVersion compares, sorts and lists kernel versions.
func linuxVersion(p *proc.Proc) (int, error) {
	args := p.Args[1:]
	switch {
	case len(args) == 4 && args[0] == "compare":
		c := compareKernels(args[1], args[3])
		ok, known := map[string]bool{"lt": c < 0, "le": c <= 0, "eq": c == 0, "ge": c >= 0, "gt": c > 0}[args[2]]
		if !known {
			return 2, nil
		}
		if ok {
			return 0, nil
		}
		return 1, nil
	case len(args) > 0 && args[0] == "sort":
		return sortKernels(p, args[1:])
	case len(args) > 0 && args[0] == "list":
		for _, k := range kernels(p.Tree) {
			line := k.version
			if len(args) == 2 && args[1] == "--paths" {
				line += " " + k.image
			}
			fmt.Fprintln(p.Stdout(), line)
		}
		return 0, nil
	}
	fmt.Fprintf(p.Stderr(), "Usage: %s compare KERNEL-VER-1 OP KERNEL-VER-2\n", p.Args[0])
	return 2, nil
}

// sortKernels sorts arguments, or lines that begin with a version.
func sortKernels(p *proc.Proc, args []string) (int, error) {
	sign := 1
	if len(args) > 0 && args[0] == "--reverse" {
		sign, args = -1, args[1:]
	}
	lines := slices.Clone(args)
	if len(args) == 0 {
		input := bufio.NewScanner(p.Stdin())
		for input.Scan() {
			lines = append(lines, input.Text())
		}
	}
	slices.SortStableFunc(lines, func(a, b string) int {
		a, _, _ = strings.Cut(a, " ")
		b, _, _ = strings.Cut(b, " ")
		return sign * compareKernels(a, b)
	})
	for _, l := range lines {
		fmt.Fprintln(p.Stdout(), l)
	}
	return 0, nil
}

var (
	versionPart = regexp.MustCompile(`\d+|-?[^-\d]+|-`)
	prerelease  = regexp.MustCompile(`^-(rc|trunk)$`)
)

// compareKernels orders kernel versions: numbers by value, release candidates
// before everything, the end before what goes on.
func compareKernels(a, b string) int {
	x, y := versionPart.FindAllString(a, -1), versionPart.FindAllString(b, -1)
	for i := range max(len(x), len(y)) + 1 {
		l, r := at(x, i), at(y, i)
		lp, rp := prerelease.MatchString(l), prerelease.MatchString(r)
		if lp != rp {
			if lp {
				return -1
			}
			return 1
		}
		if l == "" || r == "" {
			return cmp.Compare(l, r)
		}
		m, err1 := strconv.ParseUint(l, 10, 64)
		n, err2 := strconv.ParseUint(r, 10, 64)
		c := cmp.Compare(l, r)
		if err1 == nil && err2 == nil {
			c = cmp.Compare(m, n)
		}
		if c != 0 {
			return c
		}
	}
	return 0
}

func at(parts []string, i int) string {
	if i < len(parts) {
		return parts[i]
	}
	return ""
}
