package main

import (
	"bytes"
	"path/filepath"

	"coen/image"
	"coen/payload"
	"coen/sbom"
)

// materials makes the list of what the image consists of, in SPDX's form.
func (b *build) materials(r *image.Result) ([]byte, error) {
	in := &sbom.Input{
		Image: b.recipe.Name, Release: b.recipe.Release, ISO: filepath.Base(b.out), SHA256: r.SHA256,
		Epoch: b.recipe.Epoch, Lock: b.lock, ReadFile: r.Tree.ReadFile,
	}
	for _, name := range append([]string{"coen-init"}, b.recipe.Programs...) {
		content, err := payload.Program(name)
		if err != nil {
			return nil, err
		}
		in.Programs = append(in.Programs, sbom.Program{Name: name, Content: content})
	}
	list, err := sbom.New(in)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = list.SPDX(&out)
	return out.Bytes(), err
}
