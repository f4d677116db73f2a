package mirror

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"
	"time"

	"coen/internal/failure"
	"coen/store"
)

// An Object is a file of an archive, known by size and content.
type Object struct {
	// Archive is the archive's name: Debian or Security.
	Archive string
	// Paths are where it may be below the archive's root, best first.
	Paths  []string
	Size   int64 // bytes
	SHA256 [32]byte
}

// A Client fetches objects. Its methods may be called concurrently.
// Fields must not change once it is in use.
type Client struct {
	Mirrors  List
	Store    *store.Store
	Progress Progress

	// Parallel is how many objects are fetched at a time; 0 stands for 4.
	Parallel int
	// Stall is how long to wait for a connection, an answer or the next byte;
	// 0 stands for 20 seconds.
	Stall time.Duration
	// Pause is how long to wait before the first repetition, doubled each time;
	// 0 stands for half a second.
	Pause time.Duration

	once sync.Once
	http *http.Client
	mu   sync.Mutex
	down map[string]error // hosts given up on, see host
}

// repetitions is how often a file is asked for in vain.
const repetitions = 3

func (c *Client) setup() {
	c.once.Do(func() {
		transport := http.DefaultTransport.(*http.Transport).Clone()
		transport.DisableCompression = true // the bytes are wanted as they are
		transport.MaxIdleConnsPerHost = c.parallel()
		transport.DialContext = (&net.Dialer{Timeout: c.stall()}).DialContext
		transport.RegisterProtocol("file", http.NewFileTransport(http.Dir("/")))
		c.http = &http.Client{Transport: transport}
		c.down = make(map[string]error)
	})
}

func (c *Client) parallel() int        { return cmp.Or(c.Parallel, 4) }
func (c *Client) stall() time.Duration { return cmp.Or(c.Stall, 20*time.Second) }
func (c *Client) pause() time.Duration { return cmp.Or(c.Pause, 500*time.Millisecond) }

// Fetch brings those of the objects into the store that are not there. All that
// can be had are in it when Fetch returns, unless an object is refused or the
// context ends, which stops the others.
func (c *Client) Fetch(ctx context.Context, objects []Object) error {
	c.setup()
	wanted, bytes := c.missing(objects)
	if len(wanted) == 0 {
		return nil
	}
	tell := &teller{to: c.Progress}
	tell.start(len(wanted), bytes)

	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	errs := make([]error, len(wanted))
	queue := make(chan int)
	var workers sync.WaitGroup
	for range c.parallel() {
		workers.Go(func() {
			for i := range queue {
				errs[i] = c.fetch(ctx, wanted[i], tell)
				if errs[i] != nil && !isMissing(errs[i]) {
					cancel(errOther)
				}
			}
		})
	}
	for i := range wanted {
		queue <- i
	}
	close(queue)
	workers.Wait()
	return summarize(errs)
}

// errOther is why an object is not fetched to the end when another one failed.
var errOther = errors.New("stopped: another object failed")

// missing returns the objects that are not in the store, each once, and the sum
// of their sizes.
func (c *Client) missing(objects []Object) (wanted []Object, bytes int64) {
	var sums [][32]byte
	for _, o := range objects {
		sums = append(sums, o.SHA256)
	}
	errs := c.Store.Check(sums)
	seen := make(map[[32]byte]bool)
	for i, o := range objects {
		if !seen[o.SHA256] && errs[i] != nil {
			wanted = append(wanted, o)
			bytes += o.Size
		}
		seen[o.SHA256] = true
	}
	return wanted, bytes
}

func isMissing(err error) bool {
	var missing *failure.MissingError
	return errors.As(err, &missing)
}

// summarize returns the first error that is neither about a missing object nor
// about having been stopped on another's account; else all missing objects; else
// what is left.
func summarize(errs []error) error {
	var all failure.MissingError
	var stopped error
	for _, err := range errs {
		var missing *failure.MissingError
		switch {
		case err == nil:
		case errors.As(err, &missing):
			all.Items = append(all.Items, missing.Items...)
		case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
			stopped = err
		default:
			return err
		}
	}
	if stopped != nil || len(all.Items) == 0 {
		return stopped
	}
	return &all
}

// fetch brings one object into the store.
func (c *Client) fetch(ctx context.Context, o Object, tell *teller) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	part, err := c.Store.Partial(o.SHA256)
	if err != nil {
		return err
	}
	defer part.Close()
	into := &partial{part, tell}
	tell.add(part.Size())
	err = c.tryAll(ctx, o.Archive, o.Paths, func(base, path string) error {
		return c.download(ctx, base, path, o.Size, into)
	})
	if err != nil {
		tell.add(-part.Size())
		if context.Cause(ctx) == errOther {
			return errors.Join(err, part.Reset()) // nothing half-written stays beside a refusal
		}
		return err
	}
	tell.done(o.Paths[0])
	return nil
}

// First fetches a file whose content is not known beforehand, of at most max
// bytes: from the first mirror whose copy accept takes.
func (c *Client) First(ctx context.Context, archive, path string, max int64, accept func(content []byte) error) error {
	c.setup()
	return c.tryAll(ctx, archive, []string{path}, func(base, path string) error {
		return c.download(ctx, base, path, -1, &memory{max: max, accept: accept})
	})
}

// tryAll tries mirrors in order until try succeeds with one of the paths.
func (c *Client) tryAll(ctx context.Context, archive string, paths []string, try func(base, path string) error) error {
	var tried []string
	var wrong error
	for _, base := range c.Mirrors.bases(archive) {
		for _, path := range paths {
			err := c.downError(base)
			if err == nil {
				err = try(base, path)
			}
			if err == nil {
				return nil
			}
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if !isMirrors(err) {
				return err
			}
			var bad *wrongError
			if errors.As(err, &bad) && wrong == nil {
				wrong = fmt.Errorf("%s %w", address(base, path), err)
			}
			tried = append(tried, fmt.Sprintf("%s: %v", address(base, path), err))
		}
	}
	name := archive + "/" + paths[len(paths)-1]
	if wrong != nil {
		return failure.Refuse(name, wrong)
	}
	if len(tried) == 0 {
		tried = []string{"nothing: no mirror of archive " + archive + " is known"}
	}
	return &failure.MissingError{Items: []failure.Missing{{Name: name, Tried: tried}}}
}

func (c *Client) downError(base string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.down[host(base)]
}

// giveUp leaves all mirrors on a host out from now on.
func (c *Client) giveUp(base string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.down[host(base)] = &interrupted{err: fmt.Errorf("given up on this host: %w", err)}
}

// host returns the part of a mirror's URL that what is wrong with it may be due
// to: scheme, host and port.
func host(base string) string {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" {
		return base
	}
	return u.Scheme + "://" + u.Host
}

func address(base, name string) string {
	return base + (&url.URL{Path: path.Join("/", strings.TrimSpace(name))}).EscapedPath()
}
