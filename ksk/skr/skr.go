package skr

import (
	"errors"

	"coen/ksk/ksr"
	"coen/ksk/lexical"
)

// Response is a signed key response.
type Response struct {
	ID      string // of the request it answers
	Domain  string
	Serial  lexical.Integer
	KSK     ksr.Policy
	ZSK     ksr.Policy
	Bundles []ksr.Bundle // in the order of the file
}

// Parse reads a response, which must have at least two bundles.
func Parse(text []byte) (*Response, error) {
	root, err := ksr.ParseRoot(text)
	if err != nil {
		return nil, err
	}
	r := &Response{ID: root.ID, Domain: root.Domain, Serial: root.Serial}
	response, err := root.Group.Inside("Response")
	if err != nil {
		return nil, err
	}
	policy, err := response.Inside("ResponsePolicy")
	if err != nil {
		return nil, err
	}
	if r.KSK, err = ksr.ParsePolicy(policy, "KSK"); err != nil {
		return nil, err
	}
	if r.ZSK, err = ksr.ParsePolicy(policy, "ZSK"); err != nil {
		return nil, err
	}
	if r.Bundles, err = ksr.ParseBundles(response, "ResponseBundle"); err != nil {
		return nil, err
	}
	if len(r.Bundles) < 2 {
		return nil, errors.New("response has fewer than two bundles")
	}
	return r, nil
}

// Format writes a response.
func Format(r *Response) []byte {
	w := ksr.NewWriter()
	w.Inside("KSR", []string{"id", r.ID, "domain", r.Domain, "serial", string(r.Serial)}, func() {
		w.Inside("Response", nil, func() {
			w.Inside("ResponsePolicy", nil, func() {
				w.Policy("KSK", r.KSK)
				w.Policy("ZSK", r.ZSK)
			})
			for _, b := range r.Bundles {
				w.Bundle("ResponseBundle", b)
			}
		})
	})
	return w.Bytes()
}
