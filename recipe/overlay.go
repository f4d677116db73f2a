package recipe

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// An Overlay is software of a vendor, taken from an archive that the operator has.
// Nothing of it is run while the image is built: there is no key for that.
type Overlay struct {
	Name    string        `yaml:"name"`
	Archive string        `yaml:"archive"` // name of the file
	SHA256  string        `yaml:"sha256"`  // of the file
	Files   []OverlayFile `yaml:"files"`
	Modules []string      `yaml:"modules"` // kernel modules, as named in the archive

	Libraries   []string          `yaml:"libraries"`   // directories the dynamic linker is to search
	Path        []string          `yaml:"path"`        // directories behind those of PATH
	Environment map[string]string `yaml:"environment"` // of login shells
	HSM         string            `yaml:"hsm"`         // text of an .hsmconfig file
	Udev        string            `yaml:"udev"`        // text of a file of udev rules
}

// An OverlayFile says where a file goes. Exactly one of From and Link is given.
type OverlayFile struct {
	Path string `yaml:"path"` // in the image
	From string `yaml:"from"` // in the archive
	Link string `yaml:"link"` // target of a symbolic link
	Mode Mode   `yaml:"mode"` // of a file; 0 means 0644
}

// Open returns the recipe without its overlays: the image that everyone can build.
// It has the digest of the whole.
func (r *Recipe) Open() *Recipe {
	open := *r
	open.Overlays = nil
	return &open
}

var (
	archivePattern  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._+-]*$`)
	sumPattern      = regexp.MustCompile(`^[0-9a-f]{64}$`)
	variablePattern = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

func (r *Recipe) overlays() error {
	var names []string
	for i := range r.Overlays {
		o := &r.Overlays[i]
		at := fmt.Sprintf("overlays[%d]", i)
		if err := o.validate(); err != nil {
			return fmt.Errorf("%s: %w", at, err)
		}
		names = append(names, o.Name)
	}
	return distinct("overlays", names)
}

func (o *Overlay) validate() error {
	switch {
	case !namePattern.MatchString(o.Name):
		return fmt.Errorf("name: %q is not a lower-case word", o.Name)
	case !archivePattern.MatchString(o.Archive):
		return fmt.Errorf("archive: %q is not the name of a file without folders", o.Archive)
	case !sumPattern.MatchString(o.SHA256):
		return fmt.Errorf("sha256: %q is not 64 lower-case hexadecimal digits", o.SHA256)
	case strings.Count(o.SHA256, "0") == len(o.SHA256):
		return fmt.Errorf("sha256: only zeros hold the place; sha256sum %s tells what belongs there", o.Archive)
	case len(o.Files)+len(o.Modules) == 0:
		return errors.New("files: none, and no modules")
	}
	for _, check := range []func() error{o.files, o.modules, o.directories, o.environment, o.texts} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (o *Overlay) files() error {
	var paths []string
	for i, f := range o.Files {
		at := fmt.Sprintf("files[%d]", i)
		if err := lasting(f.Path); err != nil {
			return fmt.Errorf("%s: path: %w", at, err)
		}
		switch {
		case (f.From == "") == (f.Link == ""):
			return fmt.Errorf("%s: %s: exactly one of from and link is needed", at, f.Path)
		case f.Link != "" && f.Mode != 0:
			return fmt.Errorf("%s: %s: a link has no mode", at, f.Path)
		case f.Mode > 0o777:
			return fmt.Errorf("%s: %s: mode %04o: set-user-ID, set-group-ID and sticky bits are refused", at, f.Path, f.Mode)
		case f.From != "" && !inside(f.From):
			return fmt.Errorf("%s: from: %q is not a clean path inside the archive", at, f.From)
		}
		paths = append(paths, f.Path)
	}
	return distinct("files", paths)
}

func (o *Overlay) modules() error {
	for i, name := range o.Modules {
		if !inside(name) || !strings.HasSuffix(name, ".ko") && !strings.HasSuffix(name, ".ko.xz") {
			return fmt.Errorf("modules[%d]: %q is not a clean path inside the archive that ends in .ko or .ko.xz", i, name)
		}
	}
	return distinct("modules", o.Modules)
}

func (o *Overlay) directories() error {
	for _, dir := range slices.Concat(o.Libraries, o.Path) {
		if err := lasting(dir); err != nil {
			return fmt.Errorf("libraries, path: %w", err)
		}
		if strings.ContainsAny(dir, ": \t#=\n'") {
			return fmt.Errorf("libraries, path: %q has a blank, colon, #, = or '", dir)
		}
	}
	return nil
}

func (o *Overlay) environment() error {
	for name, value := range o.Environment {
		switch {
		case !variablePattern.MatchString(name):
			return fmt.Errorf("environment: %q is no name of a variable", name)
		case name == "PATH" || name == "LD_PRELOAD":
			return fmt.Errorf("environment: %s is not for an overlay to set", name)
		case strings.ContainsFunc(value, func(c rune) bool { return c < ' ' || c > '~' || c == '\'' }):
			return fmt.Errorf("environment: %s: %q is not printable ASCII without '", name, value)
		}
	}
	return nil
}

func (o *Overlay) texts() error {
	if strings.ContainsAny(o.HSM+o.Udev, "\x00\r") {
		return errors.New("hsm, udev: a NUL or carriage return")
	}
	if o.HSM != "" && !strings.Contains("\n"+o.HSM, "\nPKCS11_LIBRARY_PATH=") {
		return errors.New("hsm: PKCS11_LIBRARY_PATH is not assigned")
	}
	return nil
}

// inside reports whether a name is a clean relative path.
func inside(name string) bool {
	return name != "." && !path.IsAbs(name) && path.Clean(name) == name && name != ".." && !strings.HasPrefix(name, "../")
}

// passing are directories that the running system covers, or the build empties.
var passing = []string{"/boot", "/dev", "/proc", "/run", "/sys", "/tmp"}

// lasting refuses a path that is not absolute and clean, or whose file would not be
// there in the running system.
func lasting(name string) error {
	if !path.IsAbs(name) || path.Clean(name) != name || name == "/" || strings.Contains(name, "\x00") {
		return fmt.Errorf("%q is not absolute and clean", name)
	}
	for _, dir := range passing {
		if name == dir || strings.HasPrefix(name, dir+"/") {
			return fmt.Errorf("%q lies in %s, where nothing stays", name, dir)
		}
	}
	return nil
}
