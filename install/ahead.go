package install

import (
	"context"
	"sync"

	"coen/install/dpkg"
	"coen/install/unpacked"
)

// ahead decodes packages in the given order on several goroutines while the
// caller applies them one by one. What the caller gets does not depend on the
// number of goroutines.
type ahead struct {
	results []chan content
	next    int
	stop    context.CancelFunc
	done    sync.WaitGroup
}

func newAhead(ctx context.Context, order []*archive, filter dpkg.Filter, cache unpacked.Cache, workers int) *ahead {
	ctx, stop := context.WithCancel(ctx)
	a := &ahead{stop: stop}
	for range order {
		a.results = append(a.results, make(chan content, 1))
	}
	work := make(chan int)
	a.done.Go(func() {
		defer close(work)
		for i := range order {
			select {
			case work <- i:
			case <-ctx.Done():
				return
			}
		}
	})
	for range workers {
		a.done.Go(func() {
			for i := range work {
				a.results[i] <- order[i].decode(filter, cache)
			}
		})
	}
	return a
}

// take returns the next package's content.
func (a *ahead) take(ctx context.Context) content {
	select {
	case c := <-a.results[a.next]:
		a.next++
		return c
	case <-ctx.Done():
		return content{err: ctx.Err()}
	}
}

// close ends all decoding and waits for it.
func (a *ahead) close() {
	a.stop()
	a.done.Wait()
}
