package lock

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"coen/debian/archive"
	"coen/internal/failure"
	"coen/mirror"
	"coen/store"
)

// FetchProof brings the InRelease files of a lock, and the indices they vouch
// for, into the client's store as far as they can be had, and returns the paths
// of those that cannot. It is no error if all are gone: mirrors replace these
// files within hours, and a build needs no index.
func FetchProof(ctx context.Context, l *Lock, client *mirror.Client, policies Policies) (gone []string, err error) {
	// get fetches one object, and reports whether it is there now.
	get := func(o mirror.Object) bool {
		one := client.Fetch(ctx, []mirror.Object{o})
		switch {
		case one == nil:
			return true
		case failure.ExitCode(one) == failure.Usage: // interrupted, or trouble of ours
			err = errors.Join(err, one)
		default:
			gone = append(gone, o.Archive+"/"+o.Paths[len(o.Paths)-1])
		}
		return false
	}
	for _, s := range l.Suites {
		if !get(mirror.Object{Archive: s.Archive, Paths: []string{s.Path()}, Size: s.Size, SHA256: s.SHA256}) {
			continue
		}
		indices, bad := proven(l, s, client.Store, policies)
		if bad != nil {
			return gone, bad
		}
		for _, o := range objects(s.Archive, indices) {
			get(o)
		}
	}
	return gone, err
}

// Prove goes through the chain that the lock rests on, with what is in the
// store: the signatures of each InRelease file, judged at the time of the lock,
// the indices it vouches for, and that these list every package of the lock
// just so. The error is a [failure.RefusedError] if the chain does not hold, and
// a [failure.MissingError] if a link of it is not in the store.
func Prove(l *Lock, s *store.Store, policies Policies) error {
	want := make(map[string]Package, len(l.Packages))
	for _, p := range l.Packages {
		p.Reason = ""
		want[p.Name] = p
	}
	for _, suite := range l.Suites {
		indices, err := proven(l, suite, s, policies)
		if err != nil {
			return err
		}
		for _, x := range indices {
			err := readIndex(s, x, l.Arch, func(p *archive.Package) error {
				listed := Package{Name: p.Name, Version: p.Version.String(), Arch: p.Arch, Suite: suite.Name, File: p.File, Path: p.Path}
				if want[p.Name] == listed {
					delete(want, p.Name)
				}
				return nil
			})
			if err != nil {
				return missing(err, x.Paths[len(x.Paths)-1], s.Path(x.File.SHA256))
			}
		}
	}
	for _, p := range l.Packages { // in order, so that the message is always the same
		if _, left := want[p.Name]; left {
			return failure.Refusef(p.Path, "not listed so in suite %s of %s", p.Suite, l.Time.Format(stampFormat))
		}
	}
	return nil
}

// Proof returns the files that the chain of [Prove] is made of, packages aside:
// the InRelease file of each suite and the indices it vouches for. Which indices
// these are, the InRelease files say, so they must be in the store; the errors
// are those of Prove.
func Proof(l *Lock, s *store.Store, policies Policies) ([]archive.File, error) {
	var all []archive.File
	for _, suite := range l.Suites {
		indices, err := proven(l, suite, s, policies)
		if err != nil {
			return nil, err
		}
		all = append(all, suite.File)
		for _, x := range indices {
			all = append(all, x.File)
		}
	}
	return all, nil
}

// proven verifies the InRelease file of a suite, from the store, and returns the
// indices it vouches for.
func proven(l *Lock, suite Suite, s *store.Store, policies Policies) ([]archive.Index, error) {
	policy, err := policies.of(suite.Name)
	if err != nil {
		return nil, err
	}
	content, err := s.Read(suite.SHA256)
	if err != nil {
		return nil, missing(err, suite.Path(), s.Path(suite.SHA256))
	}
	release, err := verify(content, policy, suite.Name, l.Time, time.Time{})
	if err != nil {
		return nil, failure.Refuse(suite.Path(), err)
	}
	if !release.Date.Equal(suite.Date) {
		return nil, failure.Refusef(suite.Path(), "is dated %s, not as the lock says", release.Date.Format(stampFormat))
	}
	return indicesOf(suite, release, l.Arch)
}

// missing makes the error of a store that lacks something one of its class.
func missing(err error, name, place string) error {
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return &failure.MissingError{Items: []failure.Missing{{Name: name, Tried: []string{place}}}}
}
