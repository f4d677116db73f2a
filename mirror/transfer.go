package mirror

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// An interrupted error is one of the line or the server rather than of the file:
// trying again may help.
type interrupted struct {
	err error
	// status is whether the server itself said that it cannot.
	status bool
}

func (e *interrupted) Error() string { return e.err.Error() }
func (e *interrupted) Unwrap() error { return e.err }

// An absentError says that a mirror does not have a file or does not give it.
type absentError struct{ status string }

func (e *absentError) Error() string { return e.status }

// isMirrors reports whether an error is the mirror's doing, so that another one
// is worth trying.
func isMirrors(err error) bool {
	var wrong *wrongError
	var broken *interrupted
	var absent *absentError
	return errors.As(err, &wrong) || errors.As(err, &broken) || errors.As(err, &absent)
}

// progress is how many bytes an attempt must bring to count as a success of
// sorts, so that a mirror which gives a byte at a time comes to an end.
const progress = 64 << 10

// download fetches a file of size bytes (-1 if unknown), again and again as long
// as there is progress or hope.
func (c *Client) download(ctx context.Context, base, path string, size int64, into sink) error {
	if size >= 0 && into.Size() >= size {
		// All of it came before, but was not made an object.
		if into.Size() == size && into.Finish() == nil {
			return nil
		}
		if err := into.Reset(); err != nil {
			return err
		}
	}
	pause, again := c.pause(), true
	for failures := 0; ; {
		before := into.Size()
		err := c.attempt(ctx, address(base, path), size, into)
		var wrong *wrongError
		var broken *interrupted
		switch {
		case errors.As(err, &wrong) && before > 0 && again:
			// What was there before, from another time or mirror, may be at fault.
			again = false
			if err := into.Reset(); err != nil {
				return err
			}
			continue
		case !errors.As(err, &broken) || ctx.Err() != nil:
			return err
		case into.Size() >= before+progress:
			failures, pause = 0, c.pause()
		}
		if failures++; failures == repetitions {
			if into.Size() == before && !broken.status {
				c.giveUp(base, err)
			}
			return err
		}
		if err := sleep(ctx, pause); err != nil {
			return err
		}
		pause *= 2
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// attempt asks once for what is missing of a file.
func (c *Client) attempt(ctx context.Context, url string, size int64, into sink) error {
	stalled := fmt.Errorf("nothing came for %v", c.stall())
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watch := time.AfterFunc(c.stall(), func() { cancel(stalled) })
	defer watch.Stop()

	resp, err := c.ask(ctx, url, into.Size())
	if err != nil {
		return &interrupted{err: reason(ctx, err)}
	}
	defer resp.Body.Close()
	if err := judge(resp, size, into); err != nil {
		return err
	}
	if err := pour(into, resp.Body, size, func() { watch.Reset(c.stall()) }); err != nil {
		var broken *interrupted
		if errors.As(err, &broken) {
			broken.err = reason(ctx, broken.err)
		}
		return err
	}
	if size >= 0 && into.Size() < size {
		defer into.Reset()
		return wrongf("has %d bytes, not %d", into.Size(), size)
	}
	return into.Finish()
}

func (c *Client) ask(ctx context.Context, url string, from int64) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", "coen")
	if from > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", from))
	}
	return c.http.Do(req)
}

// reason returns why a request failed, in few words.
func reason(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	var full *url.Error
	if errors.As(err, &full) {
		return full.Err // without method and URL, which the message has anyway
	}
	return err
}

// judge looks at an answer's head and makes into ready for its body.
func judge(resp *http.Response, size int64, into sink) error {
	switch code := resp.StatusCode; {
	case code == http.StatusPartialContent && continues(resp, into.Size()):
	case code == http.StatusOK, code == http.StatusPartialContent, code == http.StatusRequestedRangeNotSatisfiable:
		if into.Size() > 0 {
			if err := into.Reset(); err != nil {
				return err
			}
		}
		if code != http.StatusOK {
			return &interrupted{errors.New("cannot go on where it was cut off"), true}
		}
	case code >= 500, code == http.StatusRequestTimeout, code == http.StatusTooManyRequests:
		return &interrupted{errors.New(resp.Status), true}
	default:
		return &absentError{resp.Status}
	}
	if total := into.Size() + resp.ContentLength; size >= 0 && resp.ContentLength >= 0 && total != size {
		return wrongf("has %d bytes, not %d", total, size)
	}
	return nil
}

// continues reports whether a partial answer begins at byte at.
func continues(resp *http.Response, at int64) bool {
	return strings.HasPrefix(resp.Header.Get("Content-Range"), fmt.Sprintf("bytes %d-", at))
}

// pour copies body to into and calls alive whenever something came.
func pour(into sink, body io.Reader, size int64, alive func()) error {
	buf := make([]byte, 64<<10)
	for {
		n, err := body.Read(buf)
		alive()
		if size >= 0 && into.Size()+int64(n) > size {
			into.Reset()
			return wrongf("has more than %d bytes", size)
		}
		if _, err := into.Write(buf[:n]); err != nil {
			return err
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return &interrupted{err: err}
		}
	}
}
