package cache

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// An entry is a file of the cache.
type entry struct {
	name string
	size int64
	used time.Time
}

func (c *Cache) entries() (list []entry, total int64, err error) {
	err = filepath.WalkDir(c.dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return gone(err)
		}
		info, err := d.Info()
		if err != nil {
			return gone(err)
		}
		list = append(list, entry{name, info.Size(), info.ModTime()})
		total += info.Size()
		return nil
	})
	return list, total, err
}

// gone is err, unless that says that another process was faster to remove
// something.
func gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Size returns how many bytes all values have.
func (c *Cache) Size() (int64, error) {
	_, total, err := c.entries()
	return total, err
}

// trim removes what was used longest ago until the rest is within the limit.
func (c *Cache) trim() error {
	list, total, err := c.entries()
	if err != nil {
		return err
	}
	slices.SortFunc(list, func(a, b entry) int { return a.used.Compare(b.used) })
	for _, e := range list {
		if total <= c.limit {
			break
		}
		if err := gone(os.Remove(e.name)); err != nil {
			return err
		}
		total -= e.size
	}
	return nil
}

// Clear removes all values.
func (c *Cache) Clear() error { return os.RemoveAll(c.dir) }
