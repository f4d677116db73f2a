// Package version reads and compares Debian package versions.
//
// A version is [epoch:]upstream[-revision], as in Debian Policy 5.6.12 and
// deb-version(7). The order is dpkg's. Runs of digits are compared as numbers
// of any length; nothing overflows.
//
// # Limits
//
// As in dpkg the epoch is at most 2147483647.
package version
