package store_test

import (
	"crypto/sha256"
	"fmt"
	"os"

	"coen/store"
)

func Example() {
	dir, err := os.MkdirTemp("", "store-*")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	s, err := store.Open(dir)
	if err != nil {
		panic(err)
	}
	const text = "hello, world\n"
	sum := sha256.Sum256([]byte(text))

	// A download that breaks off.
	part, err := s.Partial(sum)
	if err != nil {
		panic(err)
	}
	fmt.Fprint(part, text[:7])
	part.Close()

	// It goes on from there, perhaps in another process.
	if part, err = s.Partial(sum); err != nil {
		panic(err)
	}
	fmt.Println(part.Size(), "bytes are there")
	fmt.Fprint(part, text[part.Size():])
	if err := part.Commit(); err != nil {
		panic(err)
	}
	content, err := s.Read(sum)
	fmt.Printf("%q %v\n", content, err)
	// Output:
	// 7 bytes are there
	// "hello, world\n" <nil>
}
