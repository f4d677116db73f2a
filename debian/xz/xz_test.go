package xz_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"coen/debian/xz"
	"coen/internal/oracle"
)

// sample makes n bytes of something like the content of packages: text with
// repetitions, numbers, noise and zeros.
func sample(n int) []byte {
	r := rand.New(rand.NewSource(int64(n)))
	var b bytes.Buffer
	for b.Len() < n {
		switch r.Intn(5) {
		case 0:
			noise := make([]byte, r.Intn(3000))
			r.Read(noise)
			b.Write(noise)
		case 1:
			b.Write(make([]byte, r.Intn(5000)))
		case 2:
			for i := range r.Intn(400) {
				fmt.Fprintf(&b, "line %d of something: %x\n", i, r.Intn(300))
			}
		case 3:
			for i := range r.Intn(1000) {
				b.Write([]byte{byte(i), byte(i >> 8), 0, 0})
			}
		default:
			if b.Len() > 0 {
				at := r.Intn(b.Len())
				b.Write(bytes.Clone(b.Bytes()[at:min(b.Len(), at+r.Intn(20000))]))
			}
		}
	}
	return b.Bytes()[:n]
}

// compress lets the real xz compress a sample.
func compress(t testing.TB, data []byte, options ...string) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return []byte(oracle.Run(t, "xz", append(options, "-kc", file)...))
}

func decompress(packed []byte) ([]byte, error) {
	r, err := xz.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

func TestOracle(t *testing.T) {
	for _, size := range []int{0, 1, 1000, 200_000} {
		data := sample(size)
		for _, options := range []string{
			"-6", "-0", "-9e", "--check=none", "--check=crc32", "--check=sha256",
			"--lzma2=lc=0,lp=4,pb=0", "--lzma2=lc=4,lp=0,pb=4", "--lzma2=dict=4KiB", "--lzma2=dict=1MiB,nice=273",
			"--block-size=100000", "-T2 --block-size=500000",
		} {
			packed := compress(t, data, strings.Fields(options)...)
			got, err := decompress(packed)
			if err != nil || !bytes.Equal(got, data) {
				t.Errorf("%d bytes, %s: %d bytes, error %v", size, options, len(got), err)
			}
		}
	}
}

func TestSlide(t *testing.T) {
	data := sample(9_000_000) // several windows of a small dictionary
	got, err := decompress(compress(t, data, "-1", "--lzma2=dict=64KiB,mode=fast,nice=32"))
	if err != nil || !bytes.Equal(got, data) {
		t.Errorf("%d bytes, error %v", len(got), err)
	}
}

func TestStreams(t *testing.T) {
	one, two := compress(t, []byte("one ")), compress(t, []byte("two"))
	pad := make([]byte, 8)
	for _, c := range []struct {
		packed []byte
		want   string
		err    string
	}{
		{bytes.Join([][]byte{one, two}, nil), "one two", ""},
		{bytes.Join([][]byte{one, pad, two, pad[:4]}, nil), "one two", ""},
		{bytes.Join([][]byte{one, pad[:3], two}, nil), "one ", "multiple of four"},
		{bytes.Join([][]byte{one, pad[:3]}, nil), "one ", "unexpected EOF"},
		{bytes.Join([][]byte{one, []byte("xxxxxxxxxxxx")}, nil), "one ", "no magic"},
		{bytes.Join([][]byte{one, two[:9]}, nil), "one ", "unexpected EOF"},
	} {
		got, err := decompress(c.packed)
		if string(got) != c.want || fmt.Sprint(err) != "<nil>" && !strings.Contains(err.Error(), c.err) || (err == nil) != (c.err == "") {
			t.Errorf("%q, error %v; want %q, %q", got, err, c.want, c.err)
		}
	}
}

// TestDamage changes every byte of a small file: every change must be noticed, unless it
// does not matter, as that of a parameter that these data do not depend on.
func TestDamage(t *testing.T) {
	data := sample(700)
	packed := compress(t, data, "--check=crc64", "--block-size=400")
	for i := range packed {
		for _, flip := range []byte{1, 0x80, 0xff} {
			bad := bytes.Clone(packed)
			bad[i] ^= flip
			if got, err := decompress(bad); err == nil && !bytes.Equal(got, data) {
				t.Errorf("byte %d of %d changed: no error, %d bytes", i, len(packed), len(got))
			}
		}
		if _, err := decompress(packed[:i]); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("cut to %d bytes: error %v", i, err)
		}
	}
}

func TestRefused(t *testing.T) {
	data := sample(1000)
	for options, want := range map[string]string{
		"--x86 --lzma2":          "several filters are not supported",
		"--lzma2=dict=256MiB":    "dictionary of 268435456 bytes",
		"--delta=dist=2 --lzma2": "several filters",
	} {
		if _, err := decompress(compress(t, data, strings.Fields(options)...)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %s", options, err, want)
		}
	}
	if _, err := decompress([]byte("\x1f\x8b gzip is something else")); err == nil || !strings.Contains(err.Error(), "not an .xz file") {
		t.Errorf("error %v", err)
	}
}

func TestSmallReads(t *testing.T) {
	data := sample(300_000)
	packed := compress(t, data, "--block-size=70000")
	r, err := xz.NewReader(iotest.OneByteReader(bytes.NewReader(packed)))
	if err != nil {
		t.Fatal(err)
	}
	if err := iotest.TestReader(r, data); err != nil {
		t.Error(err)
	}
}

func FuzzReader(f *testing.F) {
	f.Add([]byte("\xfd7zXZ\x00\x00\x04\xe6\xd6\xb4F\x00\x00\x00\x00\x1c\xdfD!\x1f\xb6\xf3}\x01\x00\x00\x00\x00\x04YZ"))
	for _, size := range []int{1, 500} {
		f.Add(compress(f, sample(size), "--check=none"))
	}
	f.Fuzz(func(t *testing.T, packed []byte) {
		r, err := xz.NewReader(bytes.NewReader(packed))
		if err == nil {
			io.CopyN(io.Discard, r, 1<<24)
		}
	})
}

func BenchmarkReader(b *testing.B) {
	data := sample(8_000_000)
	packed := compress(b, data)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		r, err := xz.NewReader(bytes.NewReader(packed))
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, r); err != nil {
			b.Fatal(err)
		}
	}
}
