// Package recorder puts what happens into the ceremony log and into the files that are published after
// the ceremony, first in RAM, then in a folder on a flash drive.
//
// What was put is synced in RAM when Put returns. A second goroutine keeps the copies in the folder up to
// date, so that a drive that is slow or gone never holds up what is recorded. Shown waits for
// the copies, or until they are known to be lost, and then shows.
package recorder
