package admin

import (
	"path"

	"coen/install/generate/ldcache"
	"coen/install/internal/getopt"
	"coen/install/proc"
)

// ldconfig rebuilds the cache of shared libraries.
func ldconfig(p *proc.Proc) (int, error) {
	opts, rest, err := getopt.Parse(p.Args[1:], "r|root:", "v|verbose", "N", "X", "i|ignore-aux-cache")
	if err != nil || len(rest) > 0 {
		return 0, p.Unmodelledf("arguments %q", p.Args[1:])
	}
	do := ldcache.Write
	for _, o := range opts {
		switch {
		case o.Name == "root" && path.Clean(o.Value) != "/":
			return 0, p.Unmodelledf("another root %q", o.Value)
		case o.Name == "N":
			do = ldcache.Links
		case o.Name == "X":
			do = ldcache.Index
		}
	}
	return 0, do(p.Tree, p.Arch, p.Memo)
}
