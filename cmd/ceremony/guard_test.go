package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"coen/ceremony/drive"
	"coen/ceremony/guard"
)

// TestBanner holds what people read to the words that matter, within a terminal of
// 80 characters.
func TestBanner(t *testing.T) {
	stick := &drive.Drive{Path: "/dev/sdb", Vendor: "SanDisk", Model: "Ultra", Serial: "4C530001", Size: 16e9, Volumes: []drive.Volume{{
		FileSystem: "vfat", Label: "HSMFD", Mounts: []drive.Mount{{Dir: "/media/HSMFD"}},
	}}}
	for _, c := range []struct {
		notice guard.Notice
		want   []string
	}{
		{guard.Notice{Kind: guard.Inserted, Drive: stick, Purpose: drive.HSMFD, Status: guard.Status{Words: "in use by bash (77)"}},
			[]string{"####", "serial 4C530001", "mounted at /media/HSMFD, can be written", ">>> DO NOT REMOVE: in use by bash (77)"}},
		{guard.Notice{Kind: guard.Removed, Drive: stick, Purpose: drive.HSMFD, Status: guard.Status{Words: "removed while in use by bash (77)"}},
			[]string{"####", ">>> PULLED OUT TOO EARLY: removed while in use by bash (77)"}},
		{guard.Notice{Kind: guard.Inserted, Drive: &drive.Drive{Path: "/dev/sdc"}, Purpose: drive.Unknown, Reason: "why", Status: guard.Status{Safe: true}},
			[]string{"====", "unnamed drive", "why", "not mounted", ">>> MAY BE REMOVED NOW"}},
		{guard.Notice{Kind: guard.Removed, Drive: stick, Purpose: drive.KSRFD, Status: guard.Status{Safe: true}}, []string{"====", ">>> REMOVED"}},
		{guard.Notice{Kind: guard.Inserted, Drive: labelled("HSMFD"), Purpose: drive.HSMFD, Status: guard.Status{Safe: true}}, []string{"to use it: ceremony mount --write HSMFD"}},
		{guard.Notice{Kind: guard.Inserted, Drive: labelled("KSRFD"), Purpose: drive.KSRFD, Status: guard.Status{Safe: true}}, []string{"to read it: ceremony mount KSRFD"}},
		{guard.Notice{Kind: guard.Inserted, Drive: labelled("KSRFD"), Purpose: drive.Unknown, Status: guard.Status{Safe: true}}, []string{"to read it: ceremony mount /dev/sdd"}},
	} {
		r := begun(t)
		var out bytes.Buffer
		p := &program{ctx: t.Context(), stdout: &out, stderr: &out, now: func() time.Time { return r.clock }}
		p.tellDrive(c.notice)
		t.Log(out.String())
		for _, want := range c.want {
			if !strings.Contains(out.String(), want) {
				t.Errorf("no %q in\n%s", want, out.String())
			}
		}
		for line := range strings.SplitSeq(out.String(), "\n") {
			if len([]rune(line)) > 80 {
				t.Errorf("a line of %d: %q", len([]rune(line)), line)
			}
		}
		if log := r.read(r.log()); !strings.Contains(log, " "+string(c.notice.Kind)+" purpose="+string(c.notice.Purpose)) {
			t.Errorf("the log says\n%s", log)
		}
	}
}

// labelled is a drive that is not mounted.
func labelled(label string) *drive.Drive {
	return &drive.Drive{Path: "/dev/sdd", Serial: "7", Size: 4e9, Volumes: []drive.Volume{{FileSystem: "vfat", Label: label}}}
}

// TestOfferNone has nothing offered that must not be mounted, or cannot be.
func TestOfferNone(t *testing.T) {
	for _, n := range []guard.Notice{
		{Drive: labelled("COEN_3_0_0"), Purpose: drive.System},
		{Drive: &drive.Drive{Path: "/dev/sdd"}, Purpose: drive.Unknown},
	} {
		if got := offer(n); got != "" {
			t.Errorf("%v: %q", n.Drive, got)
		}
	}
}
