// Package report is what the init of package linux writes and package linux
// reads: lines that begin with one of the marks, and JSON.
package report

// Marks.
const (
	Mounted = "coen: mounted " // and a Machine
	Done    = "coen: done"
	Failed  = "coen: failed: " // and why
)

// A Machine is what the kernel says of the machine.
type Machine struct {
	Drive      string // that was mounted
	Command    string // the kernel's command line
	UEFI       bool
	SecureBoot bool
}

// A File is what the kernel says of a file. Names are bytes, so that JSON keeps
// them as they are.
type File struct {
	Name    []byte
	Mode    uint32 // POSIX, with type
	UID     uint32
	GID     uint32
	Links   uint64
	Size    int64
	ModTime int64  // in seconds since 1970
	Target  []byte `json:",omitempty"`
	SHA256  string `json:",omitempty"` // of a regular file
}
