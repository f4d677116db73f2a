// Package mirror brings objects of Debian's archives into a store, from
// wherever they can be had.
//
// An archive is named "debian" or "debian-security", and an object in it by the
// path below the archive's root; neither says anything about hosts. A [List]
// says where copies of the archives are. They are tried in its order:
//
//  1. what the user names, see [Parse];
//  2. what the host's own apt uses, see [FromApt];
//  3. Debian's public snapshot archive at a given time, see [Snapshot].
//
// Trust does not enter: each object is known by size and SHA-256 before it is
// fetched and checked before it is stored, and InRelease files are checked by
// their signatures. The worst a mirror can do is not to deliver.
//
// # Failures
//
// A line that is cut or stalls is taken up again where it broke off, after a
// pause; a host that repeatedly gives nothing at all is left out for the rest;
// what one mirror does not have or has wrong, the next is asked for. What no
// mirror has is reported in one [failure.MissingError] for all objects. If a
// mirror delivered other bytes than those asked for and no other delivered the
// right ones, the error is a [failure.RefusedError].
package mirror
