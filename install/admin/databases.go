package admin

import (
	"fmt"
	"strings"

	"coen/install/generate/desktop"
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
