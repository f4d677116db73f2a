package sbom

import (
	"regexp"
	"strings"
)

// spdxNames are identifiers of SPDX's list that copyright files use in the same
// sense, whatever the case of their letters.
var spdxNames = strings.Fields(`
	0BSD AFL-2.1 AFL-3.0 Apache-1.1 Apache-2.0 Artistic-1.0 Artistic-2.0
	BSD-1-Clause BSD-2-Clause BSD-3-Clause BSD-4-Clause BSD-4-Clause-UC BSD-Source-Code BSL-1.0
	CC-BY-2.0 CC-BY-3.0 CC-BY-4.0 CC-BY-SA-2.0 CC-BY-SA-3.0 CC-BY-SA-4.0 CC0-1.0 CDDL-1.0 CDDL-1.1
	CPL-1.0 curl EPL-1.0 EPL-2.0 FSFAP FSFUL FSFULLR FTL HPND HPND-sell-variant ICU IJG ISC JSON
	libtiff MIT MIT-0 MIT-CMU MPL-1.0 MPL-1.1 MPL-2.0 MS-PL NCSA NTP OFL-1.0 OFL-1.1 OLDAP-2.8
	OpenSSL PHP-3.01 Python-2.0 QPL-1.0 Ruby SGI-B-2.0 SISSL Sleepycat SMLNJ TCL
	Unicode-3.0 Unicode-DFS-2016 Unlicense Vim W3C WTFPL X11 Zlib zlib-acknowledgement ZPL-2.0 ZPL-2.1`)

// debianNames are Debian's names, in lower case, for licences that SPDX calls
// otherwise (copyright-format 1.0, section "License specification").
var debianNames = map[string]string{
	"apache":       "Apache-1.0",
	"apache-2":     "Apache-2.0",
	"artistic":     "Artistic-1.0",
	"artistic-1":   "Artistic-1.0",
	"artistic-2":   "Artistic-2.0",
	"boost-1.0":    "BSL-1.0",
	"bsd-2":        "BSD-2-Clause",
	"bsd-3":        "BSD-3-Clause",
	"cc0":          "CC0-1.0",
	"expat":        "MIT",
	"freetype":     "FTL",
	"sil-1.1":      "OFL-1.1",
	"sil-ofl-1.1":  "OFL-1.1",
	"x11/mit":      "X11",
	"zlib/libpng":  "Zlib",
	"openldap-2.8": "OLDAP-2.8",

	"gfdl-niv-1.1":  "GFDL-1.1-no-invariants-only",
	"gfdl-niv-1.1+": "GFDL-1.1-no-invariants-or-later",
	"gfdl-niv-1.2":  "GFDL-1.2-no-invariants-only",
	"gfdl-niv-1.2+": "GFDL-1.2-no-invariants-or-later",
	"gfdl-niv-1.3":  "GFDL-1.3-no-invariants-only",
	"gfdl-niv-1.3+": "GFDL-1.3-no-invariants-or-later",
}

// gnu matches the licences of GNU, with the version and "+" or its like.
var gnu = regexp.MustCompile(`^(a?gpl|lgpl|gfdl)-([123](?:\.[0-9])?)(\+|-or-later|-only)?$`)

// gnuVersions are the versions there are, by family.
var gnuVersions = map[string]string{
	"gpl": "1.0 2.0 3.0", "lgpl": "2.0 2.1 3.0", "agpl": "1.0 3.0", "gfdl": "1.1 1.2 1.3",
}

// known returns SPDX's name for a licence of a copyright file, or "".
func known(name string) string {
	lower := strings.ToLower(name)
	if id := debianNames[lower]; id != "" {
		return id
	}
	for _, id := range spdxNames {
		if strings.ToLower(id) == lower {
			return id
		}
	}
	m := gnu.FindStringSubmatch(lower)
	if m == nil {
		return ""
	}
	version := m[2]
	if len(version) == 1 {
		version += ".0"
	}
	if !strings.Contains(gnuVersions[m[1]], version) {
		return ""
	}
	if m[3] == "+" || m[3] == "-or-later" {
		return strings.ToUpper(m[1]) + "-" + version + "-or-later"
	}
	return strings.ToUpper(m[1]) + "-" + version + "-only"
}
