package sheet

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coen/attest/manifest"
	"coen/debian/archive"
	"coen/internal/oracle"
	"coen/lock"
	"coen/pgpwords"
)

func digest(t testing.TB, text string) archive.Digest {
	t.Helper()
	d, err := archive.ParseDigest(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// example is a sheet with everything on it. Its hash is the predecessor's last.
func example(t testing.TB) *Input {
	t.Helper()
	var before, after lock.Lock
	for i := range 400 {
		p := lock.Package{Name: fmt.Sprintf("package-%03d", i), Version: fmt.Sprintf("1.%d-2+deb13u1", i)}
		if i%150 != 7 {
			before.Packages = append(before.Packages, p)
		}
		if i%11 == 0 {
			p.Version, p.SHA256[0] = fmt.Sprintf("1.%d-2+deb13u2", i), 1
		}
		if i%200 != 9 {
			after.Packages = append(after.Packages, p)
		}
	}
	return &Input{
		Manifest: &manifest.Manifest{
			Image: "coen", Release: "3.0.1", ISO: "coen-3.0.1-amd64.iso", Size: 471859200,
			Recipe: digest(t, "8801acf64f294687371a5b5b51401184298d7507b3dcf5e4b9035ad9bcaed468"),
			Lock:   digest(t, "e7ae6288f3cbe0b2850a338c6ceab72a14c5211962b065bd0391f57251530469"),
			SHA256: digest(t, "4d2d61b982550df637102701e73a14f292d51bf98b823fc9724e0d9a8e91cead"),
		},
		Agree:   []string{"alice (operators)", "bob (operators)", "carol (witnesses)", "dave (witnesses)", "erin (auditors)"},
		Groups:  3,
		Changes: Compare("3.0.0", &before, &after),
		Paper:   A4,
	}
}

// overlaid is a sheet of an image with vendors' archives.
func overlaid(t testing.TB) *Input {
	in := example(t)
	in.Manifest.Overlays = []manifest.Overlay{{Name: "keyper", SHA256: in.Manifest.Recipe}, {Name: "luna", SHA256: in.Manifest.Lock}}
	in.Manifest.Open = digest(t, "dfa0c1d5cb9a8ab8e1a3a5c1b9f0a2d4c6e8f00112233445566778899aabbccd")
	in.Dissent = []string{"mallory (witnesses)"}
	in.Paper = Letter
	return in
}

// bare is a sheet with nothing that can be left out.
func bare(t testing.TB) *Input {
	in := example(t)
	in.Agree, in.Groups, in.Changes = nil, 0, nil
	return in
}

func inputs(t testing.TB) map[string]*Input {
	return map[string]*Input{"example": example(t), "overlaid": overlaid(t), "bare": bare(t)}
}

func made(t testing.TB, in *Input) (pdf, html []byte) {
	t.Helper()
	var p, h bytes.Buffer
	if err := PDF(&p, in); err != nil {
		t.Fatal(err)
	}
	if err := HTML(&h, in); err != nil {
		t.Fatal(err)
	}
	return p.Bytes(), h.Bytes()
}

// artifacts returns a folder for what people should look at: that of
// COEN_ARTIFACTS, or one that goes when the test ends.
func artifacts(t *testing.T) string {
	dir := os.Getenv("COEN_ARTIFACTS")
	if dir == "" {
		return t.TempDir()
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// golden are the SHA-256 of the example as PDF and HTML: a library that draws
// otherwise is noticed here.
var golden = [2]string{
	"1ebf70a65bf4857df1553a2810d23ff5daec45f3ef7fb029ef580c5846ef8e96",
	"c94e535782c43318231690aae57c9a1f235dc110575af64e506dad8cfb601fba",
}

func TestReproducible(t *testing.T) {
	pdf, html := made(t, example(t))
	if got := [2]string{fmt.Sprintf("%x", sha256.Sum256(pdf)), fmt.Sprintf("%x", sha256.Sum256(html))}; got != golden {
		t.Errorf("the example is %q", got)
	}

	for name := range inputs(t) {
		p1, h1 := made(t, inputs(t)[name])
		p2, h2 := made(t, inputs(t)[name])
		if !bytes.Equal(p1, p2) || !bytes.Equal(h1, h2) {
			t.Errorf("%s: two runs differ", name)
		}
	}
}

// render draws a PDF at 150 dots per inch, and holds it to one page.
func render(t *testing.T, pdf, to string) image.Image {
	t.Helper()
	if info := oracle.Run(t, "pdfinfo", pdf); !strings.Contains(info, "Pages:           1\n") {
		t.Errorf("%s: not one page:\n%s", pdf, info)
	}
	oracle.Run(t, "pdftoppm", "-r", "150", "-png", "-singlefile", pdf, strings.TrimSuffix(to, ".png"))
	data, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// TestPDF reads the sheet as poppler draws it: every word in order, and the
// modules of the code.
func TestPDF(t *testing.T) {
	oracle.Need(t, "pdftoppm")
	for name, in := range inputs(t) {
		t.Run(name, func(t *testing.T) {
			dir := artifacts(t)
			pdf, _ := made(t, in)
			path := filepath.Join(dir, name+".pdf")
			if err := os.WriteFile(path, pdf, 0o600); err != nil {
				t.Fatal(err)
			}
			checkCode(t, in, render(t, path, filepath.Join(dir, name+".png")))
			checkText(t, in, oracle.Run(t, "pdftotext", "-layout", path, "-"))
		})
	}
}

// TestHTML does the same with what a browser prints.
func TestHTML(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	oracle.Need(t, "chromium")
	for name, in := range map[string]*Input{"example": example(t), "overlaid": overlaid(t)} {
		t.Run(name, func(t *testing.T) {
			dir := artifacts(t)
			_, html := made(t, in)
			path := filepath.Join(dir, name+".html")
			if err := os.WriteFile(path, html, 0o600); err != nil {
				t.Fatal(err)
			}
			printed := filepath.Join(dir, name+".html.pdf")
			oracle.Run(t, "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
				"--user-data-dir="+t.TempDir(), "--print-to-pdf="+printed, "file://"+path)
			checkCode(t, in, render(t, printed, filepath.Join(dir, name+".html.png")))
			checkText(t, in, oracle.Run(t, "pdftotext", "-layout", printed, "-"))
		})
	}
}

// checkText looks for all that a witness compares.
func checkText(t *testing.T, in *Input, text string) {
	t.Helper()
	bare := func(s string) string { return strings.Join(strings.Fields(s), "") } // how wide a gap is, readers differ on
	words, digits := pgpwords.Words(in.Manifest.SHA256[:]), in.Manifest.SHA256.String()
	want := []string{"COEN 3.0.1", in.Manifest.ISO, "471 859 200 bytes", in.Manifest.Lock.String(), "Signature"}
	for r := range 8 { // rows of the four columns
		var row []string
		for c := range 4 {
			row = append(row, fmt.Sprint(8*c+r+1), words[8*c+r])
		}
		want = append(want, strings.Join(row, " "))
	}
	for r := range 4 {
		d := digits[16*r : 16*r+16]
		want = append(want, d[:4]+" "+d[4:8]+" "+d[8:12]+" "+d[12:])
	}
	for _, name := range append(in.Agree, in.Dissent...) {
		want = append(want, name)
	}
	if in.Changes != nil {
		want = append(want, "PACKAGES SINCE 3.0.0", "added", in.Changes.List[0].Name)
	}
	for _, o := range in.Manifest.Overlays {
		want = append(want, "Overlay "+o.Name, o.SHA256.String())
		want = append(want, strings.Join(pgpwords.Words(in.Manifest.Open[:])[:8], " "))
	}
	var missing []string
	for _, w := range want {
		if !strings.Contains(bare(text), bare(w)) {
			missing = append(missing, w)
		}
	}
	if missing != nil {
		t.Errorf("no %q in\n%s", missing, text)
	}
}

// checkCode finds the code in a picture and compares all its modules.
func checkCode(t *testing.T, in *Input, img image.Image) {
	t.Helper()
	p, err := newPage(in)
	if err != nil {
		t.Fatal(err)
	}
	dark := func(x, y int) bool { return color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y < 128 }
	b := img.Bounds()
	// The code is the only thing in the right third of the upper half whose
	// rows begin with a finder pattern: its top edge is the first dark run of
	// seven modules below the label.
	for y := b.Min.Y; y < b.Max.Y/2; y++ {
		for x := b.Max.X / 2; x < b.Max.X; x++ {
			n := 0
			for x+n < b.Max.X && dark(x+n, y) {
				n++
			}
			if m := float64(n) / 7; n > 0 && m > 4 && m < 10 && matches(p.QR, x, y, m, dark) {
				return
			}
			x += n
		}
	}
	t.Error("no code in the picture")
}

// matches compares a picture with a code whose upper left corner is at x, y. The
// length of a module is refined from how it fits.
func matches(c *code, x, y int, module float64, dark func(x, y int) bool) bool {
	for m := module - 0.5; m < module+0.5; m += 0.02 {
		wrong := 0
		for row := range c.Size {
			for column := range c.Size {
				if dark(x+int(m*(float64(column)+0.5)), y+int(m*(float64(row)+0.5))) != c.Black(column, row) {
					wrong++
				}
			}
		}
		if wrong == 0 {
			return true
		}
	}
	return false
}

// TestScan has a reader of QR codes read the page.
func TestScan(t *testing.T) {
	oracle.Need(t, "zbarimg")
	dir, in := t.TempDir(), example(t)
	pdf, _ := made(t, in)
	path := filepath.Join(dir, "sheet.pdf")
	if err := os.WriteFile(path, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	render(t, path, filepath.Join(dir, "sheet.png"))
	want := fmt.Sprintf("%s  %s", in.Manifest.SHA256, in.Manifest.ISO)
	if got := strings.TrimSpace(oracle.Run(t, "zbarimg", "-q", "--raw", filepath.Join(dir, "sheet.png"))); got != want {
		t.Errorf("read %q, want %q", got, want)
	}
}

func TestCompare(t *testing.T) {
	c := example(t).Changes
	if c.Changed != 36 || c.Added != 3 || c.Removed != 2 || len(c.List) != 41 {
		t.Errorf("%s of %d", c.Summary(), len(c.List))
	}
	for i, want := range []string{
		"package-000 1.0-2+deb13u1 > 1.0-2+deb13u2", "+ package-007 1.7-2+deb13u1", "- package-009 1.9-2+deb13u1",
	} {
		if got := c.List[i].String(); got != want {
			t.Errorf("change %d is %q, want %q", i, got, want)
		}
	}
}

// TestCrowded makes sheets with more on them than there is room for: what is left
// out is told.
func TestCrowded(t *testing.T) {
	for _, in := range []*Input{example(t), overlaid(t)} {
		in.Agree = nil
		for i := range 60 {
			in.Agree = append(in.Agree, fmt.Sprintf("builder-%02d (a group of some length)", i))
		}
		in.Groups = 1
		pdf, html := made(t, in)
		path := filepath.Join(t.TempDir(), "sheet.pdf")
		if err := os.WriteFile(path, pdf, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{oracle.Run(t, "pdftotext", path, "-"), string(html)} {
			shown := strings.Count(text, "builder-")
			if want := fmt.Sprintf("and %d more", 60-shown); shown < 4 || !strings.Contains(text, want) {
				t.Errorf("%d builders and no %q in\n%s", shown, want, text)
			}
		}
	}
	in := overlaid(t)
	in.Dissent = make([]string, 4)
	if err := PDF(io.Discard, in); err == nil {
		t.Error("a dissent is left out")
	}
}

// TestHostile puts markup and long names where builders and packages stand.
func TestHostile(t *testing.T) {
	in := example(t)
	in.Agree = []string{"<script>alert(1)</script>", strings.Repeat("x", 500)}
	_, html := made(t, in)
	if bytes.Contains(html, []byte("<script>")) {
		t.Error("markup goes through")
	}
}
