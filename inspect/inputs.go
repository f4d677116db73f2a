package inspect

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"coen/debian/deb822"
	"coen/lock"
	"coen/medium"
	"coen/recipe"

	"github.com/klauspost/compress/zstd"
)

// Lock reads the lock that lies on the medium. Its bytes are those of
// [lock.Lock.Bytes].
func (i *Image) Lock() (*lock.Lock, error) {
	text, err := i.text(medium.Lock)
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	return lock.Parse(text)
}

// RecipeText returns the bytes of the recipe that lies on the medium.
func (i *Image) RecipeText() ([]byte, error) {
	text, err := i.text(medium.Recipe)
	if err != nil {
		return nil, fmt.Errorf("recipe: %w", err)
	}
	return text, nil
}

// Recipe reads the recipe that lies on the medium.
func (i *Image) Recipe() (*recipe.Recipe, error) {
	text, err := i.RecipeText()
	if err != nil {
		return nil, err
	}
	return recipe.Parse(medium.Recipe, text)
}

// Overlays returns the overlays that are in the image. The open image has none,
// though its recipe names them.
func (i *Image) Overlays() ([]recipe.Overlay, error) {
	r, err := i.Recipe()
	if err != nil || len(r.Overlays) == 0 {
		return nil, err
	}
	there := map[string]bool{}
	err = i.Provenance(func(record *medium.Record) error {
		author, _, _ := strings.Cut(record.Made, ": ")
		there[author] = true
		return nil
	})
	return slices.DeleteFunc(r.Overlays, func(o recipe.Overlay) bool {
		return !there["overlay "+o.Name+" sha256:"+o.SHA256]
	}), err
}

// InRelease returns the signed InRelease file of a suite of the lock.
func (i *Image) InRelease(s lock.Suite) ([]byte, error) {
	text, err := i.text(medium.InRelease(s.Archive, s.Name))
	if err != nil {
		return nil, fmt.Errorf("InRelease of %s: %w", s.Name, err)
	}
	return text, nil
}

// Provenance calls fn for each record of the provenance list on the medium, which
// is sorted by path. An error of fn ends the reading and is returned.
func (i *Image) Provenance(fn func(*medium.Record) error) error {
	list, err := i.OpenProvenance()
	if err != nil {
		return err
	}
	defer list.Close()
	return medium.ReadRecords(list, fn)
}

// OpenProvenance returns the provenance list, unpacked.
func (i *Image) OpenProvenance() (io.ReadCloser, error) {
	f, err := i.File(medium.Provenance)
	if err != nil {
		return nil, fmt.Errorf("provenance: %w", err)
	}
	z, err := zstd.NewReader(f, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		return nil, fmt.Errorf("provenance: %w", err)
	}
	return &bounded{ReadCloser: z.IOReadCloser(), left: maxRecords}, nil
}

// Authors reads the provenance list into a map by path.
func (i *Image) Authors() (map[string]*medium.Record, error) {
	all := map[string]*medium.Record{}
	err := i.Provenance(func(r *medium.Record) error { all[r.Path] = r; return nil })
	return all, err
}

// A Package is an installed package as dpkg's status database has it.
type Package struct {
	Name, Version, Arch string
	// Source is the source package, and its version where that is another.
	Source string
	// Status is all that dpkg says of it.
	Status *deb822.Paragraph
}

// statusPath is dpkg's database in the root file system.
const statusPath = "var/lib/dpkg/status"

// maxPackages bounds the packages of an image. All of Debian has some 70,000.
const maxPackages = 1 << 17

// Packages reads the installed packages from dpkg's database in the root file
// system, in its order.
func (i *Image) Packages() ([]Package, error) {
	root, err := i.Root()
	if err != nil {
		return nil, err
	}
	f, err := root.Open(statusPath)
	if err != nil {
		return nil, fmt.Errorf("packages: %w", err)
	}
	defer f.Close()
	list, err := readPackages(f)
	if err != nil {
		return nil, fmt.Errorf("packages: /%s: %w", statusPath, err)
	}
	return list, nil
}

func readPackages(f fs.File) (list []Package, err error) {
	for r := deb822.NewReader(f); ; {
		p, err := r.Next()
		if err == io.EOF {
			return list, nil
		}
		if err != nil {
			return nil, err
		}
		if len(list) == maxPackages {
			return nil, errors.New("more packages than there can be")
		}
		source := p.Get("Source")
		if source == "" {
			source = p.Get("Package")
		}
		list = append(list, Package{
			Name: p.Get("Package"), Version: p.Get("Version"), Arch: p.Get("Architecture"),
			Source: source, Status: p,
		})
	}
}
