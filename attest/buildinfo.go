package attest

import (
	"bytes"
	"encoding/json"
	"fmt"

	"coen/debian/archive"
)

// A BuildInfo is what a build leaves beside the ISO: the digests of what went in
// and came out.
type BuildInfo struct {
	Image   string         `json:"name"`
	Release string         `json:"release"`
	Recipe  archive.Digest `json:"recipe_sha256"`
	Lock    archive.Digest `json:"lock_sha256"`
	ISO     archive.Digest `json:"iso_sha256"`
	Size    int64          `json:"iso_size"` // of the ISO in bytes
	Tool    Tool           `json:"tool"`
	// Overlays are those in the ISO, and Open is the ISO without them.
	Overlays []Overlay       `json:"overlays,omitempty"`
	Open     *archive.Digest `json:"open_iso_sha256,omitempty"`
}

// An Overlay is a vendor's archive of which an ISO has files.
type Overlay struct {
	Name    string         `json:"name"`
	Archive string         `json:"archive"`
	SHA256  archive.Digest `json:"sha256"`
}

// Bytes returns the file.
func (b *BuildInfo) Bytes() []byte {
	data, _ := json.MarshalIndent(b, "", "  ") // there is nothing in it that JSON cannot say
	return append(data, '\n')
}

// ParseBuildInfo reads the file.
func ParseBuildInfo(data []byte) (*BuildInfo, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	var b BuildInfo
	if err := dec.Decode(&b); err != nil {
		return nil, fmt.Errorf("buildinfo: %w", err)
	}
	return &b, nil
}

// Built makes a statement from what a build left. The ISO is the one it gave,
// and so is what the statement is about; Expect makes it about another. Time,
// circumstances and note are the caller's to add.
func (b *BuildInfo) Built(name string) *Statement {
	return &Statement{
		ISO: File{name, b.ISO},
		Body: Body{
			Result: Reproduced, Built: b.ISO, Size: b.Size,
			Image: b.Image, Release: b.Release, Recipe: b.Recipe, Lock: b.Lock, Tool: b.Tool,
		},
	}
}

// Expect makes the statement one about the ISO that a release claims.
func (s *Statement) Expect(iso File) {
	s.ISO = iso
	if s.Body.Result == Reproduced && s.Body.Built != iso.SHA256 {
		s.Body.Result = Differs
	}
}
