package strict

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// element is what an element may hold: attributes, and either a value or other elements.
type element struct {
	attributes map[string]value
	optional   map[string]value
	text       value // nil for an element that holds elements
	children   []particle
}

// particle is an element in its place, and how often it may be there.
type particle struct {
	name        string
	least, most int
	element     *element
}

// many stands for any number of times.
const many = 1 << 20

// value checks a text.
type value func(string) error

func once(name string, e *element) particle    { return particle{name, 1, 1, e} }
func several(name string, e *element) particle { return particle{name, 1, many, e} }
func any0(name string, e *element) particle    { return particle{name, 0, many, e} }
func maybe(name string, e *element) particle   { return particle{name, 0, 1, e} }

func leaf(v value) *element { return &element{text: v} }

// number takes integers from least to most without signs and leading zeros.
func number(least, most uint64) value {
	return func(s string) error {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil || n < least || n > most || strconv.FormatUint(n, 10) != s {
			return fmt.Errorf("%q is not a number from %d to %d", s, least, most)
		}
		return nil
	}
}

// form takes texts that match a pattern, which is compiled when it is first used.
func form(pattern, what string) value {
	re := sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(?:` + pattern + `)$`) })
	return func(s string) error {
		if !re().MatchString(s) {
			return fmt.Errorf("%q is not %s", s, what)
		}
		return nil
	}
}

func oneOf(values ...string) value {
	return func(s string) error {
		for _, v := range values {
			if s == v {
				return nil
			}
		}
		return fmt.Errorf("%q is not one of %s", s, strings.Join(values, ", "))
	}
}

func moment(s string) error {
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04:05Z", "2006-01-02T15:04:05+00:00"} {
		if _, err := time.Parse(layout, s); err == nil && !strings.ContainsAny(s, ".,") {
			return nil
		}
	}
	return fmt.Errorf("%q is not a time in UTC like 2030-01-01T00:00:00Z", s)
}

func base64Text(s string) error {
	joined := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\r\n", r) {
			return -1
		}
		return r
	}, s)
	if _, err := base64.StdEncoding.Strict().DecodeString(joined); err != nil || joined == "" {
		return fmt.Errorf("%.40q is not base64", s)
	}
	return nil
}

var (
	word      = form(`[^<>&"\s]+`, "a name")
	label     = form(`[^<>&"]+`, "a text")
	duration  = form(`P(?:[0-9]{1,9}D)?(?:T(?:[0-9]{1,9}H)?(?:[0-9]{1,9}M)?(?:[0-9]{1,9}S)?)?`, "a duration like P10D")
	ttl       = number(0, 1<<31-1)
	keyTag    = number(0, 65535)
	algorithm = oneOf("5", "8", "10", "13", "14", "15", "16")
	bits      = number(1, 65535)
)

// span is duration with at least one component, none of them missing after T.
func span(s string) error {
	if err := duration(s); err != nil || s == "P" || strings.HasSuffix(s, "T") {
		return fmt.Errorf("%q is not a duration like P10D", s)
	}
	return nil
}

// schema is the document, with Request or Response inside.
func schema(inside particle) *element {
	return &element{
		attributes: map[string]value{"id": word, "domain": word, "serial": number(0, 1<<63-1)},
		optional:   map[string]value{"timestamp": moment},
		children:   []particle{inside},
	}
}

var (
	request = schema(once("Request", &element{
		optional: map[string]value{"timestamp": moment},
		children: []particle{
			once("RequestPolicy", &element{children: []particle{once("ZSK", policy)}}),
			several("RequestBundle", bundle),
		},
	}))
	response = schema(once("Response", &element{
		optional: map[string]value{"timestamp": moment},
		children: []particle{
			once("ResponsePolicy", &element{children: []particle{once("KSK", policy), once("ZSK", policy)}}),
			several("ResponseBundle", bundle),
		},
	}))
	policy = &element{children: []particle{
		once("PublishSafety", leaf(span)),
		once("RetireSafety", leaf(span)),
		once("MaxSignatureValidity", leaf(span)),
		once("MinSignatureValidity", leaf(span)),
		once("MaxValidityOverlap", leaf(span)),
		once("MinValidityOverlap", leaf(span)),
		several("SignatureAlgorithm", &element{
			attributes: map[string]value{"algorithm": algorithm},
			children: []particle{
				maybe("RSA", &element{attributes: map[string]value{"size": bits, "exponent": number(3, 1<<63-1)}}),
				maybe("ECDSA", &element{attributes: map[string]value{"size": bits}}),
				maybe("EdDSA", &element{attributes: map[string]value{"size": bits}}),
			},
		}),
	}}
	bundle = &element{
		attributes: map[string]value{"id": word},
		children: []particle{
			once("Inception", leaf(moment)),
			once("Expiration", leaf(moment)),
			several("Key", key),
			several("Signature", signature),
			any0("Signer", &element{attributes: map[string]value{"keyIdentifier": label}}),
		},
	}
	key = &element{
		attributes: map[string]value{"keyIdentifier": label, "keyTag": keyTag},
		children: []particle{
			once("TTL", leaf(ttl)),
			once("Flags", leaf(oneOf("256", "257", "385"))),
			once("Protocol", leaf(oneOf("3"))),
			once("Algorithm", leaf(algorithm)),
			once("PublicKey", leaf(base64Text)),
		},
	}
	signature = &element{
		attributes: map[string]value{"keyIdentifier": label},
		children: []particle{
			once("TTL", leaf(ttl)),
			once("TypeCovered", leaf(oneOf("DNSKEY"))),
			once("Algorithm", leaf(algorithm)),
			once("Labels", leaf(number(0, 127))),
			once("OriginalTTL", leaf(ttl)),
			once("SignatureExpiration", leaf(moment)),
			once("SignatureInception", leaf(moment)),
			once("KeyTag", leaf(keyTag)),
			once("SignersName", leaf(word)),
			once("SignatureData", leaf(base64Text)),
		},
	}
)
