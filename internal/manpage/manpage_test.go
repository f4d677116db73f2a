package manpage_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"coen/internal/manpage"
	"coen/internal/oracle"
)

// program has texts that a formatter could take for something else.
func program() *cobra.Command {
	root := &cobra.Command{Use: "demo", Short: "Do it", Long: "First.\n\n.SH NOT A HEADING\n'nor this\n\n  verbatim  \\fBtext\\fP\n\nExit codes:\n\n  0  done\n  1  not done"}
	sub := &cobra.Command{Use: "run FILE...", Short: "Run \"it\"", Example: "  demo run --level=2 a-file", Run: func(*cobra.Command, []string) {}}
	sub.Flags().StringP("level", "l", "1", "`LEVEL` of it")
	sub.Flags().Bool("secret", false, "not shown")
	sub.Flags().MarkHidden("secret")
	root.PersistentFlags().Bool("debug", false, "say more")
	root.AddCommand(sub, &cobra.Command{Use: "ghost", Hidden: true, Run: sub.Run}, manpage.Command("Manual"))
	return root
}

func TestPages(t *testing.T) {
	pages := manpage.Pages(program(), "Manual")
	if len(pages) != 2 || pages[0].Name != "demo.1" || pages[1].Name != "demo-run.1" {
		t.Fatalf("%d pages: %v", len(pages), pages)
	}
	for i, want := range [][]string{
		{`.TH "DEMO" "1" "" "demo" "Manual"`, `\&.SH NOT A HEADING`, `\&'nor this`, `verbatim  \efBtext\efP`, ".SH \"EXIT STATUS\"\n", `demo\-run(1)`},
		{`demo\-run \- Run "it"`, `.B "demo run [OPTION...] FILE..."`, `.B "\-l, \-\-level LEVEL"`, `LEVEL of it (default: 1)`, `demo run \-\-level=2 a\-file`, `.SH "OPTIONS OF ALL COMMANDS"`},
	} {
		for _, text := range want {
			if !bytes.Contains(pages[i].Text, []byte(text)) {
				t.Errorf("%s has no %q:\n%s", pages[i].Name, text, pages[i].Text)
			}
		}
		if bytes.Contains(pages[i].Text, []byte("secret")) || bytes.Contains(pages[i].Text, []byte("ghost")) {
			t.Errorf("%s shows what is hidden", pages[i].Name)
		}
	}
}

// TestFormatter has a real formatter read the pages.
func TestFormatter(t *testing.T) {
	dir := t.TempDir()
	for _, page := range manpage.Pages(program(), "Manual") {
		file := filepath.Join(dir, page.Name)
		if err := os.WriteFile(file, page.Text, 0o600); err != nil {
			t.Fatal(err)
		}
		out, complaints, err := oracle.Try(t, "groff", "-man", "-ww", "-z", "-Tutf8", file)
		if err != nil || out+complaints != "" {
			t.Errorf("%s: %v\n%s%s", page.Name, err, out, complaints)
		}
		if text := oracle.Run(t, "groff", "-man", "-Tascii", "-P-c", file); page.Name == "demo.1" && !strings.Contains(text, `verbatim  \fBtext\fP`) {
			t.Errorf("%s: what is verbatim is changed:\n%s", page.Name, text)
		}
	}
}

func TestCommand(t *testing.T) {
	dir := t.TempDir()
	var first []byte
	for range 2 {
		root := program()
		root.SetArgs([]string{"man", dir})
		if err := root.Execute(); err != nil {
			t.Fatal(err)
		}
		file, err := os.ReadFile(filepath.Join(dir, "demo-run.1.gz"))
		if err != nil {
			t.Fatal(err)
		}
		if first != nil && !bytes.Equal(first, file) {
			t.Error("the second time the page is another one")
		}
		first = file
	}
	r, err := gzip.NewReader(bytes.NewReader(first))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil || !bytes.Equal(text, manpage.Pages(program(), "Manual")[1].Text) {
		t.Errorf("%v, %d bytes", err, len(text))
	}
}
