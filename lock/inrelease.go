package lock

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io/fs"

	"coen/internal/failure"
	"coen/mirror"
	"coen/store"
)

// JoinInReleases returns the InRelease files of a lock one after the other, in the
// order of its suites: what is kept beside the lock, since mirrors replace these
// files within hours.
func JoinInReleases(l *Lock, s *store.Store) ([]byte, error) {
	files, err := InReleases(l, s)
	return bytes.Join(files, nil), err
}

// KeepInReleases puts into a store what JoinInReleases returned. What does not
// have the size and SHA-256 that the lock names is left out.
func KeepInReleases(l *Lock, s *store.Store, joined []byte) error {
	for _, suite := range l.Suites {
		if suite.Size > int64(len(joined)) {
			return nil
		}
		file := joined[:suite.Size]
		joined = joined[suite.Size:]
		if sha256.Sum256(file) != suite.SHA256 {
			continue
		}
		if _, err := s.Put(file); err != nil {
			return err
		}
	}
	return nil
}

// FetchInReleases brings the InRelease files of a lock into the client's store. The
// error for those that no mirror has as the lock names them lists all of them.
func FetchInReleases(ctx context.Context, l *Lock, client *mirror.Client) error {
	var e failure.MissingError
	for _, s := range l.Suites {
		err := client.Fetch(ctx, []mirror.Object{{Archive: s.Archive, Paths: []string{s.Path()}, Size: s.Size, SHA256: s.SHA256}})
		var missing *failure.MissingError
		var refused *failure.RefusedError
		switch {
		case err == nil:
		case errors.As(err, &missing):
			e.Items = append(e.Items, missing.Items...)
		case errors.As(err, &refused): // a newer one
			e.Items = append(e.Items, failure.Missing{Name: refused.Name, Tried: []string{refused.Err.Error()}})
		default:
			return err
		}
	}
	if len(e.Items) == 0 {
		return nil
	}
	return &e
}

// InReleases returns the InRelease files of a lock from a store, in the order of
// its suites.
func InReleases(l *Lock, s *store.Store) ([][]byte, error) {
	var files [][]byte
	var e failure.MissingError
	for _, suite := range l.Suites {
		file, err := s.Read(suite.SHA256)
		switch {
		case err == nil:
			files = append(files, file)
		case errors.Is(err, fs.ErrNotExist):
			e.Items = append(e.Items, failure.Missing{Name: suite.Archive + "/" + suite.Path(), Tried: []string{s.Path(suite.SHA256)}})
		default:
			return nil, err
		}
	}
	if len(e.Items) > 0 {
		return nil, &e
	}
	return files, nil
}
