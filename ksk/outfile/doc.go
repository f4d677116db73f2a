// Package outfile puts a finished file in the place of another, or not at all: the content
// goes to a new file beside it, is forced to the disk, read back, checked, and only then
// renamed. Whatever fails, a former file stays as it was and no new one is left behind.
//
// Limits: a destination that is not a regular file, such as a terminal or a pipe, is written
// to directly.
//
//	err := outfile.Write("skr.xml", text, outfile.New, func(readBack []byte) error {
//		_, err := skr.Parse(readBack)
//		return err
//	})
package outfile
