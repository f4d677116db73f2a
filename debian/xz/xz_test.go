package xz

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"coen/internal/oracle"
)

// jack and noise are what the files in testdata hold.
var (
	jack  = strings.Repeat("All work and no play makes Jack a dull boy.\n", 200)
	noise = func() string {
		var b []byte
		for sum := sha256.Sum256(nil); len(b) < 3000; sum = sha256.Sum256(sum[:]) {
			b = append(b, sum[:]...)
		}
		return string(b[:3000])
	}()
	mix = jack + noise + jack
)

var files = map[string]string{
	"check-none":   mix,
	"check-crc32":  mix,
	"check-crc64":  mix,
	"check-sha256": mix,
	"blocks":       mix,
	"lp2":          mix,
	"lp3":          mix,
	"empty":        "",
	"streams":      jack + noise + jack,
}

func testFile(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name+".xz"))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func decode(raw []byte) (string, error) {
	z, err := NewReader(bytes.NewReader(raw))
	if err != nil {
		return "", err
	}
	content, err := io.ReadAll(z)
	return string(content), err
}

// decodeParallel reads with Open.
func decodeParallel(raw []byte, workers int) (string, error) {
	z, err := Open(bytes.NewReader(raw), int64(len(raw)), workers)
	if err != nil {
		return "", err
	}
	defer z.Close()
	content, err := io.ReadAll(z)
	return string(content), err
}

func TestFiles(t *testing.T) {
	for name, want := range files {
		raw := testFile(t, name)
		if got, err := decode(raw); err != nil || got != want {
			t.Errorf("%s: %d bytes, want %d; %v", name, len(got), len(want), err)
		}
		for _, workers := range []int{1, 2, 8} {
			if got, err := decodeParallel(raw, workers); err != nil || got != want {
				t.Errorf("%s, %d workers: %d bytes, want %d; %v", name, workers, len(got), len(want), err)
			}
		}
	}
}

// TestReaderBehaviour reads in pieces of all kinds, and again after Reset.
func TestReaderBehaviour(t *testing.T) {
	z, err := NewReader(iotest.OneByteReader(bytes.NewReader(testFile(t, "streams"))))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		raw := testFile(t, name)
		if err := z.Reset(bytes.NewReader(raw)); err != nil {
			t.Fatal(err)
		}
		if err := iotest.TestReader(z, []byte(want)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := z.Reset(iotest.DataErrReader(iotest.HalfReader(bytes.NewReader(raw)))); err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if _, err := z.WriteTo(&b); err != nil || b.String() != want {
			t.Errorf("%s: WriteTo: %d bytes, want %d; %v", name, b.Len(), len(want), err)
		}
	}
}

func TestParallelBehaviour(t *testing.T) {
	raw := testFile(t, "blocks")
	if blocks, _ := parallelBlocks(bytes.NewReader(raw), int64(len(raw))); len(blocks) < 9 {
		t.Fatalf("%d blocks", len(blocks))
	}
	open := func() io.ReadCloser {
		z, err := Open(bytes.NewReader(raw), int64(len(raw)), 3)
		if err != nil {
			t.Fatal(err)
		}
		return z
	}
	z := open()
	if err := iotest.TestReader(z, []byte(mix)); err != nil {
		t.Error(err)
	}
	if err := z.Close(); err != nil {
		t.Error(err)
	}
	var b strings.Builder
	if _, err := open().(io.WriterTo).WriteTo(&b); err != nil || b.String() != mix {
		t.Errorf("WriteTo: %d bytes, %v", b.Len(), err)
	}
	// Closed before its end, at once and after some blocks, twice.
	for _, n := range []int64{0, 5000} {
		z := open()
		if _, err := io.CopyN(io.Discard, z, n); err != nil {
			t.Error(err)
		}
		z.Close()
		z.Close()
		if n, err := z.Read(make([]byte, 1)); n != 0 || err == nil {
			t.Error("read after close")
		}
	}
}

// TestDamage changes bytes of each file. All of it must be noticed: even without a
// check value there are those of headers and index.
func TestDamage(t *testing.T) {
	for name, want := range files {
		raw := testFile(t, name)
		for _, i := range positions(len(raw)) {
			raw[i] ^= 0x10
			if got, err := decode(raw); err == nil && (name != "check-none" || got == want) {
				t.Errorf("%s: byte %d changed, no error", name, i)
			}
			if got, err := decodeParallel(raw, 2); err == nil && (name != "check-none" || got == want) {
				t.Errorf("%s: byte %d changed, no error in parallel", name, i)
			}
			raw[i] ^= 0x10
		}
	}
}

// positions are places in a file of n bytes: all near its ends, some between.
func positions(n int) []int {
	var list []int
	for i := 0; i < n; i++ {
		if i < 80 || i > n-100 || i%300 == 0 {
			list = append(list, i)
		}
	}
	return list
}

