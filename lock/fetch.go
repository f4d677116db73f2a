package lock

import (
	"context"
	"errors"
	"io/fs"

	"coen/internal/failure"
	"coen/mirror"
	"coen/store"
)

// Fetch brings all packages of a lock into the client's store. What is there
// already is not asked for. The error for packages that no mirror has any more
// lists all of them.
func Fetch(ctx context.Context, l *Lock, client *mirror.Client) error {
	var all []mirror.Object
	for _, p := range l.Packages {
		s, _ := l.Suite(p.Suite)
		all = append(all, mirror.Object{Archive: s.Archive, Paths: []string{p.Path}, Size: p.Size, SHA256: p.SHA256})
	}
	return client.Fetch(ctx, all)
}

// CheckStore returns what of a lock's packages is not in a store: nothing if a
// build can do without a network. The error is a [failure.RefusedError] for the
// first object that is damaged, else a [failure.MissingError].
func CheckStore(l *Lock, s *store.Store) error {
	var sums [][32]byte
	for _, p := range l.Packages {
		sums = append(sums, p.SHA256)
	}
	errs := s.Check(sums)
	var e failure.MissingError
	for i, p := range l.Packages {
		switch err := errs[i]; {
		case err == nil:
		case errors.Is(err, fs.ErrNotExist):
			e.Items = append(e.Items, failure.Missing{Name: p.Path, Tried: []string{s.Path(p.SHA256)}})
		default:
			return err
		}
	}
	if len(e.Items) == 0 {
		return nil
	}
	return &e
}
