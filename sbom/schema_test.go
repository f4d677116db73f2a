package sbom

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"coen/internal/oracle"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// The official schemas, in Go modules that carry them: those of CycloneDX in the
// standard's own module, that of SPDX 2.3 in a program that writes it. Go holds
// both against its checksum database.
const (
	cyclonedxModule = "github.com/CycloneDX/cyclonedx-go@v0.12.0"
	spdxModule      = "github.com/anchore/syft@v1.20.0"
)

// module returns the folder of a module, or skips the test if it cannot be had.
func module(t *testing.T, path string) string {
	t.Helper()
	cmd := exec.Command("go", "mod", "download", "-json", path)
	cmd.Dir = t.TempDir() // outside of this module, whose requirements it is none of
	out, err := cmd.Output()
	var got struct{ Dir string }
	if err != nil || json.Unmarshal(out, &got) != nil {
		oracle.Missing(t, "module %s: %v %s", path, err, out)
	}
	return got.Dir
}

func compile(t *testing.T, c *jsonschema.Compiler, url string) *jsonschema.Schema {
	t.Helper()
	s, err := c.Compile(url)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func load(t *testing.T, c *jsonschema.Compiler, url, file string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err == nil {
		err = c.AddResource(url, v)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func spdxSchema(t *testing.T) *jsonschema.Schema {
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	load(t, c, "spdx.json", filepath.Join(module(t, spdxModule), "schema/spdx-json/spdx-schema-2.3.json"))
	return compile(t, c, "spdx.json")
}

func cyclonedxSchema(t *testing.T) *jsonschema.Schema {
	dir := filepath.Join(module(t, cyclonedxModule), "schema")
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	const base = "http://cyclonedx.org/schema/"
	load(t, c, base+"bom-1.6.schema.json", filepath.Join(dir, "bom-1.6.schema.json"))
	load(t, c, base+"spdx.schema.json", filepath.Join(dir, "spdx.schema.json"))
	load(t, c, base+"jsf-0.82.schema.json", filepath.Join(dir, "jsf-0.82.schemax.json"))
	return compile(t, c, base+"bom-1.6.schema.json")
}

// validate holds a document against a schema.
func validate(t *testing.T, s *jsonschema.Schema, doc []byte) {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(doc))
	if err == nil {
		err = s.Validate(v)
	}
	if err != nil {
		t.Errorf("%v", err)
	}
}

func TestSchemas(t *testing.T) {
	for name, in := range map[string]*Input{"small": small(t), "overlaid": overlaid(t), "host": host(t)} {
		t.Run(name, func(t *testing.T) {
			b, err := New(in)
			if err != nil {
				t.Fatal(err)
			}
			spdx, cdx := written(t, b)
			keep(t, name+".spdx.json", spdx)
			keep(t, name+".cdx.json", cdx)
			s, c := spdxSchema(t), cyclonedxSchema(t)
			validate(t, s, spdx)
			validate(t, c, cdx)
			for _, bad := range []struct {
				schema   *jsonschema.Schema
				doc      []byte
				old, new string
			}{
				{s, spdx, `"CONTAINS"`, `"HAS"`}, {s, spdx, `"SPDXID": "SPDXRef-DOCUMENT",`, ``},
				{c, cdx, `"SHA-256"`, `"SHA-257"`}, {c, cdx, `"CycloneDX"`, `"Cyclone"`},
			} {
				v, err := jsonschema.UnmarshalJSON(bytes.NewReader(bytes.Replace(bad.doc, []byte(bad.old), []byte(bad.new), 1)))
				if err != nil || bad.schema.Validate(v) == nil {
					t.Errorf("a document with %s passes (%v)", bad.new, err)
				}
			}
		})
	}
}
