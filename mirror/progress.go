package mirror

import "sync"

// Progress is told how fetching goes. Any of its functions may be nil. They are
// called one at a time, though from several goroutines.
type Progress struct {
	// Start says how many objects, and bytes in all, are to be fetched.
	Start func(objects int, bytes int64)
	// Add says that so many more bytes are there. It is negative when bytes
	// turned out useless.
	Add func(bytes int64)
	// Done says that the object with this path is complete.
	Done func(path string)
}

// teller calls a Progress, one call at a time.
type teller struct {
	mu sync.Mutex
	to Progress
}

func (t *teller) start(objects int, bytes int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.to.Start != nil {
		t.to.Start(objects, bytes)
	}
}

func (t *teller) add(bytes int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.to.Add != nil && bytes != 0 {
		t.to.Add(bytes)
	}
}

func (t *teller) done(path string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.to.Done != nil {
		t.to.Done(path)
	}
}
