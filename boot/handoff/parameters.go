package handoff

import (
	"fmt"
	"strconv"
	"strings"
)

// The parameters on the kernel command line. A later one counts more.
const (
	VolumeKey    = "coen.volume"    // volume identifier of the medium to start from
	VerityKey    = "coen.verity"    // what the root file system must be: see Verity
	CheckKey     = "coen.check"     // a Check
	RAMKey       = "coen.toram"     // "yes" copies the root file system into memory
	PauseKey     = "coen.pause"     // seconds that the result stays, or "enter"
	RehearsalKey = "coen.rehearsal" // "yes" tells everybody that nothing counts
)

// Parameters are COEN's part of a kernel command line.
type Parameters struct {
	Volume    string
	Verity    Verity
	Check     Check
	ToRAM     bool
	Rehearsal bool

	// Pause is how many seconds the measured result stays on the screen before
	// the start goes on by itself, UntilEnter if somebody has to press Enter.
	Pause int
}

// A Check says what is done about the medium before the start.
type Check string

// What can be done.
const (
	CheckFirst Check = "yes"  // measure and verify the whole medium, then start
	CheckNot   Check = "no"   // start at once; the kernel verifies what it reads
	CheckOnly  Check = "only" // measure and verify, show the result, stop there
)

// Values of Parameters.Pause. Fifteen seconds are for somebody to see that a
// key holds the screen, not to read it.
const (
	DefaultPause = 15
	MaxPause     = 3600
	UntilEnter   = -1
)

// ParseCommandLine finds COEN's parameters in a kernel command line, as
// /proc/cmdline gives it. Others are ignored. A value that is not known is an
// error: somebody typed it into the menu and meant something.
func ParseCommandLine(line string) (Parameters, error) {
	p := Parameters{Check: CheckFirst, Pause: DefaultPause}
	for word := range strings.FieldsSeq(line) {
		key, value, _ := strings.Cut(word, "=")
		if err := p.set(key, value); err != nil {
			return p, fmt.Errorf("kernel command line: %s: %w", key, err)
		}
	}
	switch {
	case p.Volume == "":
		return p, fmt.Errorf("kernel command line: %s is missing", VolumeKey)
	case p.Verity.Blocks == 0:
		return p, fmt.Errorf("kernel command line: %s is missing", VerityKey)
	}
	return p, nil
}

func (p *Parameters) set(key, value string) (err error) {
	switch key {
	case VolumeKey:
		p.Volume = value
	case VerityKey:
		p.Verity, err = ParseVerity(value)
	case CheckKey:
		switch p.Check = Check(value); p.Check {
		case CheckFirst, CheckNot, CheckOnly:
		default:
			return fmt.Errorf("%q is not yes, no or only", value)
		}
	case RAMKey:
		p.ToRAM, err = parseYes(value)
	case RehearsalKey:
		p.Rehearsal, err = parseYes(value)
	case PauseKey:
		p.Pause, err = parsePause(value)
	}
	return err
}

func parseYes(value string) (bool, error) {
	if value != "yes" && value != "no" {
		return false, fmt.Errorf("%q is not yes or no", value)
	}
	return value == "yes", nil
}

func parsePause(value string) (int, error) {
	if value == "enter" {
		return UntilEnter, nil
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 0 || n > MaxPause {
		return 0, fmt.Errorf("%q is neither enter nor a number of seconds up to %d", value, MaxPause)
	}
	return n, nil
}
