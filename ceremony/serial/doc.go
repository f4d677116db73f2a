// Package serial opens serial lines to listen on them, without flow control, at any speed the driver can
// do. It sends nothing. A line is locked with flock(2): of two recorders
// each would get half of what is said.
//
// See termios(3) and tty_ioctl(4). Linux only.
package serial
