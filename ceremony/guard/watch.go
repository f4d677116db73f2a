package guard

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// Times of watching: how long the kernel must be quiet before drives are looked
// at (an insertion has an event for the drive and each partition), and how often
// it is checked who uses them.
const (
	quietTime   = 300 * time.Millisecond
	refreshTime = 2 * time.Second
)

// Watch looks at all drives, and again whenever the kernel says that one has come,
// gone or changed, until ctx ends.
func (g *Guard) Watch(ctx context.Context) error {
	changes, stop, err := uevents()
	if err != nil {
		return err
	}
	defer stop()
	if err := g.Scan(ctx); err != nil {
		return err
	}
	refresh := time.NewTicker(refreshTime)
	defer refresh.Stop()
	quiet := time.NewTimer(quietTime)
	defer quiet.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return nil
		case _, open := <-changes:
			if !open {
				return errors.New("the kernel no longer tells of drives")
			}
			quiet.Reset(quietTime)
		case <-quiet.C:
			err = g.Scan(ctx)
		case <-refresh.C:
			err = g.Refresh(ctx)
		}
		if err != nil && ctx.Err() == nil {
			return err
		}
	}
}

// kernelGroup is the multicast group of events as the kernel sends them; udev's
// own are in another.
const kernelGroup = 1

// maxEvent is what the kernel sends at most (UEVENT_BUFFER_SIZE and a header).
const maxEvent = 4096

// uevents returns a channel that has a value after one or more events of block
// devices, until stop is called.
func uevents() (changes <-chan struct{}, stop func(), err error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, unix.NETLINK_KOBJECT_UEVENT)
	if err != nil {
		return nil, nil, fmt.Errorf("listen to the kernel: %w", err)
	}
	f := os.NewFile(uintptr(fd), "uevents")
	if err := unix.Bind(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK, Groups: kernelGroup}); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("listen to the kernel: %w", err), f.Close())
	}
	c := make(chan struct{}, 1)
	go func() {
		defer close(c)
		buf := make([]byte, maxEvent)
		for {
			n, err := f.Read(buf)
			if errors.Is(err, unix.ENOBUFS) {
				n = 0 // more came than fits: look at everything
			} else if err != nil {
				return
			}
			if n > 0 && !isBlock(buf[:n]) {
				continue
			}
			select {
			case c <- struct{}{}:
			default:
			}
		}
	}()
	return c, func() { f.Close() }, nil
}

// isBlock reports whether an event, "add@/devices/..." and then variables, each
// with a zero byte behind it, is of a block device.
func isBlock(event []byte) bool {
	for field := range bytes.SplitSeq(event, []byte{0}) {
		if string(field) == "SUBSYSTEM=block" {
			return true
		}
	}
	return false
}
