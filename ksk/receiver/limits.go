package receiver

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Bounds of what is done at a time. A request of the usual size takes some tens of kilobytes and
// milliseconds; one of the largest size takes a few megabytes.
const (
	maxConnections = 1024
	maxUploads     = 32               // that are read and judged at a time
	maxWait        = 20 * time.Second // for such a place
	maxClients     = 4096             // whose rates are remembered
)

var errBusy = errors.New("too many uploads at a time")

// limits bounds the uploads of each client, and of all.
type limits struct {
	perMinute int64
	places    chan struct{}

	mu      sync.Mutex
	clients map[string]*rate.Limiter
}

func newLimits(perMinute int64) *limits {
	return &limits{perMinute: perMinute, places: make(chan struct{}, maxUploads), clients: map[string]*rate.Limiter{}}
}

// allow reports whether a client may send now. It may send a minute's share at once.
func (l *limits) allow(digest string, now time.Time) bool {
	if l.perMinute == 0 {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	limiter, ok := l.clients[digest]
	if !ok {
		if len(l.clients) >= maxClients {
			clear(l.clients)
		}
		limiter = rate.NewLimiter(rate.Limit(float64(l.perMinute)/time.Minute.Seconds()), int(l.perMinute))
		l.clients[digest] = limiter
	}
	return limiter.AllowN(now, 1)
}

// enter waits for a place; leave gives it back.
func (l *limits) enter(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, maxWait)
	defer cancel()
	select {
	case l.places <- struct{}{}:
		return nil
	case <-ctx.Done():
		return errBusy
	}
}

func (l *limits) leave() { <-l.places }

// bounded is a listener with at most so many open connections. Others wait in the kernel.
type bounded struct {
	net.Listener
	places chan struct{}
}

func bound(l net.Listener, n int) net.Listener { return &bounded{l, make(chan struct{}, n)} }

func (b *bounded) Accept() (net.Conn, error) {
	b.places <- struct{}{}
	conn, err := b.Listener.Accept()
	if err != nil {
		<-b.places
		return nil, err
	}
	return &boundedConn{Conn: conn, leave: sync.OnceFunc(func() { <-b.places })}, nil
}

type boundedConn struct {
	net.Conn
	leave func()
}

func (c *boundedConn) Close() error {
	defer c.leave()
	return c.Conn.Close()
}
