package bundle

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"coen/debian/archive"
	"coen/internal/failure"
	"coen/lock"
	"coen/recipe"
	"coen/store"
)

// Where things lie in a bundle. Recipe and lock lie side by side, so that coen
// finds one by the other; StoreDir is a store as package store has it; ModulesDir
// is what GOPROXY=file://... reads.
const (
	ReadmeName = "README"
	RecipeName = "recipe.yaml"
	LockName   = "recipe.lock"
	StoreDir   = "store"
	SourceDir  = "source"
	ModulesDir = "modules"
)

//go:embed README
var readme []byte

// Contents is what an image is built from.
type Contents struct {
	Recipe *recipe.Recipe
	Lock   *lock.Lock
	// Store has the packages of the lock and the files of [lock.Proof].
	Store *store.Store
	// Source are the files of COEN's source, Modules those of the Go modules it
	// needs, with paths as in the bundle.
	Source, Modules []Member
	// Policies say whose signatures count; nil means Debian's.
	Policies lock.Policies
}

// Members proves that the contents belong together, and lists the members of
// their bundle. The error is a [failure.MissingError] for what the store lacks, and
// a [failure.RefusedError] for what does not hold.
func (c *Contents) Members() ([]Member, error) {
	if err := lock.Prove(c.Lock, c.Store, c.Policies); err != nil {
		return nil, err
	}
	if err := lock.CheckStore(c.Lock, c.Store); err != nil {
		return nil, err
	}
	all := []Member{
		bytesMember(ReadmeName, readme),
		bytesMember(RecipeName, c.Recipe.Text()),
		bytesMember(LockName, c.Lock.Bytes()),
	}
	objects, err := c.objects()
	if err != nil {
		return nil, err
	}
	for _, f := range objects {
		all = append(all, Member{
			Path:   objectPath(f.SHA256),
			Size:   f.Size,
			SHA256: f.SHA256,
			Open:   func() (io.ReadCloser, error) { return c.Store.Get(f.SHA256) },
		})
	}
	return append(append(all, c.Source...), c.Modules...), nil
}

// objects lists what of the store belongs to the lock, each file once.
func (c *Contents) objects() ([]archive.File, error) {
	all, err := lock.Proof(c.Lock, c.Store, c.Policies)
	if err != nil {
		return nil, err
	}
	for _, p := range c.Lock.Packages {
		all = append(all, p.File)
	}
	seen := map[archive.Digest]bool{}
	once := all[:0]
	for _, f := range all {
		if !seen[f.SHA256] {
			once = append(once, f)
		}
		seen[f.SHA256] = true
	}
	return once, nil
}

// objectPath returns where the object with a SHA-256 lies in a bundle.
func objectPath(sum [32]byte) string {
	return fmt.Sprintf("%s/sha256/%02x/%x", StoreDir, sum[0], sum)
}

func bytesMember(name string, data []byte) Member {
	return Member{
		Path:   name,
		Size:   int64(len(data)),
		SHA256: sha256.Sum256(data),
		Open:   func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil },
	}
}

// Check goes through an unpacked bundle: recipe, lock, the chain from Debian's
// signatures to every package, and the modules, whose digests the source names.
// It returns an error for anything that is missing and anything that nothing
// asks for.
func Check(dir string, policies lock.Policies) (*Contents, error) {
	c := &Contents{Policies: policies}
	if err := c.read(dir); err != nil {
		return nil, err
	}
	sums, err := manifestOf(dir)
	if err != nil {
		return nil, err
	}
	expected, err := c.expected(dir)
	if err != nil {
		return nil, err
	}
	return c, compare(sums, expected)
}

// read reads recipe, lock and store of the bundle in dir.
func (c *Contents) read(dir string) error {
	data, err := os.ReadFile(filepath.Join(dir, RecipeName))
	if err != nil {
		return err
	}
	if c.Recipe, err = recipe.Parse(RecipeName, data); err != nil {
		return refuse("%w", err)
	}
	if data, err = os.ReadFile(filepath.Join(dir, LockName)); err != nil {
		return err
	}
	if c.Lock, err = lock.Parse(data); err != nil {
		return refuse("%s: %w", LockName, err)
	}
	if err := c.Lock.CheckRecipe(sha256.Sum256(c.Recipe.Text())); err != nil {
		return err
	}
	c.Store, err = store.Open(filepath.Join(dir, StoreDir))
	return err
}

func manifestOf(dir string) ([]sum, error) {
	data, err := os.ReadFile(filepath.Join(dir, ManifestName))
	if err != nil {
		return nil, err
	}
	return parseManifest(data)
}

// expected returns the paths that must be in the bundle in dir, but for those
// below SourceDir, which no list names.
func (c *Contents) expected(dir string) (map[string]bool, error) {
	c.Modules = nil
	members, err := c.Members()
	if err != nil {
		return nil, err
	}
	paths := map[string]bool{}
	for _, m := range members {
		paths[m.Path] = true
	}
	modules, err := checkModules(dir)
	if err != nil {
		return nil, err
	}
	for _, name := range modules {
		paths[name] = true
	}
	return paths, nil
}

// compare refuses a bundle that lacks what is expected or has more.
func compare(sums []sum, expected map[string]bool) error {
	for _, s := range sums {
		if !expected[s.path] && !inSource(s.path) {
			return refuse("%s is not needed by the recipe, the lock or the source", s.path)
		}
		delete(expected, s.path)
	}
	missing := &failure.MissingError{}
	for _, name := range sorted(expected) {
		missing.Items = append(missing.Items, failure.Missing{Name: name})
	}
	if len(missing.Items) > 0 {
		return missing
	}
	return nil
}
