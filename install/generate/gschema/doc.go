// Package gschema compiles GSettings schemas: the files *.gschema.xml,
// *.enums.xml and *.gschema.override of a directory into gschemas.compiled, as
// glib-compile-schemas(1) does.
//
// The result is a GVDB file: hash tables of keys whose values are serialised
// GVariants. Byte for byte it is what glib-compile-schemas writes, which takes
// some care: where keys collide in a GVDB table their order is that in which
// GLib's own hash table happens to enumerate them, so that table is done over
// (package ghash).
//
//	err := gschema.Write(tree, "/usr/share/glib-2.0/schemas")
//
// Limits: GLib leaves out a file with a mistake in it and goes on; here a
// mistake is an error, since a package with one is broken. Schemas with more
// than one default translated by context, and the types "h", "*" and "?", which
// no schema can have, are refused.
package gschema
