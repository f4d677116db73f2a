package receiver

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"
)

// store keeps uploads in a folder, each content once.
//
// A file is written under a temporary name, synchronized, and linked to its name, which fails if that is
// taken. So a name always stands for a complete file, and no file is ever replaced.
type store struct {
	folder string

	mu    sync.Mutex
	names map[[sha256.Size]byte]string // of what is there
}

// The temporary files, which begin with a dot and are older than any upload can be, are remnants.
const (
	temporaryEnd = ".part"
	remnantAge   = time.Hour
)

// openStore reads what is in a folder, and clears it of remnants.
func openStore(folder string, now time.Time) (*store, error) {
	s := &store{folder: folder, names: map[[sha256.Size]byte]string{}}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("folder of uploads: %w", err)
	}
	for _, e := range entries {
		path := filepath.Join(folder, e.Name())
		switch {
		case strings.HasPrefix(e.Name(), ".") && strings.HasSuffix(e.Name(), temporaryEnd):
			if info, err := e.Info(); err == nil && now.Sub(info.ModTime()) > remnantAge {
				os.Remove(path)
			}
		case e.Type().IsRegular() && strings.HasSuffix(e.Name(), ".xml"):
			content, err := os.ReadFile(path)
			if err != nil {
				return nil, err
			}
			s.names[sha256.Sum256(content)] = e.Name()
		}
	}
	return s, nil
}

// put keeps a content and returns the name of its file. When it returns, the file is on the disk.
// It is not new if the same content was there.
func (s *store) put(content []byte, filename string, now time.Time) (name string, isNew bool, err error) {
	digest := sha256.Sum256(content)
	name, known := s.find(digest)
	if !known {
		name, isNew, err = s.add(content, digest, filename, now)
	}
	if err == nil {
		err = s.sync() // somebody else may have made the name just now
	}
	if err != nil {
		return "", false, fmt.Errorf("upload not kept: %w", err)
	}
	return name, isNew, nil
}

// find looks for a file that has not been taken away since.
func (s *store) find(digest [sha256.Size]byte) (name string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.present(digest)
}

func (s *store) present(digest [sha256.Size]byte) (name string, ok bool) {
	if name, ok = s.names[digest]; ok {
		_, err := os.Lstat(filepath.Join(s.folder, name))
		ok = err == nil
	}
	return name, ok
}

// add writes a file and gives it its name. Only the name is a matter of one at a time: disks do better
// when several files are written at once.
func (s *store) add(content []byte, digest [sha256.Size]byte, filename string, now time.Time) (name string, isNew bool, err error) {
	temporary := filepath.Join(s.folder, "."+rand.Text()+temporaryEnd)
	defer os.Remove(temporary)
	if err := fill(temporary, content); err != nil {
		return "", false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if name, known := s.present(digest); known {
		return name, false, nil
	}
	for {
		name = savedName(filename, now)
		err = os.Link(temporary, filepath.Join(s.folder, name))
		if !errors.Is(err, fs.ErrExist) {
			break
		}
		now = now.Add(time.Microsecond)
	}
	if err == nil {
		s.names[digest] = name
	}
	return name, true, err
}

// fill makes a file that is on the disk but for its name.
func fill(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o640)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// sync makes new names durable.
func (s *store) sync() error {
	d, err := os.Open(s.folder)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

var unsafeRun = regexp.MustCompile(`[^A-Za-z0-9_-]+`)

// savedName makes a name from the client's and the time, in the predecessor's form.
func savedName(filename string, now time.Time) string {
	const longest = 100 // bytes of the client's name; file systems take 255
	safe := unsafeRun.ReplaceAllString(filename, "_")
	safe = safe[:min(len(safe), longest)]
	now = now.UTC()
	return fmt.Sprintf("%s_%s_%06d.xml", safe, now.Format("20060102_150405"), now.Nanosecond()/1000)
}
