package sbom

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"
	"time"
)

// The JSON form of SPDX 2.3, as far as it is used.
type spdxDocument struct {
	Version       string             `json:"spdxVersion"`
	License       string             `json:"dataLicense"`
	ID            string             `json:"SPDXID"`
	Name          string             `json:"name"`
	Namespace     string             `json:"documentNamespace"`
	Creation      spdxCreation       `json:"creationInfo"`
	Packages      []spdxPackage      `json:"packages"`
	Licenses      []spdxLicense      `json:"hasExtractedLicensingInfos,omitempty"`
	Relationships []spdxRelationship `json:"relationships"`
}

type spdxCreation struct {
	Created  string   `json:"created"`
	Creators []string `json:"creators"`
}

type spdxPackage struct {
	ID         string         `json:"SPDXID"`
	Name       string         `json:"name"`
	Version    string         `json:"versionInfo,omitempty"`
	File       string         `json:"packageFileName,omitempty"`
	Purpose    string         `json:"primaryPackagePurpose,omitempty"`
	Supplier   string         `json:"supplier"`
	Originator string         `json:"originator,omitempty"`
	Download   string         `json:"downloadLocation"`
	Analyzed   bool           `json:"filesAnalyzed"`
	Checksums  []spdxChecksum `json:"checksums,omitempty"`
	Homepage   string         `json:"homepage,omitempty"`
	Source     string         `json:"sourceInfo,omitempty"`
	Concluded  string         `json:"licenseConcluded"`
	Declared   string         `json:"licenseDeclared"`
	Copyright  string         `json:"copyrightText"`
	Summary    string         `json:"summary,omitempty"`
	References []spdxRef      `json:"externalRefs,omitempty"`
}

type spdxChecksum struct {
	Algorithm string `json:"algorithm"`
	Value     string `json:"checksumValue"`
}

type spdxRef struct {
	Category string `json:"referenceCategory"`
	Type     string `json:"referenceType"`
	Locator  string `json:"referenceLocator"`
}

type spdxLicense struct {
	ID   string `json:"licenseId"`
	Text string `json:"extractedText"`
	Name string `json:"name"`
}

type spdxRelationship struct {
	From string `json:"spdxElementId"`
	Type string `json:"relationshipType"`
	To   string `json:"relatedSpdxElement"`
}

const noAssertion = "NOASSERTION"

// SPDX writes the list as SPDX 2.3 in JSON.
func (b *BOM) SPDX(w io.Writer) error {
	image := "SPDXRef-iso-" + b.digest.String()
	d := spdxDocument{
		Version: "SPDX-2.3", License: "CC0-1.0", ID: "SPDXRef-DOCUMENT",
		Name:      b.iso,
		Namespace: "urn:uuid:" + b.uuid("spdx"),
		Creation:  spdxCreation{b.epoch.Format(time.RFC3339), []string{"Tool: coen"}},
		Packages: []spdxPackage{{
			ID: image, Name: b.name, Version: b.version, File: b.iso, Purpose: "OPERATING_SYSTEM",
			Supplier: "Organization: COEN", Download: noAssertion,
			Checksums: []spdxChecksum{{"SHA256", b.digest.String()}},
			Concluded: noAssertion, Declared: noAssertion, Copyright: noAssertion,
		}},
		Relationships: []spdxRelationship{{"SPDXRef-DOCUMENT", "DESCRIBES", image}},
	}
	for i := range b.components {
		c := &b.components[i]
		d.Packages = append(d.Packages, c.spdx())
		if c.top {
			d.Relationships = append(d.Relationships, spdxRelationship{image, "CONTAINS", "SPDXRef-" + c.id})
		}
	}
	for _, c := range b.components {
		kind := "DEPENDS_ON"
		if c.linked {
			kind = "STATIC_LINK"
		}
		for _, n := range c.needs {
			d.Relationships = append(d.Relationships, spdxRelationship{"SPDXRef-" + c.id, kind, "SPDXRef-" + n})
		}
	}
	for _, ref := range slices.Sorted(maps.Keys(b.licences)) {
		l := b.licences[ref]
		d.Licenses = append(d.Licenses, spdxLicense{ref, l.text, l.name})
	}
	return write(w, d)
}

func (c *component) spdx() spdxPackage {
	p := spdxPackage{
		ID: "SPDXRef-" + c.id, Name: c.name, Version: c.version, File: path.Base(c.file),
		Supplier: noAssertion, Download: noAssertion, Homepage: c.homepage, Summary: c.summary,
		Concluded: noAssertion, Declared: noAssertion, Copyright: noAssertion,
		References: []spdxRef{{"PACKAGE-MANAGER", "purl", c.purl}},
	}
	if c.file == "" {
		p.File = ""
	}
	if c.library {
		p.Purpose = "LIBRARY"
	}
	if c.supplier != "" {
		p.Supplier = "Organization: " + c.supplier
	}
	if name, mail, ok := c.maintained(); ok {
		p.Originator = fmt.Sprintf("Person: %s (%s)", name, mail)
	}
	if c.source != "" {
		p.Source = "built from Debian source package " + c.source
	}
	if c.sha256 != nil {
		p.Checksums = []spdxChecksum{{"SHA256", c.sha256.String()}}
	}
	if c.licence != "" {
		p.Declared = c.licence
	}
	return p
}

// maintained takes the maintainer apart: "Name <address>".
func (c *component) maintained() (name, mail string, ok bool) {
	name, mail, ok = strings.Cut(c.maintainer, " <")
	mail, closed := strings.CutSuffix(mail, ">")
	return strings.Trim(name, `"`), mail, ok && closed
}

// write writes JSON, readable, with every character as it is.
func write(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	return enc.Encode(v)
}
