// Package explain says of any path of an image's root file system who wrote it,
// and follows that back to a signature of Debian's:
//
//	path → author → package → Packages index → InRelease → signing key
//
// The author is a package that ships the path, a line of a maintainer script
// with the command that wrote it, a trigger, a rule with its line in the recipe,
// or COEN itself. All comes from the medium, but for the Packages index, which a
// store may have: without it, that link is named and not looked at.
//
//	e, err := explain.New(image)
//	chain, err := e.Path("/usr/bin/passwd")
//	chain.Text(os.Stdout)
//
// The content of the path is hashed and compared with what the provenance list
// says. Whether that list is right is for package verify to find out.
package explain
