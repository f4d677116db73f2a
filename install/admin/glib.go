package admin

import (
	"fmt"
	"strings"

	"coen/install/proc"
)

// compileSchemas models glib-compile-schemas.
func compileSchemas(p *proc.Proc) (int, error) {
	if len(p.Args) != 2 || strings.HasPrefix(p.Args[1], "-") {
		return 0, p.Unmodelledf("arguments %q", p.Args[1:])
	}
	n, err := p.Tree.Lookup(p.Path(p.Args[1]))
	if err != nil {
		fmt.Fprintf(p.Stderr(), "Error opening directory %s: No such file or directory\n", p.Args[1])
		return 1, nil
	}
	for _, name := range n.Names() {
		if strings.HasSuffix(name, ".gschema.xml") || strings.HasSuffix(name, ".enums.xml") {
			return 0, p.Unmodelledf("schemas")
		}
	}
	fmt.Fprintln(p.Stdout(), "No schema files found: doing nothing.")
	return 0, nil
}

// queryModules models gio-querymodules, for directories that do not exist or
// hold no modules.
func queryModules(p *proc.Proc) (int, error) {
	for _, dir := range p.Args[1:] {
		n, err := p.Tree.Lookup(p.Path(dir))
		if err != nil {
			continue
		}
		for _, name := range n.Names() {
			if strings.HasSuffix(name, ".so") {
				return 0, p.Unmodelledf("modules in %q", dir)
			}
		}
	}
	return 0, nil
}
