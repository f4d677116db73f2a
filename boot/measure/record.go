package measure

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"coen/pgpwords"
)

// A State says how far a measurement went.
type State string

// The states.
const (
	Complete State = "complete" // every byte was read, every block verified
	Skipped  State = "skipped"  // the boot menu asked for no measurement
	Pending  State = "pending"  // it goes on; never in a record that was left
)

// A Record is what is known of the medium that the system was started from. Its
// form is in spec/measured.md.
type Record struct {
	State     State
	Release   string // "COEN console 3.0.0"
	Volume    string // the volume identifier
	Device    string // "/dev/sr0"; of a system in memory, where it came from
	Drive     string // what the drive says of itself, "QEMU DVD-ROM"; may be empty
	Size      int64  // of the volume in bytes
	SHA256    [32]byte
	Took      time.Duration // how long it took to read, in whole milliseconds
	ToRAM     bool          // the medium is not needed any more
	Rehearsal bool
	Others    []string // further devices with a volume of the same name
}

// Words are the PGP words of the SHA-256.
func (r *Record) Words() string { return pgpwords.String(r.SHA256[:]) }

// WriteTo writes the record.
func (r *Record) WriteTo(w io.Writer) (int64, error) {
	var b strings.Builder
	line := func(key, value string) { fmt.Fprintf(&b, "%s=%s\n", key, quote(value)) }
	line("state", string(r.State))
	line("release", r.Release)
	line("volume", r.Volume)
	line("device", r.Device)
	line("drive", r.Drive)
	line("size", strconv.FormatInt(r.Size, 10))
	if r.State == Complete {
		line("sha256", hex.EncodeToString(r.SHA256[:]))
		line("words", r.Words())
		line("seconds", fmt.Sprintf("%.3f", r.Took.Seconds()))
	}
	line("toram", yes(r.ToRAM))
	line("rehearsal", yes(r.Rehearsal))
	line("others", strings.Join(r.Others, " "))
	n, err := io.WriteString(w, b.String())
	return int64(n), err
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// plain are values that a shell reads as they are. Anything else is quoted, after
// what is special between double quotes has become a question mark: drives say
// strange things of themselves.
var (
	plain   = regexp.MustCompile(`^[A-Za-z0-9._:/+-]+$`)
	special = regexp.MustCompile("[^ -~]|[\"$\\\\`]")
)

func quote(s string) string {
	if plain.MatchString(s) {
		return s
	}
	return `"` + special.ReplaceAllString(s, "?") + `"`
}

// ParseRecord reads what WriteTo wrote. Keys it does not know are ignored; the
// words must be those of the SHA-256.
func ParseRecord(r io.Reader) (*Record, error) {
	values := map[string]string{}
	s := bufio.NewScanner(r)
	for n := 1; s.Scan(); n++ {
		key, value, ok := strings.Cut(s.Text(), "=")
		if !ok {
			return nil, fmt.Errorf("record of a measurement: line %d: %q is not KEY=VALUE", n, s.Text())
		}
		values[key] = strings.Trim(value, `"`)
	}
	if err := s.Err(); err != nil {
		return nil, fmt.Errorf("record of a measurement: %w", err)
	}
	rec, err := fromValues(values)
	if err != nil {
		return nil, fmt.Errorf("record of a measurement: %w", err)
	}
	return rec, nil
}

func fromValues(values map[string]string) (*Record, error) {
	r := &Record{
		State: State(values["state"]), Release: values["release"], Volume: values["volume"],
		Device: values["device"], Drive: values["drive"],
		ToRAM: values["toram"] == "yes", Rehearsal: values["rehearsal"] == "yes",
		Others: strings.Fields(values["others"]),
	}
	if len(r.Others) == 0 {
		r.Others = nil
	}
	var err error
	if r.Size, err = strconv.ParseInt(values["size"], 10, 64); err != nil {
		return nil, fmt.Errorf("size %q is not a number", values["size"])
	}
	switch r.State {
	case Skipped:
		return r, nil
	case Complete:
	default:
		return nil, fmt.Errorf("state %q is not known", r.State)
	}
	sum, err := hex.DecodeString(values["sha256"])
	if err != nil || len(sum) != len(r.SHA256) {
		return nil, fmt.Errorf("%q is not a SHA-256", values["sha256"])
	}
	r.SHA256 = [32]byte(sum)
	if values["words"] != r.Words() {
		return nil, fmt.Errorf("the words are not those of the SHA-256")
	}
	if r.Took, err = time.ParseDuration(values["seconds"] + "s"); err != nil {
		return nil, fmt.Errorf("%q is not a number of seconds", values["seconds"])
	}
	return r, nil
}
