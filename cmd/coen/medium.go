package main

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"coen/inspect"
	"coen/recipe"
	"coen/recipes"
)

// An opened image is one in a file or on a device.
type openedImage struct {
	*inspect.Image
	file   *os.File
	name   string
	device bool
}

// openImage opens an ISO, a disc or a stick.
func openImage(name string) (*openedImage, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	img, err := openFile(f)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return img, nil
}

func openFile(f *os.File) (*openedImage, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	// Seeking to the end gives the size of devices too.
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, err
	}
	img, err := inspect.Open(f, size)
	if err != nil {
		return nil, err
	}
	return &openedImage{img, f, f.Name(), info.Mode()&os.ModeDevice != 0}, nil
}

func (i *openedImage) Close() error { return i.file.Close() }

// zeroBehind reports whether all that lies behind the image is zero.
func (i *openedImage) zeroBehind() (bool, error) {
	r, buf := i.BytesBehind(), make([]byte, 1<<20)
	zeros := make([]byte, len(buf))
	for {
		n, err := r.Read(buf)
		if !bytes.Equal(buf[:n], zeros[:n]) {
			return false, nil
		}
		if err == io.EOF {
			return true, nil
		}
		if err != nil {
			return false, err
		}
	}
}

// shippedFor returns the name of the recipe that ships with coen and makes the image
// that a recipe describes: the one with its name.
func shippedFor(r *recipe.Recipe) (string, bool) {
	for _, name := range shipped() {
		text, err := recipes.Files.ReadFile(name + ".yaml")
		if err != nil {
			continue
		}
		if s, err := recipe.Parse(name, text); err == nil && s.Name == r.Name {
			return name, true
		}
	}
	return "", false
}
