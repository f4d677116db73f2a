package explain

import "time"

// A Chain explains one path.
type Chain struct {
	// Path is the one asked for, Real where it leads to, when directories on the
	// way are symbolic links.
	Path string `json:"path"`
	Real string `json:"real"`
	// Kind is as find(1) prints it: f, d, l, c, b or p.
	Kind string `json:"kind"`
	Mode string `json:"mode"` // four octal digits
	UID  uint32 `json:"uid"`
	GID  uint32 `json:"gid"`
	// Digest is the SHA-256 of a regular file, the quoted target of a link,
	// MAJOR:MINOR of a device, "-" otherwise.
	Digest string `json:"digest"`
	// Intact tells that what lies in the image is what the provenance list says.
	// Found is what lies there, if it is not.
	Intact bool   `json:"intact"`
	Found  string `json:"found,omitempty"`

	Made    Author   `json:"made"`
	Changed []Author `json:"changed,omitempty"` // who changed owner, mode or times, oldest first

	Package *Package `json:"package,omitempty"` // that the author belongs to
	Suite   *Suite   `json:"suite,omitempty"`   // that has the package
}

// An Author wrote a path or changed it.
type Author struct {
	Kind   string `json:"kind"` // package, script, trigger, rule or tool
	Name   string `json:"name,omitempty"`
	Detail string `json:"detail,omitempty"`
	// Lines are what Detail refers to, in a script or in the recipe.
	Lines []Line `json:"lines,omitempty"`
}

// A Line is one of a text file.
type Line struct {
	File   string `json:"file"`
	Number int    `json:"number"` // from 1
	Text   string `json:"text"`
}

// A Package is one of the lock.
type Package struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Arch    string `json:"arch"`
	Path    string `json:"path"` // below the archive's root
	Size    int64  `json:"size"` // bytes
	SHA256  string `json:"sha256"`
	Reason  string `json:"reason"` // why it is in the image
}

// A Suite vouches for a package.
type Suite struct {
	Archive string    `json:"archive"`
	Name    string    `json:"name"`
	Date    time.Time `json:"date"`
	// InRelease is the SHA-256 of the signed file, which lies on the medium.
	InRelease string `json:"inrelease_sha256"`
	// Index is the path of the Packages index below the archive's root, and its
	// SHA-256 as the InRelease file has it.
	Index       string `json:"index"`
	IndexSHA256 string `json:"index_sha256"`
	// Listed is "yes" if the index lists the package as the lock does, and
	// "not looked at" if no store has the index.
	Listed     string      `json:"listed"`
	Signatures []Signature `json:"signatures"`
}

// A Signature is a good one, judged at the time of the lock.
type Signature struct {
	Fingerprint string    `json:"fingerprint"`
	Signer      string    `json:"signer"`
	Made        time.Time `json:"made"`
}

// Values of Suite.Listed.
const (
	Listed      = "yes"
	NotLookedAt = "not looked at"
)
