// Package sbom lists what an image is made of, for programs that read such lists:
// in SPDX 2.3 as JSON (ISO/IEC 5962's successor) and in CycloneDX 1.6 as JSON.
//
// [New] collects the parts: the packages of the lock with what dpkg's status
// database in the image and the packages' copyright files say of them, our own
// programs and the Go modules in them, the archives of overlays, and who depends on
// whom. [BOM.SPDX] and [BOM.CycloneDX] write them.
//
// Equal inputs give equal bytes. Identifiers derive from SHA-256 digests, the time
// is the recipe's epoch.
//
// # Licences
//
// A licence is the one that a copyright file declares, where that is in Debian's
// machine-readable form, version 1.0; nobody concluded anything. Names are
// translated into SPDX's where they mean the same. Others become LicenseRefs with
// the text that the copyright file gives. Where a file is in no such form, or a
// package is not installed but only searched for boot loaders, it is NOASSERTION.
package sbom
