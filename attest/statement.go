package attest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"coen/debian/archive"
)

// A Result says what came of a build.
type Result string

// The results.
const (
	Reproduced Result = "reproduced" // the build gave the ISO that the statement is about
	Differs    Result = "differs"    // it gave another
	Failed     Result = "failed"     // it gave none
)

// A Statement says what a builder got from a lock. Everything in it is the
// builder's word.
type Statement struct {
	// ISO is the image that the statement is about: the one that a release
	// claims, or the builder's own if there is no claim yet.
	ISO  File
	Body Body
}

// A File is a file by name and content.
type File struct {
	Name   string
	SHA256 archive.Digest
}

// A Body is the predicate: what was built, by what, and how it came out.
type Body struct {
	Result Result `json:"result"`
	// Built is the SHA-256 of what came out, Size its length in bytes. Both
	// are absent if nothing did.
	Built archive.Digest `json:"built_sha256,omitzero"`
	Size  int64          `json:"built_size,omitzero"`

	Image   string         `json:"image"`   // name in the recipe
	Release string         `json:"release"` // likewise
	Recipe  archive.Digest `json:"recipe_sha256"`
	Lock    archive.Digest `json:"lock_sha256"`

	Tool Tool `json:"tool"`
	// Varied says under which circumstances the build ran, such as "umask":
	// "0077".
	Varied map[string]string `json:"varied,omitempty"`
	// Time of the statement, in UTC and whole seconds.
	Time time.Time `json:"time"`
	// Note is for people: why a build failed, what was special.
	Note string `json:"note,omitempty"`
}

// A Tool is the program that built.
type Tool struct {
	SHA256   archive.Digest `json:"sha256"`          // of its file
	Go       string         `json:"go"`              // the toolchain that compiled it, "go1.26.8"
	Modules  archive.Digest `json:"modules_sha256"`  // of the list of modules it is made from
	Programs archive.Digest `json:"programs_sha256"` // of the list of programs it puts into images
}

// The wire form: in-toto Statement, version 1.
type statement struct {
	Type          string     `json:"_type"`
	Subject       [1]subject `json:"subject"`
	PredicateType string     `json:"predicateType"`
	Predicate     Body       `json:"predicate"`
}

type subject struct {
	Name   string `json:"name"`
	Digest struct {
		SHA256 archive.Digest `json:"sha256"`
	} `json:"digest"`
}

const (
	statementType = "https://in-toto.io/Statement/v1"
	predicateType = "coen:rebuild/1"
)

// Bytes returns the statement as JSON. It is deterministic.
func (s *Statement) Bytes() []byte {
	w := statement{Type: statementType, PredicateType: predicateType, Predicate: s.Body}
	w.Subject[0].Name = s.ISO.Name
	w.Subject[0].Digest.SHA256 = s.ISO.SHA256
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	_ = enc.Encode(w) // there is nothing in it that JSON cannot say
	return b.Bytes()
}

// Parse reads a statement. It accepts what Bytes writes and nothing else.
func Parse(data []byte) (*Statement, error) {
	var w statement
	if err := json.Unmarshal(data, &w); err != nil {
		return nil, fmt.Errorf("statement: %w", err)
	}
	if w.Type != statementType || w.PredicateType != predicateType {
		return nil, fmt.Errorf("statement: type %.60q about %.60q is not known", w.Type, w.PredicateType)
	}
	s := &Statement{ISO: File{w.Subject[0].Name, w.Subject[0].Digest.SHA256}, Body: w.Predicate}
	if err := s.Check(); err != nil {
		return nil, fmt.Errorf("statement: %w", err)
	}
	if !bytes.Equal(s.Bytes(), data) {
		return nil, errors.New("statement: not in canonical form")
	}
	return s, nil
}
