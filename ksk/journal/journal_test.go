package journal_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"coen/ksk/journal"
)

func TestJournal(t *testing.T) {
	var file, terminal, remote bytes.Buffer
	at := time.Date(2030, 1, 2, 3, 4, 5, 67_890_000, time.Local)
	j := journal.New(func() time.Time { return at })
	j.To(&file, journal.Info)
	j.To(&terminal, journal.Warning)
	j.ToUndated(&remote, journal.Error)
	log := j.Logger("kskm.test")
	log.Debugf("no one sees this")
	log.Infof("%d bundles", 9)
	log.Warningf("two\nlines")
	log.Errorf("bad")
	log.Criticalf("worse")
	const stamp = "2030-01-02 03:04:05,067: kskm.test: "
	warnings := stamp + "WARNING two\nlines\n" + stamp + "ERROR bad\n" + stamp + "CRITICAL worse\n"
	if got := file.String(); got != stamp+"INFO 9 bundles\n"+warnings {
		t.Errorf("file:\n%s", got)
	}
	if got := terminal.String(); got != warnings {
		t.Errorf("terminal:\n%s", got)
	}
	if got := remote.String(); got != "kskm.test: ERROR badkskm.test: CRITICAL worse" {
		t.Errorf("remote: %s", got)
	}
	if j.Err() != nil {
		t.Error(j.Err())
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space") }

func TestErr(t *testing.T) {
	j := journal.New(time.Now)
	j.To(full{}, journal.Info)
	j.Logger("x").Infof("lost")
	if j.Err() == nil {
		t.Error("a lost record is not reported")
	}
}
