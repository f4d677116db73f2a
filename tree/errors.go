package tree

import (
	"errors"
	"io/fs"
)

// What can be wrong with a path. The wording is that of strerror(3), since
// commands print it.
var (
	ErrNotExist = notExist{}
	ErrExist    = exist{}
	ErrNotDir   = errors.New("Not a directory")
	ErrIsDir    = errors.New("Is a directory")
	ErrLoop     = errors.New("Too many levels of symbolic links")
	ErrNotEmpty = errors.New("Directory not empty")
	ErrInvalid  = errors.New("Invalid argument")
	ErrName     = errors.New("File name too long")
	ErrBusy     = errors.New("Device or resource busy")
	ErrSealed   = errors.New("Read-only file system")
)

type notExist struct{}

func (notExist) Error() string        { return "No such file or directory" }
func (notExist) Is(target error) bool { return target == fs.ErrNotExist }

type exist struct{}

func (exist) Error() string        { return "File exists" }
func (exist) Is(target error) bool { return target == fs.ErrExist }

func fail(op, name string, err error) error {
	return &fs.PathError{Op: op, Path: name, Err: err}
}
