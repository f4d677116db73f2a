package medium

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

// TestRecord writes records and reads them again.
func TestRecord(t *testing.T) {
	for line, r := range map[string]*Record{
		"/usr/bin/bash\tf\t0755\t0:0\t5f2d\tpackage bash 5.2-1": {
			Path: "/usr/bin/bash", Kind: 'f', Mode: 0o755, Digest: "5f2d", Made: "package bash 5.2-1"},
		"\"/a\\tb\\n\"\tl\t0777\t1:4294967295\t\"x\"\ttool\tscript b: é": {},
		"\"/\\\"quoted\\\"\"\td\t4755\t0:0\t-\t\"rule é\"": {
			Path: `/"quoted"`, Kind: 'd', Mode: 0o4755, Digest: "-", Made: "rule é"},
	} {
		got, err := ParseRecord(line)
		if r.Path == "" { // a field that should have been quoted is taken as it is
			if err != nil || got.Path != "/a\tb\n" || got.GID != 1<<32-1 {
				t.Errorf("%q: %+v, %v", line, got, err)
			}
			continue
		}
		if err != nil || !reflect.DeepEqual(got, r) {
			t.Errorf("%q: %+v, %v", line, got, err)
		}
		if r.String() != line && r.Path[1] != '"' {
			t.Errorf("%+v is written %q, want %q", r, r, line)
		}
	}
}

func TestRecordErrors(t *testing.T) {
	const good = "/a\tf\t0644\t0:0\tx\ttool"
	for _, bad := range []string{
		"", "/a", "/a\tf\t0644\t0:0\tx", "/a\tff\t0644\t0:0\tx\ttool", "/a\tf\t9\t0:0\tx\ttool", "/a\tf\t10000\t0:0\tx\ttool",
		"/a\tf\t0644\t0\tx\ttool", "/a\tf\t0644\t-1:0\tx\ttool", "\"/a\tf\t0644\t0:0\tx\ttool",
	} {
		err := ReadRecords(strings.NewReader(good+"\n"+bad+"\n"), func(*Record) error { return nil })
		if err == nil || !strings.HasPrefix(err.Error(), "provenance: line 2: ") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	stop := errors.New("stop")
	if err := ReadRecords(strings.NewReader(good+"\n"), func(*Record) error { return stop }); err != stop {
		t.Error(err)
	}
	if err := ReadRecords(strings.NewReader(strings.Repeat("x", maxLine+1)), func(*Record) error { return nil }); err == nil {
		t.Error("a line without end is read")
	}
}
