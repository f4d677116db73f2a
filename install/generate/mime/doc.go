// Package mime makes the shared database of media types, /usr/share/mime, from
// the XML files of its directory packages, as update-mime-database of
// shared-mime-info 2.4 does: lists for each way in which a file's type is found,
// an XML file for each type, and mime.cache, which has all of them in one.
//
// Several of the files list what a hash table of GLib enumerates, in that order.
package mime
