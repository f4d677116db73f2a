//go:build linux

package main

// A progress tells on the console, in steps of ten percent, how far reading has
// come. It is an io.Writer that counts what goes through.
type progress struct {
	what        string
	done, total int64
	told        int64 // percent
}

func newProgress(what string, total int64) *progress { return &progress{what: what, total: total} }

func (p *progress) Write(b []byte) (int, error) {
	p.done += int64(len(b))
	if percent := p.done * 100 / max(p.total, 1); percent >= p.told+10 {
		p.told = percent - percent%10
		say("%s: %3d%%", p.what, p.told)
	}
	return len(b), nil
}
