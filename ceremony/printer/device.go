package printer

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Device is a printer that CUPS sees.
type Device struct {
	URI   string // "ipp://192.168.0.9/ipp/print", "usb://HP/LaserJet?serial=..."
	Class string // "network" or "direct"
}

// Driverless reports whether the device speaks IPP, so that CUPS asks it what it
// can do and needs no PPD file.
func (d Device) Driverless() bool {
	return strings.HasPrefix(d.URI, "ipp://") || strings.HasPrefix(d.URI, "ipps://") ||
		strings.HasPrefix(d.URI, "dnssd://") && strings.Contains(d.URI, "._ipp") ||
		strings.HasPrefix(d.URI, "implicitclass://")
}

// searchTime is how long lpinfo looks for printers in the network, in seconds.
const searchTime = 8

// Devices returns the printers that CUPS sees, driverless ones first.
func Devices(ctx context.Context) ([]Device, error) {
	if err := Running(ctx); err != nil {
		return nil, err
	}
	out, err := run(ctx, nil, "lpinfo", "--timeout", strconv.Itoa(searchTime), "-v")
	if err != nil {
		return nil, fmt.Errorf("look for printers: %w", err)
	}
	list := append(usb(ctx), parseDevices(out)...)
	slices.SortStableFunc(list, func(a, b Device) int {
		return rank(a) - rank(b)
	})
	return list, nil
}

func rank(d Device) int {
	if d.Driverless() {
		return 0
	}
	return 1
}

// parseDevices reads lines of a class and a URI. Lines with a scheme only are
// kinds of printers that one could have.
func parseDevices(text string) []Device {
	var list []Device
	for line := range strings.Lines(text) {
		class, uri, ok := strings.Cut(strings.TrimSpace(line), " ")
		if ok && strings.Contains(uri, ":/") && (class == "network" || class == "direct") {
			list = append(list, Device{URI: uri, Class: class})
		}
	}
	return list
}

// The ports at which ipp-usb(8) offers printers on USB cables, one each.
const (
	usbPort     = 60000
	usbPrinters = 4
)

// usb returns the driverless printers on USB cables. They are announced in the
// network too, but only where a service for that runs.
func usb(ctx context.Context) []Device {
	var list []Device
	dialer := net.Dialer{Timeout: time.Second}
	for port := usbPort; port < usbPort+usbPrinters; port++ {
		conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err != nil {
			continue
		}
		conn.Close()
		list = append(list, Device{URI: fmt.Sprintf("ipp://localhost:%d/ipp/print", port), Class: "direct"})
	}
	return list
}
