package verity_test

import (
	"bytes"
	"fmt"
	"io"
	"log"

	"coen/fsimage/verity"
)

func Example() {
	image := bytes.Repeat([]byte("sixteen bytes ok"), 1024)
	w, err := verity.NewWriter([]byte("salt"), [16]byte{})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := io.Copy(w, bytes.NewReader(image)); err != nil {
		log.Fatal(err)
	}
	tree, err := w.Tree()
	if err != nil {
		log.Fatal(err)
	}
	var hashes bytes.Buffer
	if _, err := tree.WriteTo(&hashes); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d blocks, root hash %x\n", tree.Blocks, tree.Hash)

	image[5000] ^= 1
	r, err := verity.NewReader(bytes.NewReader(image), bytes.NewReader(hashes.Bytes()), tree.Root)
	if err != nil {
		log.Fatal(err)
	}
	_, err = r.ReadAt(make([]byte, 100), 4900)
	fmt.Println(err)
	// Output:
	// 4 blocks, root hash 716c666848ff9e3e05c37ef1540fe0cda3a64c0ac26e6a586ffe1d8be526ff4b
	// verity: data block 1 does not match its hash
}
