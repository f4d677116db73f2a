package admin

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"coen/install/generate/desktop"
	"coen/install/generate/mime"
	"coen/install/internal/getopt"
	"coen/install/proc"
)

// updateDesktopDatabase models update-desktop-database.
func updateDesktopDatabase(p *proc.Proc) (int, error) {
	opts, dirs, err := getopt.Parse(p.Args[1:], "q|quiet", "v|verbose")
	if err != nil {
		return 0, p.Unmodelledf("arguments %q", p.Args[1:])
	}
	quiet := false
	for _, o := range opts {
		if o.Name == "verbose" {
			return 0, p.Unmodelledf("verbose output")
		}
		quiet = true
	}
	if len(dirs) == 0 {
		dirs = []string{"/usr/local/share/applications", "/usr/share/applications"}
	}
	done := false
	for _, dir := range dirs {
		done = desktop.Write(p.Tree, p.Path(dir)) == nil || done
	}
	if done {
		return 0, nil
	}
	if !quiet {
		fmt.Fprintf(p.Stderr(), "The databases in [%s] could not be updated.\n", strings.Join(dirs, ", "))
	}
	return 1, nil
}

// updateMimeDatabase models update-mime-database.
func updateMimeDatabase(p *proc.Proc) (int, error) {
	opts, dirs, err := getopt.Parse(p.Args[1:], "n", "V")
	if err != nil || len(dirs) != 1 || slices.ContainsFunc(opts, func(o getopt.Option) bool { return o.Name == "V" }) {
		return 0, p.Unmodelledf("arguments %q", p.Args[1:])
	}
	dir := p.Path(dirs[0])
	if packages := path.Join(dir, "packages"); !p.Tree.Exists(packages) {
		fmt.Fprintf(p.Stderr(), "Directory '%s' does not exist!\n", packages)
		return 1, nil
	}
	warnings, err := mime.Write(p.Tree, dir)
	if err != nil {
		return 0, p.Unmodelledf("%v", err)
	}
	for _, w := range warnings {
		fmt.Fprintln(p.Stdout(), w)
	}
	return 0, nil
}