// TestTruncated wants an error for every cut but those between streams.
func TestTruncated(t *testing.T) {
	for _, name := range []string{"streams", "check-sha256", "empty"} {
		raw := testFile(t, name)
		whole := 0
		for i := 0; i < len(raw); i += 4 { // where streams and padding end
			if _, err := decode(raw[:i]); err == nil {
				whole++
			}
			if _, err := decode(raw[:i+1]); err == nil {
				t.Errorf("%s: no error for the first %d bytes", name, i+1)
			}
		}
		want := 0
		if name == "streams" {
			want = 1 + 2 + 1 + 1 + 1 + 1 // its streams, and words of padding behind them
		}
		if whole != want {
			t.Errorf("%s: %d of its parts are whole files, want %d", name, whole, want)
		}
	}
}

func TestRefused(t *testing.T) {
	good := string(testFile(t, "check-crc32"))
	for _, test := range []struct{ name, input, want string }{
		{"empty", "", "unexpected EOF"},
		{"other", "\x1f\x8b and so on and on", "not xz"},
		{"filter", string(testFile(t, "unsupported-filter")), "only LZMA2"},
		{"dictionary", string(testFile(t, "unsupported-dictionary")), "dictionary of 96 MiB"},
		{"garbage behind", good + "garbage and more", "not xz"},
		{"some padding", good + "\x00\x00", "unexpected EOF"},
	} {
		if _, err := decode([]byte(test.input)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q", test.name, err, test.want)
		}
	}
}

// TestMemory wants a small file that asks for a large dictionary to take little.
func TestMemory(t *testing.T) {
	raw := testFile(t, "lp3")
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := decode(raw); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 1<<20 {
		t.Errorf("%d bytes allocated", n)
	}
}

// sources are contents of several kinds, some larger than the dictionaries below.
func sources(t testing.TB) map[string][]byte {
	program, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	program = program[:min(len(program), 400_000)]
	rng := rand.New(rand.NewPCG(1, 2))
	random := make([]byte, 200_000)
	for i := range random {
		random[i] = byte(rng.Uint32())
	}
	var runs []byte
	for len(runs) < 400_000 {
		runs = append(runs, bytes.Repeat([]byte{byte(rng.Uint32N(3))}, int(rng.Uint32N(3000)))...)
		runs = append(runs, random[:rng.Uint32N(50)]...)
	}
	return map[string][]byte{
		"program": program,
		"random":  random,
		"runs":    runs,
		"zeros":   make([]byte, 2_500_000),
		"mixed":   bytes.Join([][]byte{random, runs[:99_999], random, []byte(mix), program[:50_000], random}, nil),
		"byte":    {7},
	}
}

// TestXZ decompresses what xz compresses with all kinds of options.
func TestXZ(t *testing.T) {
	options := []string{
		"-0", "-2e --check=sha256", "-6", "-3 --check=none", "-T2 --block-size=165536", "-T1 --block-size=100000 --check=crc32",
		"--lzma2=preset=1,dict=4KiB", "--lzma2=preset=6e,dict=100KiB,lc=0,lp=4,pb=0", "--lzma2=preset=6,lc=4,lp=0,pb=4",
		"--lzma2=preset=2,lc=2,lp=2,pb=3,nice=5", "--lzma2=preset=1,mf=hc3,mode=fast",
	}
	for name, content := range sources(t) {
		for _, option := range options {
			raw := compress(t, content, strings.Fields(option)...)
			got, err := decode(raw)
			if err != nil || got != string(content) {
				t.Errorf("%s, xz %s: %d bytes, want %d; %v", name, option, len(got), len(content), err)
			}
			if got, err := decodeParallel(raw, 3); err != nil || got != string(content) {
				t.Errorf("%s, xz %s, parallel: %d bytes, want %d; %v", name, option, len(got), len(content), err)
			}
		}
	}
}

func compress(t testing.TB, content []byte, options ...string) []byte {
	t.Helper()
	cmd := exec.Command(oracle.Need(t, "xz"), append([]string{"-c"}, options...)...)
	cmd.Stdin = bytes.NewReader(content)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("xz %q: %v", options, err)
	}
	return out
}

func BenchmarkReader(b *testing.B) {
	for _, name := range []string{"program", "random", "runs"} {
		content := sources(b)[name]
		raw := compress(b, content)
		b.Run(name, func(b *testing.B) {
			z := new(Reader)
			b.SetBytes(int64(len(content)))
			for b.Loop() {
				if err := z.Reset(bytes.NewReader(raw)); err != nil {
					b.Fatal(err)
				}
				if _, err := io.Copy(io.Discard, z); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkOpen(b *testing.B) {
	content := sources(b)["program"]
	raw := compress(b, content, "--block-size=500000")
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprint(workers), func(b *testing.B) {
			b.SetBytes(int64(len(content)))
			for b.Loop() {
				if got, err := decodeParallel(raw, workers); err != nil || len(got) != len(content) {
					b.Fatal(err)
				}
			}
		})
	}
}
