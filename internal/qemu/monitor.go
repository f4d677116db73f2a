package qemu

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"
)

// A Monitor controls a machine from outside, by QEMU's machine protocol (QMP).
type Monitor struct {
	mu   sync.Mutex
	conn net.Conn
	r    *bufio.Reader
	last int // number of the last command
}

// dialInterval is the pause between attempts to reach a monitor that QEMU has
// not opened yet.
const dialInterval = 20 * time.Millisecond

// dialMonitor waits for the monitor's socket. It gives up when done is closed,
// which says that QEMU has ended.
func dialMonitor(ctx context.Context, socket string, done <-chan struct{}) (*Monitor, error) {
	for {
		conn, err := net.Dial("unix", socket)
		if err == nil {
			m := &Monitor{conn: conn, r: bufio.NewReader(conn)}
			if _, err := m.r.ReadBytes('\n'); err != nil { // the greeting
				return nil, errors.Join(fmt.Errorf("monitor: %w", err), conn.Close())
			}
			_, err := m.Execute(ctx, "qmp_capabilities", nil)
			return m, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-done:
			return nil, errors.New("ended before its monitor opened")
		case <-time.After(dialInterval):
		}
	}
}

func (m *Monitor) close() { m.conn.Close() }

// Execute runs a command of QMP and returns its result.
func (m *Monitor) Execute(ctx context.Context, command string, arguments any) (json.RawMessage, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.conn.SetDeadline(time.Time{}); err != nil { // an earlier command may have been given up
		return nil, fmt.Errorf("monitor: %s: %w", command, err)
	}
	stop := context.AfterFunc(ctx, func() { m.conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	result, err := m.execute(command, arguments)
	if err != nil {
		return nil, fmt.Errorf("monitor: %s: %w", command, err)
	}
	return result, nil
}

func (m *Monitor) execute(command string, arguments any) (json.RawMessage, error) {
	m.last++
	request := map[string]any{"execute": command, "id": m.last}
	if arguments != nil {
		request["arguments"] = arguments
	}
	if err := json.NewEncoder(m.conn).Encode(request); err != nil {
		return nil, err
	}
	for {
		line, err := m.r.ReadBytes('\n')
		if err != nil {
			return nil, err
		}
		var reply struct {
			Return json.RawMessage
			Error  *struct{ Desc string }
			Event  string
			ID     int
		}
		if err := json.Unmarshal(line, &reply); err != nil {
			return nil, err
		}
		switch {
		case reply.Event != "" || reply.ID != m.last: // one that was given up is answered, too
		case reply.Error != nil:
			return nil, errors.New(reply.Error.Desc)
		default:
			return reply.Return, nil
		}
	}
}

// Screendump writes what the screen shows to a file, in the format PPM.
func (m *Monitor) Screendump(ctx context.Context, file string) error {
	_, err := m.Execute(ctx, "screendump", map[string]string{"filename": file})
	return err
}

// SendKey presses keys together, named as QEMU names them: "ret", "ctrl-alt-f2".
func (m *Monitor) SendKey(ctx context.Context, keys string) error {
	type key struct {
		Type string `json:"type"`
		Data string `json:"data"`
	}
	var list []key
	for _, name := range strings.Split(keys, "-") {
		list = append(list, key{"qcode", name})
	}
	_, err := m.Execute(ctx, "send-key", map[string]any{"keys": list})
	return err
}

// Plug puts a raw disk image in as a USB stick that the machine may write to. The
// ID is for Unplug.
func (m *Monitor) Plug(ctx context.Context, id, file string) error {
	_, err := m.Execute(ctx, "blockdev-add", map[string]any{
		"driver": "raw", "node-name": id + "-disk",
		"file": map[string]any{"driver": "file", "filename": file},
	})
	if err != nil {
		return err
	}
	_, err = m.Execute(ctx, "device_add", map[string]any{
		"driver": "usb-storage", "bus": "usb.0", "id": id, "drive": id + "-disk", "removable": true,
	})
	return err
}

// Unplug takes out a USB device: one that was plugged in, or MediumID. It does not
// ask the machine.
func (m *Monitor) Unplug(ctx context.Context, id string) error {
	_, err := m.Execute(ctx, "device_del", map[string]string{"id": id})
	return err
}

// Eject presses the button of the drive that has the medium. The disc comes out
// if the machine lets it, sooner or later.
func (m *Monitor) Eject(ctx context.Context) error {
	_, err := m.Execute(ctx, "eject", map[string]any{"id": MediumID, "force": false})
	return err
}
