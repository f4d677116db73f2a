package ksr

import (
	"fmt"
	"slices"

	"coen/dnssec"
	"coen/ksk/lexical"
)

// AlgorithmOf returns the algorithm, size and exponent of a key.
func AlgorithmOf(k Key) (AlgorithmPolicy, error) {
	a := AlgorithmPolicy{Algorithm: k.Algorithm}
	switch {
	case k.Algorithm.IsRSA():
		pub, err := k.PublicKeyBytes()
		if err != nil {
			return a, err
		}
		rsa, err := dnssec.DecodeRSA(pub)
		if err != nil {
			return a, err
		}
		a.Size = lexical.Int(int64(rsa.Bits()))
		a.Exponent = lexical.Integer(rsa.Exponent.String())
	case k.Algorithm.IsECDSA():
		a.Size = lexical.Int(int64(k.Algorithm.PointSize() * 4)) // half of it is one coordinate
	case k.Algorithm == dnssec.ED25519:
		a.Size = "256"
	case k.Algorithm == dnssec.ED448:
		a.Size = "456"
	default:
		return a, fmt.Errorf("keys of algorithm %v have no place in a policy", k.Algorithm)
	}
	return a, nil
}

// AlgorithmsOf returns the algorithms of all keys of all bundles, each once.
func AlgorithmsOf(bundles []Bundle) ([]AlgorithmPolicy, error) {
	var all []AlgorithmPolicy
	for _, b := range bundles {
		for _, k := range b.Keys {
			a, err := AlgorithmOf(k)
			if err != nil {
				return nil, err
			}
			if !slices.Contains(all, a) {
				all = append(all, a)
			}
		}
	}
	return all, nil
}
