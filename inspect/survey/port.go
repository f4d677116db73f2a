package survey

import (
	"path"
	"strconv"
	"strings"
)

// A Port is where a unit listens to a network.
type Port struct {
	Unit string `json:"unit"`
	// State is the unit's. One that is not enabled may be started by another.
	State string `json:"state"`
	// Listen is what is written: "22", "0.0.0.0:22", "localhost:631".
	Listen   string `json:"listen"`
	Protocol string `json:"protocol"` // "TCP" or "UDP"
	Path     string `json:"path"`     // of the file that says so
}

// protocols of the settings of a socket unit (systemd.socket(5)).
var protocols = map[string]string{"ListenStream": "TCP", "ListenDatagram": "UDP"}

// ports lists what socket units and CUPS's configuration name. Sockets of the
// file system are no ports.
func (s *unitSet) ports(units []Unit) (all []Port, err error) {
	for _, u := range units {
		if path.Ext(u.Name) != ".socket" || u.State == "masked" || u.State == "alias" {
			continue
		}
		listens, err := s.socket(u)
		if err != nil {
			return nil, err
		}
		all = append(all, listens...)
	}
	for _, u := range units {
		if u.Name == "cups.service" && u.State != "masked" {
			listens, err := s.cups(u)
			if err != nil {
				return nil, err
			}
			all = append(all, listens...)
		}
	}
	return all, nil
}

// socket reads a socket unit and its drop-ins, in the order of systemd.
func (s *unitSet) socket(u Unit) (all []Port, err error) {
	files := []string{strings.TrimPrefix(u.Path, "/")}
	for _, dir := range []string{unitDirs[1], unitDirs[0]} {
		list, err := readDir(s.root, path.Join(dir, u.Name+".d"))
		if err != nil {
			return nil, err
		}
		for _, d := range list {
			files = append(files, path.Join(dir, u.Name+".d", d.Name()))
		}
	}
	for _, file := range files {
		data, err := text(s.root, file)
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(data)) {
			key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
			protocol, ok := protocols[strings.TrimSpace(key)]
			switch value = strings.TrimSpace(value); {
			case !ok:
			case value == "": // forgets what was said before
				all = nil
			case isPort(value):
				all = append(all, Port{u.Name, u.State, value, protocol, "/" + file})
			}
		}
	}
	return all, nil
}

// isPort tells "631" and "[::1]:631" from "/run/cups.sock" and "@abstract".
func isPort(listen string) bool {
	_, err := strconv.ParseUint(listen[strings.LastIndex(listen, ":")+1:], 10, 16)
	return err == nil && !strings.HasPrefix(listen, "/") && !strings.HasPrefix(listen, "vsock:")
}

const cupsd = "etc/cups/cupsd.conf"

// cups reads the Listen and Port directives of cupsd.conf(5).
func (s *unitSet) cups(u Unit) (all []Port, err error) {
	data, err := text(s.root, cupsd)
	for line := range strings.Lines(string(data)) {
		words := strings.Fields(line)
		if len(words) != 2 {
			continue
		}
		directive := strings.ToLower(words[0])
		if (directive == "listen" || directive == "port") && isPort(words[1]) {
			all = append(all, Port{u.Name, u.State, words[1], "TCP", "/" + cupsd})
		}
	}
	return all, err
}
