package deb

import (
	"archive/tar"
	"fmt"
	"testing"
)

// BenchmarkReader reads a package of a thousand files that is not compressed:
// what archives cost beside decompression, which package xz measures.
func BenchmarkReader(b *testing.B) {
	headers := make([]*tar.Header, 1000)
	for i := range headers {
		headers[i] = &tar.Header{Name: fmt.Sprintf("./usr/file%d", i), Typeflag: tar.TypeReg, Size: 20_000}
	}
	headers[0] = &tar.Header{Name: "./usr/", Typeflag: tar.TypeDir, Mode: 0o755}
	content := packDeb(b, packTar(b, headers...))
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		if entries, err := drain(content); err != nil || len(entries) != len(headers) {
			b.Fatalf("%d entries, %v", len(entries), err)
		}
	}
}
