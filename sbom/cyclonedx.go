package sbom

import (
	"io"
	"time"
)

// The JSON form of CycloneDX 1.6, as far as it is used.
type cdxDocument struct {
	Format       string          `json:"bomFormat"`
	Spec         string          `json:"specVersion"`
	Serial       string          `json:"serialNumber"`
	Version      int             `json:"version"`
	Metadata     cdxMetadata     `json:"metadata"`
	Components   []cdxComponent  `json:"components"`
	Dependencies []cdxDependency `json:"dependencies"`
}

type cdxMetadata struct {
	Timestamp string       `json:"timestamp"`
	Tools     cdxTools     `json:"tools"`
	Component cdxComponent `json:"component"`
}

type cdxTools struct {
	Components []cdxComponent `json:"components"`
}

type cdxComponent struct {
	Type        string        `json:"type"`
	Ref         string        `json:"bom-ref,omitempty"`
	Supplier    *cdxSupplier  `json:"supplier,omitempty"`
	Publisher   string        `json:"publisher,omitempty"`
	Name        string        `json:"name"`
	Version     string        `json:"version,omitempty"`
	Description string        `json:"description,omitempty"`
	Hashes      []cdxHash     `json:"hashes,omitempty"`
	Licenses    []cdxLicense  `json:"licenses,omitempty"`
	PURL        string        `json:"purl,omitempty"`
	References  []cdxRef      `json:"externalReferences,omitempty"`
	Properties  []cdxProperty `json:"properties,omitempty"`
}

type cdxSupplier struct {
	Name string `json:"name"`
}

type cdxHash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

type cdxLicense struct {
	Expression      string `json:"expression"`
	Acknowledgement string `json:"acknowledgement"`
}

type cdxRef struct {
	Type string `json:"type"`
	URL  string `json:"url"`
}

type cdxProperty struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type cdxDependency struct {
	Ref       string   `json:"ref"`
	DependsOn []string `json:"dependsOn,omitempty"`
}

// CycloneDX writes the list as CycloneDX 1.6 in JSON.
func (b *BOM) CycloneDX(w io.Writer) error {
	image := cdxComponent{
		Type: "operating-system", Ref: "iso-" + b.digest.String(), Name: b.name, Version: b.version,
		Supplier: &cdxSupplier{"COEN"}, Hashes: []cdxHash{{"SHA-256", b.digest.String()}},
	}
	d := cdxDocument{
		Format: "CycloneDX", Spec: "1.6", Serial: "urn:uuid:" + b.uuid("cyclonedx"), Version: 1,
		Metadata: cdxMetadata{
			Timestamp: b.epoch.Format(time.RFC3339),
			Tools:     cdxTools{[]cdxComponent{{Type: "application", Name: "coen"}}},
			Component: image,
		},
	}
	all := cdxDependency{Ref: image.Ref}
	for i := range b.components {
		c := &b.components[i]
		d.Components = append(d.Components, c.cyclonedx())
		if c.top {
			all.DependsOn = append(all.DependsOn, c.id)
		}
	}
	d.Dependencies = append(d.Dependencies, all)
	for _, c := range b.components {
		d.Dependencies = append(d.Dependencies, cdxDependency{c.id, c.needs})
	}
	return write(w, d)
}

func (c *component) cyclonedx() cdxComponent {
	x := cdxComponent{
		Type: "application", Ref: c.id, Publisher: c.maintainer, Name: c.name, Version: c.version,
		Description: c.summary, PURL: c.purl,
	}
	if c.library {
		x.Type = "library"
	}
	if c.supplier != "" {
		x.Supplier = &cdxSupplier{c.supplier}
	}
	if c.sha256 != nil {
		x.Hashes = []cdxHash{{"SHA-256", c.sha256.String()}}
	}
	if c.licence != "" {
		x.Licenses = []cdxLicense{{c.licence, "declared"}}
	}
	if c.homepage != "" {
		x.References = []cdxRef{{"website", c.homepage}}
	}
	if c.source != "" {
		x.Properties = []cdxProperty{{"coen:debian:source", c.source}}
	}
	return x
}
