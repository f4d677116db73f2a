package diff

import "coen/inspect"

// A Report says how B differs from A.
type Report struct {
	A         Subject   `json:"a"`
	B         Subject   `json:"b"`
	Identical bool      `json:"identical"`  // the bytes are the same
	Paths     bool      `json:"paths_only"` // paths were compared, and not the bytes around them
	Cause     string    `json:"cause"`      // one sentence
	Packages  []Package `json:"packages,omitempty"`
	Changes   []Change  `json:"changes,omitempty"`
}

// Different reports whether there is any difference.
func (r *Report) Different() bool {
	return len(r.Packages)+len(r.Changes) > 0 || !r.Identical && !r.Paths
}

// A Subject is one of the two that are compared.
type Subject struct {
	Name    string `json:"name"`
	Release string `json:"release,omitempty"` // "coen 3.0.0"
	Size    int64  `json:"size,omitempty"`    // in bytes, of an image
	SHA256  string `json:"sha256,omitempty"`  // of the image; empty if it was compared with a Root
	Lock    string `json:"lock_sha256,omitempty"`
}

// A Package differs in its version, or in its bytes, or is in one only.
type Package struct {
	Name string `json:"name"`
	A    string `json:"a,omitempty"` // version; empty if A does not have it
	B    string `json:"b,omitempty"`
	// Bytes is set when the version is the same and the package file is not.
	Bytes bool `json:"bytes,omitempty"`
}

// Kinds of change.
const (
	Added   = "added"   // only B has it
	Removed = "removed" // only A has it
	Changed = "changed" // both have it
)

// Places of changes that are not at a path, beside those of package inspect.
const (
	OfImage      inspect.Place = "image"      // volume descriptors, sizes
	OfPartitions inspect.Place = "partitions" // MBR and GPT
	OfBoot       inspect.Place = "boot"       // El Torito boot images
	OfMenu       inspect.Place = "menu"       // boot menus, an entry each
	OfLock       inspect.Place = "lock"       // what a lock says beside its packages
)

// A Change is a path, or a part of an image, that is not the same in both.
type Change struct {
	Place  inspect.Place `json:"place"`
	Path   string        `json:"path"`
	Kind   string        `json:"kind"`
	Traits []Trait       `json:"traits,omitempty"` // in what they differ, if both have it
	Author string        `json:"author,omitempty"` // who made it so
	Detail string        `json:"detail,omitempty"` // for reading, some lines
	// Follows says of what other change this is a consequence, "" for none.
	Follows string `json:"follows,omitempty"`
}

// A Trait is one respect in which A and B differ, in words.
type Trait struct {
	Name string `json:"name"` // "mode", "content", "argument"
	A    string `json:"a,omitempty"`
	B    string `json:"b,omitempty"`
}

// only reports whether the change is one of a single trait with that name.
func (c *Change) only(trait string) bool {
	return len(c.Traits) == 1 && c.Traits[0].Name == trait
}
