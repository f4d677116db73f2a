package guard

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

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
