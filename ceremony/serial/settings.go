package serial

import "fmt"

// Settings are how a line is set.
type Settings struct {
	Speed    int  // bits per second
	DataBits int  // 5 to 8
	Parity   byte // 'N' none, 'E' even, 'O' odd
	StopBits int  // 1 or 2
}

// Parse makes settings of a speed and a mode such as "8N1".
func Parse(speed int, mode string) (Settings, error) {
	if speed < 1 || speed > 1<<31-1 {
		return Settings{}, fmt.Errorf("%d is no speed", speed)
	}
	if len(mode) != 3 || mode[0] < '5' || mode[0] > '8' ||
		mode[1] != 'N' && mode[1] != 'E' && mode[1] != 'O' || mode[2] != '1' && mode[2] != '2' {
		return Settings{}, fmt.Errorf("%q is no mode: data bits 5 to 8, parity N, E or O, stop bits 1 or 2, such as 8N1", mode)
	}
	return Settings{Speed: speed, DataBits: int(mode[0] - '0'), Parity: mode[1], StopBits: int(mode[2] - '0')}, nil
}

// Mode is the mode that was parsed.
func (s Settings) Mode() string { return fmt.Sprintf("%d%c%d", s.DataBits, s.Parity, s.StopBits) }
