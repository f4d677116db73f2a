package lock

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"coen/debian/archive"
	"coen/debian/resolve"
	"coen/internal/failure"
	"coen/mirror"
	"coen/profile"
)

// A Request says what to make a lock of.
type Request struct {
	// Recipe is the SHA-256 of the recipe.
	Recipe archive.Digest
	// Arch is the architecture, such as "amd64".
	Arch string
	// Suites to take packages from, best first. Only Archive, Name and
	// Components count.
	Suites []Suite
	// Packages are asked for beside the essential ones.
	Packages []string
	// Loaders are wanted for the boot loaders in them, without what they
	// depend on.
	Loaders []string
	// Time to judge signatures and dates by: now, or that of the snapshot the
	// mirrors are at.
	Time time.Time
	// Previous is a lock made earlier, or nil. A suite whose InRelease file is
	// older than it was then is refused.
	Previous *Lock
	// Client fetches, and has the store.
	Client *mirror.Client
	// Policies gives the keys a suite must be signed with.
	Policies Policies
}

// Policies gives the policy for the InRelease file of a suite. The zero value
// gives Debian's, archive.DebianPolicy.
type Policies func(suite string) (archive.Policy, error)

func (p Policies) of(suite string) (archive.Policy, error) {
	if p == nil {
		return archive.DebianPolicy(suite)
	}
	return p(suite)
}

// Reasons of packages that no other package brought.
const (
	Essential = "essential"
	Requested = "requested"
	// Loader is the reason of packages that are unpacked for the boot loaders
	// in them and not installed; what they depend on is not there.
	Loader = "loader"
)

// Make makes a lock. Indices and InRelease files are in the store afterwards,
// packages are not.
func Make(ctx context.Context, r Request) (*Lock, error) {
	l := &Lock{Profile: profile.Current, Recipe: r.Recipe, Arch: r.Arch, Time: r.Time.UTC().Truncate(time.Second)}
	pool := resolve.NewPool(r.Arch)
	for i, s := range r.Suites {
		release, err := r.release(ctx, &s, l.Time)
		if err != nil {
			return nil, err
		}
		if err := r.indices(ctx, s, release, i, pool); err != nil {
			return nil, err
		}
		l.Suites = append(l.Suites, s)
	}
	selected, err := pool.Resolve(r.wanted(pool))
	if err != nil {
		return nil, r.explain(err)
	}
	for _, s := range selected {
		l.Packages = append(l.Packages, r.locked(s))
	}
	if err := r.addLoaders(l, pool); err != nil {
		return nil, err
	}
	// Whatever the archives and the request said, the lock must be one.
	if _, err := Parse(l.Bytes()); err != nil {
		return nil, err
	}
	return l, nil
}

// release fetches and verifies the InRelease file of a suite, stores it and
// completes s with what it says.
func (r *Request) release(ctx context.Context, s *Suite, now time.Time) (*archive.Release, error) {
	policy, err := r.Policies.of(s.Name)
	if err != nil {
		return nil, err
	}
	var earlier time.Time
	if r.Previous != nil {
		if old, known := r.Previous.Suite(s.Name); known {
			earlier = old.Date
		}
	}
	var file []byte
	var release *archive.Release
	err = r.Client.First(ctx, s.Archive, s.Path(), archive.MaxInRelease, func(content []byte) (err error) {
		file = content
		release, err = verify(content, policy, s.Name, now, earlier)
		return err
	})
	if err != nil {
		return nil, err
	}
	sum, err := r.Client.Store.Put(file)
	s.Date, s.File = release.Date, archive.File{Size: int64(len(file)), SHA256: sum}
	return release, err
}

// verify makes all checks on an InRelease file.
func verify(content []byte, policy archive.Policy, suite string, now, earlier time.Time) (*archive.Release, error) {
	release, err := archive.Verify(content, policy, now)
	if err != nil {
		return nil, err
	}
	if err := release.CheckSuite(suite); err != nil {
		return nil, err
	}
	return release, release.CheckDates(now, earlier)
}

// indices fetches the indices of a suite and adds what they list to the pool.
func (r *Request) indices(ctx context.Context, s Suite, release *archive.Release, number int, pool *resolve.Pool) error {
	all, err := indicesOf(s, release, r.Arch)
	if err != nil {
		return err
	}
	if err := r.Client.Fetch(ctx, objects(s.Archive, all)); err != nil {
		return err
	}
	for _, x := range all {
		err := readIndex(r.Client.Store, x, r.Arch, func(p *archive.Package) error {
			pool.Add(p, number)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func indicesOf(s Suite, release *archive.Release, arch string) ([]archive.Index, error) {
	var all []archive.Index
	for _, component := range s.Components {
		x, err := release.Packages(s.Name, component, arch)
		if err != nil {
			return nil, fmt.Errorf("suite %s %w", s.Name, err)
		}
		all = append(all, x)
	}
	return all, nil
}

func objects(archiveName string, indices []archive.Index) []mirror.Object {
	var all []mirror.Object
	for _, x := range indices {
		all = append(all, mirror.Object{Archive: archiveName, Paths: x.Paths, Size: x.File.Size, SHA256: x.File.SHA256})
	}
	return all
}

// A reader gives the content of stored objects.
type reader interface {
	Read(sum [32]byte) ([]byte, error)
}

func readIndex(from reader, x archive.Index, arch string, yield func(*archive.Package) error) error {
	name := x.Paths[len(x.Paths)-1]
	compressed, err := from.Read(x.File.SHA256)
	if err != nil {
		return err
	}
	text, err := x.Read(compressed)
	if err != nil {
		return failure.Refuse(name, err)
	}
	if err := archive.ReadPackages(bytes.NewReader(text), arch, yield); err != nil {
		return failure.Refuse(name, err)
	}
	return nil
}

// wanted lists the essential packages and those asked for.
func (r *Request) wanted(pool *resolve.Pool) []resolve.Request {
	var all []resolve.Request
	for _, name := range pool.Essential() {
		all = append(all, resolve.Request{Name: name, Reason: Essential})
	}
	for _, name := range r.Packages {
		all = append(all, resolve.Request{Name: name, Reason: Requested})
	}
	return all
}

// explain makes a package that does not exist an input that cannot be had.
func (r *Request) explain(err error) error {
	var none *resolve.NoSuchPackageError
	if !errors.As(err, &none) {
		return err
	}
	missing := failure.Missing{Name: err.Error()}
	for _, s := range r.Suites {
		missing.Tried = append(missing.Tried, s.Archive+" "+s.Name)
	}
	return &failure.MissingError{Items: []failure.Missing{missing}}
}
