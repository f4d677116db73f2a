package diff

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"coen/inspect"
)

// Compare says how b differs from a.
func Compare(ctx context.Context, a, b *Side) (*Report, error) {
	a.load()
	b.load()
	r := &Report{}
	var err error
	whole := a.Root == nil && b.Root == nil
	r.Paths = !whole
	if r.A, err = a.subject(ctx, whole); err != nil {
		return nil, fmt.Errorf("%s: %w", a.Name, err)
	}
	if r.B, err = b.subject(ctx, whole); err != nil {
		return nil, fmt.Errorf("%s: %w", b.Name, err)
	}
	if a.Image == nil || b.Image == nil {
		if a.Lock == nil || b.Lock == nil {
			return nil, errors.New("no lock lies on the medium")
		}
		r.Identical = a.Lock.Digest() == b.Lock.Digest()
	} else {
		r.Identical = whole && r.A.SHA256 == r.B.SHA256 && a.Image.Behind == b.Image.Behind
	}
	if !r.Identical {
		err = r.fill(ctx, a, b)
	}
	r.Cause = cause(r)
	return r, err
}

// Digest returns the SHA-256 of what r holds.
func Digest(ctx context.Context, r io.Reader) ([32]byte, error) {
	h := sha256.New()
	buf := make([]byte, 1<<20)
	for {
		if err := context.Cause(ctx); err != nil {
			return [32]byte{}, err
		}
		n, err := r.Read(buf)
		h.Write(buf[:n])
		if err == io.EOF {
			return [32]byte(h.Sum(nil)), nil
		}
		if err != nil {
			return [32]byte{}, err
		}
	}
}

func (r *Report) fill(ctx context.Context, a, b *Side) (err error) {
	if r.Packages, err = packages(a, b); err != nil {
		return err
	}
	if a.Lock != nil && b.Lock != nil {
		r.Changes = records(OfLock, lockRecords(a.Lock), lockRecords(b.Lock))
	}
	if a.Image == nil || b.Image == nil {
		return nil
	}
	if err := r.images(a.Image, b.Image); err != nil {
		return err
	}
	for _, p := range inspect.Places {
		list, err := paths(ctx, a, b, p)
		if err != nil {
			return err
		}
		r.Changes = append(r.Changes, list...)
	}
	r.follow()
	return r.explain(ctx, a, b)
}

// images compares what is not at a path.
func (r *Report) images(a, b *inspect.Image) error {
	r.Changes = append(r.Changes, records(OfImage, volume(a), volume(b))...)
	r.Changes = append(r.Changes, records(OfImage, behind(a.Behind), behind(b.Behind))...)
	r.Changes = append(r.Changes, records(OfBoot, bootImages(a), bootImages(b))...)
	r.Changes = append(r.Changes, records(OfPartitions, partitions(a), partitions(b))...)
	list, err := menus(a, b)
	r.Changes = append(r.Changes, list...)
	return err
}
