package recipe

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"go.yaml.in/yaml/v4"
)

// A Recipe says what an image should be.
type Recipe struct {
	Name         string    `yaml:"name"`         // of the image: the file name's first part
	Release      string    `yaml:"release"`      // of the image, "3.0.0"
	Epoch        time.Time `yaml:"epoch"`        // the time of everything the build itself makes
	Architecture string    `yaml:"architecture"` // a Debian architecture; "amd64" is the one there is

	Sources  []Source `yaml:"sources"`  // the suites packages come from, first preferred
	Packages []string `yaml:"packages"` // to install, with what they depend on

	Programs []string `yaml:"programs"` // of our own, "kskm"

	Debconf   []Answer    `yaml:"debconf"`
	Scripts   []Script    `yaml:"scripts"`
	Files     []File      `yaml:"files"`
	Units     Units       `yaml:"units"`
	Passwords []Password  `yaml:"passwords"`
	Exclude   []Exclusion `yaml:"exclude"`
	Boot      Boot        `yaml:"boot"`
	Limits    Limits      `yaml:"limits"`
	Overlays  []Overlay   `yaml:"overlays"`

	digest string
	text   []byte
}

// A Source is one archive with the suites taken from it.
type Source struct {
	Archive    string   `yaml:"archive"` // "debian", "debian-security": the mirror's directory
	Suites     []string `yaml:"suites"`
	Components []string `yaml:"components"`
}

// An Answer is a debconf answer given before the packages are configured.
type Answer struct {
	Package  string `yaml:"package"`
	Question string `yaml:"question"`
	Type     string `yaml:"type"`
	Value    string `yaml:"value"`
}

// A Script answers openly for a command of a maintainer script that COEN does
// not model, or for a whole script that is not to run.
type Script struct {
	Package string `yaml:"package"`
	Script  string `yaml:"script"`  // preinst, postinst, config
	Command string `yaml:"command"` // as called; empty for the whole script
	Status  int    `yaml:"status"`  // what the command ends with, 0 to 255
	Reason  string `yaml:"reason"`
}

// A File is written into the tree after the packages are installed. Exactly one
// of Content, Link and Directory says what it is.
type File struct {
	Path      string  `yaml:"path"`
	Content   *string `yaml:"content"`
	Link      string  `yaml:"link"`
	Directory bool    `yaml:"directory"`
	Mode      Mode    `yaml:"mode"` // of files and directories; 0 means 0644 and 0755
	Reason    string  `yaml:"reason"`
}

// Units are systemd units to enable or to mask, by name.
type Units struct {
	Enable  []string `yaml:"enable"`
	Disable []string `yaml:"disable"`
	Mask    []string `yaml:"mask"`
	Default string   `yaml:"default"` // the target booted into; empty leaves Debian's
}

// A Password sets the password field of an account in /etc/shadow: "" for none,
// "!" for a locked account, or a crypt(3) hash.
type Password struct {
	Account string `yaml:"account"`
	Field   string `yaml:"field"`
}

// An Exclusion leaves paths of packages out of the image, except those that
// match Keep. Patterns are those of dpkg's --path-exclude: "*" and "?" match "/"
// too.
type Exclusion struct {
	Paths  []string `yaml:"paths"`
	Keep   []string `yaml:"keep"`
	Reason string   `yaml:"reason"`
}

// Boot says how the image starts.
type Boot struct {
	Packages  []string `yaml:"packages"`  // unpacked for their boot loaders only, not installed
	Title     string   `yaml:"title"`     // of menu and boot screen, the release follows; empty for the image's name
	Timeout   int      `yaml:"timeout"`   // of the menu, in seconds, 0 to 3600
	Arguments []string `yaml:"arguments"` // kernel arguments of every entry
	Entries   []Entry  `yaml:"entries"`
	Modules   []string `yaml:"modules"` // kernel modules of the initramfs; what they depend on comes too
}

// Image is the name of the image: that of the recipe and, behind plus signs, those
// of its overlays.
func (r *Recipe) Image() string {
	name := r.Name
	for _, o := range r.Overlays {
		name += "+" + o.Name
	}
	return name
}

// Title is what people read of the image before it runs: "COEN console 3.0.0", or
// "COEN console 3.0.0 with keyper" if it has an overlay.
func (r *Recipe) Title() string {
	title := cmp.Or(r.Boot.Title, r.Name) + " " + r.Release
	for i, o := range r.Overlays {
		title += []string{" with ", ", "}[min(i, 1)] + o.Name
	}
	return title
}

// An Entry is a line of the boot menu.
type Entry struct {
	ID        string   `yaml:"id"`
	Title     string   `yaml:"title"`
	Arguments []string `yaml:"arguments"` // further kernel arguments
}

// Limits stop an image from growing unnoticed.
type Limits struct {
	ISO int64 `yaml:"iso"` // largest size of the ISO in bytes; 0 for none
}

// Parse reads a recipe. name is the file's name, for errors.
func Parse(name string, data []byte) (*Recipe, error) {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	var r Recipe
	if err := dec.Decode(&r); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("recipe %s: empty", name)
		}
		return nil, fmt.Errorf("recipe %s: %w", name, err)
	}
	if err := dec.Decode(new(any)); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("recipe %s: more than one document", name)
	}
	if err := r.Validate(); err != nil {
		return nil, fmt.Errorf("recipe %s: %w", name, err)
	}
	sum := sha256.Sum256(data)
	r.digest = hex.EncodeToString(sum[:])
	r.text = bytes.Clone(data)
	return &r, nil
}

// Digest returns the SHA-256 of the file the recipe was parsed from, in
// lower-case hexadecimal.
func (r *Recipe) Digest() string { return r.digest }

// Text returns the file the recipe was parsed from, which the caller must not
// change.
func (r *Recipe) Text() []byte { return r.text }

// A Mode is a file's permission bits. In YAML it is a string of octal digits,
// "0644", since a bare 0644 means different numbers to different readers.
type Mode uint32

// UnmarshalYAML reads a Mode.
func (m *Mode) UnmarshalYAML(n *yaml.Node) error {
	var v uint32
	if n.Kind != yaml.ScalarNode || n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) == 0 {
		return fmt.Errorf("line %d: a mode is written in quotes, \"0644\"", n.Line)
	}
	if _, err := fmt.Sscanf(n.Value, "%o", &v); err != nil || v > 0o7777 || fmt.Sprintf("%04o", v) != n.Value {
		return fmt.Errorf("line %d: mode %q is not four octal digits", n.Line, n.Value)
	}
	*m = Mode(v)
	return nil
}
