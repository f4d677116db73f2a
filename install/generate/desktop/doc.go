// Package desktop makes the database of applications by the media types that
// they open, /usr/share/applications/mimeinfo.cache, as update-desktop-database
// of desktop-file-utils 0.28 does.
package desktop
