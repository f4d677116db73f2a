package journal

import (
	"errors"
	"fmt"
	"io"
	"time"
)

// Level is how much a record matters.
type Level int

// The levels, by weight.
const (
	Debug Level = iota
	Info
	Warning
	Error
	Critical
)

// String returns the level as it stands in a record.
func (l Level) String() string {
	return [...]string{"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}[l]
}

// Record is a line of the log. A text may hold line feeds, which are written as they are.
type Record struct {
	Logger string
	Level  Level
	Text   string
}

// Journal writes records. The zero value drops them.
type Journal struct {
	now   func() time.Time
	sinks []sink
	err   error
}

type sink struct {
	w     io.Writer
	least Level
	dated bool
}

// New returns a Journal without any place to write to. Records are dated in the local
// time of the clock.
func New(now func() time.Time) *Journal { return &Journal{now: now} }

// To adds a place for dated records of at least this level.
func (j *Journal) To(w io.Writer, least Level) { j.sinks = append(j.sinks, sink{w, least, true}) }

// ToUndated adds a place for records that dates them itself.
func (j *Journal) ToUndated(w io.Writer, least Level) {
	j.sinks = append(j.sinks, sink{w, least, false})
}

// Add writes a record.
func (j *Journal) Add(r Record) {
	for _, s := range j.sinks {
		if r.Level < s.least {
			continue
		}
		line := fmt.Sprintf("%s: %s %s", r.Logger, r.Level, r.Text)
		if s.dated {
			line = stamp(j.now()) + ": " + line + "\n"
		}
		if _, err := io.WriteString(s.w, line); err != nil {
			j.err = errors.Join(j.err, err)
		}
	}
}

// stamp writes a date and a time with a comma before the milliseconds.
func stamp(t time.Time) string {
	t = t.Local()
	return fmt.Sprintf("%s,%03d", t.Format("2006-01-02 15:04:05"), t.Nanosecond()/1_000_000)
}

// Err returns the first failures to write, if there were any.
func (j *Journal) Err() error { return j.err }

// Logger returns a Logger with this name.
func (j *Journal) Logger(name string) Logger { return Logger{j.Add, name} }

// Logger writes records under one name.
type Logger struct {
	add  func(Record)
	name string
}

// NewLogger returns a Logger that hands its records to add.
func NewLogger(add func(Record), name string) Logger { return Logger{add, name} }

func (l Logger) log(level Level, format string, args []any) {
	if l.add != nil {
		l.add(Record{l.name, level, fmt.Sprintf(format, args...)})
	}
}

// Debugf writes a record of level DEBUG.
func (l Logger) Debugf(format string, args ...any) { l.log(Debug, format, args) }

// Infof writes a record of level INFO.
func (l Logger) Infof(format string, args ...any) { l.log(Info, format, args) }

// Warningf writes a record of level WARNING.
func (l Logger) Warningf(format string, args ...any) { l.log(Warning, format, args) }

// Errorf writes a record of level ERROR.
func (l Logger) Errorf(format string, args ...any) { l.log(Error, format, args) }

// Criticalf writes a record of level CRITICAL.
func (l Logger) Criticalf(format string, args ...any) { l.log(Critical, format, args) }
