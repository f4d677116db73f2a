// Package catalog compiles the journal's message catalog: the explanations that
// journalctl -x shows, from the text files in /usr/lib/systemd/catalog to the
// database in /var/lib/systemd/catalog, as journalctl --update-catalog does.
//
// The database (systemd's src/libsystemd/sd-journal/catalog.c) is a header,
// items of message id, language and offset sorted by these, and a string buffer.
//
//	err := catalog.Write(tree)
//
// Limits: two files that explain the same message in the same language are an
// error; no package of Debian has such files.
package catalog
