package backup_test

import (
	"bytes"
	"testing"

	"coen/ksk/backup"
)

// FuzzParse: what is taken is written again as it was.
func FuzzParse(f *testing.F) {
	text, _ := three(f)
	f.Add(text)
	f.Add([]byte("coen-key-backup 1\ncreated 2030-01-01T00:00:00Z\nwrapping-key AES-256-KWP - x\n\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		file, err := backup.Parse(text)
		if err != nil {
			return
		}
		if again, err := file.Text(); err != nil || !bytes.Equal(again, text) {
			t.Errorf("%v\n%s", err, again)
		}
	})
}

func FuzzParseLegacy(f *testing.F) {
	f.Add([]byte(legacy("Wrappedkey")))
	f.Fuzz(func(_ *testing.T, text []byte) {
		if all, err := backup.ParseLegacy(text); err == nil {
			backup.LegacyPairs(all)
		}
	})
}
