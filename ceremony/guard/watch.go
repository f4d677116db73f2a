package guard

import (
	"bytes"
	"context"
	"errors"
	"time"
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
