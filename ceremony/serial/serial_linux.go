package serial

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// Open opens the device at path for reading and sets it if it is a terminal; a FIFO has no settings.
// isLine tells which. Reads can be interrupted by deadlines and by closing.
func Open(path string, s Settings) (f *os.File, isLine bool, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, false, err
	}
	flags := os.O_RDONLY | syscall.O_NOCTTY | syscall.O_NONBLOCK
	switch {
	case info.Mode()&os.ModeNamedPipe != 0:
		flags = os.O_RDWR | syscall.O_NONBLOCK // a FIFO does not end when a writer goes
	case info.Mode()&os.ModeCharDevice == 0:
		return nil, false, fmt.Errorf("%s is neither a character device nor a FIFO", path)
	}
	if f, err = os.OpenFile(path, flags, 0); err != nil {
		return nil, false, err
	}
	if isLine, err = configure(f, s); err != nil {
		f.Close()
		return nil, false, err
	}
	return f, isLine, nil
}

// configure sets the line, if f is one.
func configure(f *os.File, s Settings) (isLine bool, err error) {
	conn, err := f.SyscallConn()
	if err != nil {
		return false, err
	}
	var failed error
	err = conn.Control(func(fd uintptr) { isLine, failed = set(int(fd), s) })
	if err = errors.Join(err, failed); err != nil {
		return false, fmt.Errorf("set %s to %d %s: %w", f.Name(), s.Speed, s.Mode(), err)
	}
	return isLine, nil
}

func set(fd int, s Settings) (isLine bool, err error) {
	t, err := unix.IoctlGetTermios(fd, unix.TCGETS2)
	if errors.Is(err, unix.ENOTTY) || errors.Is(err, unix.EINVAL) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return true, fmt.Errorf("another program records it: %w", err)
	}
	t.Iflag, t.Oflag, t.Lflag = 0, 0, 0 // a break reads as a zero byte
	t.Cflag = s.flags()
	t.Ispeed, t.Ospeed = uint32(s.Speed), uint32(s.Speed)
	t.Cc[unix.VMIN], t.Cc[unix.VTIME] = 1, 0
	if err := unix.IoctlSetTermios(fd, unix.TCSETS2, t); err != nil {
		return true, err
	}
	got, err := unix.IoctlGetTermios(fd, unix.TCGETS2)
	if err != nil {
		return true, err
	}
	if !near(got.Ospeed, s.Speed) {
		return true, fmt.Errorf("the driver set %d instead", got.Ospeed)
	}
	return true, nil
}

// flags are the control modes of termios(3), c_cflag.
func (s Settings) flags() uint32 {
	code, standard := codes[s.Speed]
	if !standard {
		code = unix.BOTHER
	}
	const inputShift = 16 // IBSHIFT of asm/termbits.h
	flags := unix.CREAD | unix.CLOCAL | code | code<<inputShift
	flags |= [...]uint32{unix.CS5, unix.CS6, unix.CS7, unix.CS8}[s.DataBits-5]
	if s.Parity != 'N' {
		flags |= unix.PARENB
	}
	if s.Parity == 'O' {
		flags |= unix.PARODD
	}
	if s.StopBits == 2 {
		flags |= unix.CSTOPB
	}
	return flags
}

// codes are the speeds that have a code of their own; stty(1) knows no others.
var codes = map[int]uint32{
	300: unix.B300, 600: unix.B600, 1200: unix.B1200, 2400: unix.B2400, 4800: unix.B4800, 9600: unix.B9600,
	19200: unix.B19200, 38400: unix.B38400, 57600: unix.B57600, 115200: unix.B115200, 230400: unix.B230400,
	460800: unix.B460800, 500000: unix.B500000, 576000: unix.B576000, 921600: unix.B921600,
	1000000: unix.B1000000, 1152000: unix.B1152000, 1500000: unix.B1500000, 2000000: unix.B2000000,
	2500000: unix.B2500000, 3000000: unix.B3000000, 3500000: unix.B3500000, 4000000: unix.B4000000,
}

// near allows for the divisors of real clocks: a receiver tolerates 2 percent.
func near(got uint32, want int) bool {
	diff := int64(got) - int64(want)
	return max(diff, -diff)*50 <= int64(want)
}
