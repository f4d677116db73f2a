package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"coen/inspect/diff"
	"coen/internal/console"
	"coen/pgpwords"

	"github.com/spf13/cobra"
)

func wordsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "words [FILE]",
		Short: "Print SHA-256 and PGP words of a file, device or standard input",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			in, size := io.Reader(os.Stdin), int64(0)
			if len(args) == 1 {
				f, err := os.Open(args[0])
				if err != nil {
					return err
				}
				defer f.Close()
				// Seeking to the end gives the size of devices too.
				if size, err = f.Seek(0, io.SeekEnd); err == nil {
					_, err = f.Seek(0, io.SeekStart)
				}
				if err != nil {
					size = 0 // a pipe: its size shows when it ends
				}
				in = f
			}
			sum, err := digest(cmd.Context(), in, size)
			if err != nil {
				return err
			}
			printWords(cmd.OutOrStdout(), sum)
			return nil
		},
	}
}

// digest returns the SHA-256 of what in holds, and shows progress if that is much.
// The size is 0 if nobody knows it.
func digest(ctx context.Context, in io.Reader, size int64) (sum [32]byte, err error) {
	if size <= 1<<28 { // it is done before a bar could be read
		return diff.Digest(ctx, in)
	}
	progress := console.New(os.Stderr)
	defer progress.Close()
	progress.Start("Reading", size, console.Bytes)
	return diff.Digest(ctx, io.TeeReader(in, adder{progress}))
}

// printWords prints a hash as people compare it: in hexadecimal and in words.
func printWords(w io.Writer, sum [32]byte) {
	fmt.Fprintf(w, "SHA-256:    %x\nPGP Words:  %s\n", sum, pgpwords.String(sum[:]))
}
