package admin

import (
	"fmt"
	"slices"
	"strings"

	"coen/install/generate/gschema"
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
	isSchema := func(name string) bool {
		return strings.HasSuffix(name, ".gschema.xml") || strings.HasSuffix(name, ".enums.xml")
	}
	if !slices.ContainsFunc(n.Names(), isSchema) {
		fmt.Fprintln(p.Stdout(), "No schema files found: doing nothing.")
	}
	return 0, gschema.Write(p.Tree, p.Path(p.Args[1]))
}
