package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"coen/dnssec"
	"coen/hsm/hsmtest"
	"coen/ksk/ksr"
	"coen/ksk/ksrtest"
	"coen/ksk/requester"
	"coen/ksk/skr"
)

// kskKeys are the keys in the token of a room, with their algorithms in configurations.
var kskKeys = []struct {
	label, file string
	algorithm   dnssec.Algorithm
}{
	{"Kcurrent", "ksk-1", dnssec.RSASHA256}, {"Knext", "ksk-2", dnssec.RSASHA256},
	{"Kp256", "ksk-p256", dnssec.ECDSAP256SHA256}, {"Kp384", "ksk-p384", dnssec.ECDSAP384SHA384}, {"Ked", "ksk-ed", dnssec.ED25519},
}

// enterRoom makes a folder with a token, a request and a configuration, and goes there.
func enterRoom(t *testing.T) {
	t.Helper()
	hsmtest.Folder(t)
	hsmtest.Token(t, "room")
	for i, k := range kskKeys {
		hsmtest.Import(t, "room", ksrtest.File(t, k.file), k.label, fmt.Sprintf("%02x", i+1))
	}
	furnish(t)
}

// furnish makes the folder of a room, and goes there.
func furnish(t *testing.T) {
	t.Helper()
	t.Chdir(t.TempDir())
	putRequest(t, "ksr.xml", ksrtest.Plan(t))
	put(t, "ksrsigner.yaml", configuration(t, "{}"))
}

func put(t testing.TB, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func putRequest(t testing.TB, name string, p requester.Plan) {
	t.Helper()
	put(t, name, string(ksr.Format(ksrtest.Request(t, p))))
}

// configuration is for the room: all keys, usual schemas, and a request policy of the test's own.
func configuration(t testing.TB, requestPolicy string) string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "hsm:\n  soft:\n    module: $SOFTHSM2_MODULE\n    pin: %s\nkeys:\n", hsmtest.UserPIN)
	for _, k := range kskKeys {
		soft := ksrtest.Key(t, k.file, k.algorithm)
		record := dnssec.Key{Flags: dnssec.FlagsKSK, Protocol: 3, Algorithm: k.algorithm, PublicKey: soft.Public()}
		fmt.Fprintf(&b, "  %s:\n    description: test key\n    label: %s\n    algorithm: %v\n    key_tag: %d\n    ds_sha256: %s\n    valid_from: 2020-01-01T00:00:00+00:00\n",
			strings.ToLower(k.label), k.label, k.algorithm, record.Tag(), record.DSHex())
		if k.algorithm.IsRSA() {
			b.WriteString("    rsa_size: 2048\n    rsa_exponent: 65537\n")
		}
	}
	fmt.Fprintf(&b, "request_policy: %s\nksk_policy: {ttl: 172800, publish_safety: P10D, retire_safety: P10D, max_signature_validity: P21D, min_signature_validity: P21D, max_validity_overlap: P16D, min_validity_overlap: P9D}\n", requestPolicy)
	b.WriteString("schemas:\n")
	const current, next = "kcurrent", "knext"
	schema(&b, "normal", func(int) string { return slot([]string{current}, []string{current}, nil) })
	schema(&b, "rollover", func(n int) string {
		if n == 1 {
			return slot([]string{current, next}, []string{current}, nil)
		}
		return slot([]string{current, next}, []string{next}, nil)
	})
	schema(&b, "revoke", func(n int) string {
		switch n {
		case 1:
			return slot([]string{current, next}, []string{next}, nil)
		case 9:
			return slot([]string{next}, []string{next}, nil)
		}
		return slot([]string{next}, []string{current, next}, []string{current})
	})
	for _, k := range kskKeys[2:] {
		name := strings.ToLower(k.label)
		schema(&b, name, func(int) string { return slot([]string{name}, []string{name}, nil) })
	}
	return b.String()
}

func schema(b *strings.Builder, name string, slot func(n int) string) {
	fmt.Fprintf(b, "  %s:\n", name)
	for n := 1; n <= 9; n++ {
		fmt.Fprintf(b, "    %d: %s\n", n, slot(n))
	}
}

func slot(publish, sign, revoke []string) string {
	text := fmt.Sprintf("{publish: [%s], sign: [%s]", strings.Join(publish, ", "), strings.Join(sign, ", "))
	if revoke != nil {
		text += fmt.Sprintf(", revoke: [%s]", strings.Join(revoke, ", "))
	}
	return text + "}"
}

// outcome is what a run of the program left.
type outcome struct {
	code           int
	stdout, stderr string
	log            string
}

// inRoom runs the program some weeks before the requests of the room begin.
func inRoom(t *testing.T, change func(*program), args ...string) outcome {
	t.Helper()
	old, _ := filepath.Glob("kskm-*.log")
	for _, name := range old {
		os.Remove(name)
	}
	p, stdout, stderr := testProgram(t, "")
	now := ksrtest.Start.Add(-30 * 24 * time.Hour)
	p.now = func() time.Time { return now }
	if change != nil {
		change(p)
	}
	o := outcome{code: p.run(args), stdout: stdout.String(), stderr: stderr.String()}
	logs, _ := filepath.Glob("kskm-*.log")
	for _, name := range logs {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		o.log += string(text)
	}
	return o
}

func sign(t *testing.T, args ...string) outcome {
	t.Helper()
	return inRoom(t, nil, append([]string{"kskm", "ksrsigner", "--force"}, args...)...)
}

// mustSign signs and returns the response.
func mustSign(t *testing.T, args ...string) *skr.Response {
	t.Helper()
	o := sign(t, args...)
	if o.code != exitOK {
		t.Fatalf("exit code %d\n%s", o.code, o.stderr)
	}
	return readSKR(t, args[len(args)-1])
}

func readSKR(t *testing.T, name string) *skr.Response {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	r, err := skr.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(skr.Format(r), text) {
		t.Errorf("%s: writing what was read gives other bytes", name)
	}
	return r
}

// quarterOf returns a plan whose zone is signed with one algorithm.
func quarterOf(t testing.TB, file string, a dnssec.Algorithm) requester.Plan {
	p := ksrtest.Plan(t)
	p.ID = "ksr-" + a.String()
	k := ksrtest.Key(t, file, a)
	p.Keys = []requester.ZSK{{Identifier: file, First: 1, Last: 9, Signer: k}}
	return p
}

// anyKeys is a request policy for zones with one key.
const anyKeys = `{enable_unsupported_ecdsa: true, enable_unsupported_edwards_dsa: true, num_keys_per_bundle: [1, 1, 1, 1, 1, 1, 1, 1, 1],
  num_different_keys_in_all_bundles: 1, approved_algorithms: [RSASHA256, RSASHA512, ECDSAP256SHA256, ECDSAP384SHA384, ED25519]}`

// TestAlgorithms: keys of every algorithm sign, and others than us believe them.
func TestAlgorithms(t *testing.T) {
	enterRoom(t)
	put(t, "ksrsigner.yaml", configuration(t, anyKeys))
	for _, c := range []struct {
		schema, zsk string
		algorithm   dnssec.Algorithm
	}{
		{"normal", "zsk-b", dnssec.RSASHA256}, {"kp256", "zsk-p256", dnssec.ECDSAP256SHA256},
		{"kp384", "zsk-p384", dnssec.ECDSAP384SHA384}, {"ked", "zsk-ed", dnssec.ED25519},
	} {
		putRequest(t, "ksr.xml", quarterOf(t, c.zsk, c.algorithm))
		r := mustSign(t, "--strict", "--no-previous-skr", "--schema", c.schema, "ksr.xml", "skr.xml")
		believe(t, r)
		if n := len(r.KSK.Algorithms); n != 1 || r.KSK.Algorithms[0].Algorithm != c.algorithm {
			t.Errorf("%v: KSK policy %v", c.algorithm, r.KSK.Algorithms)
		}
		if o := inRoom(t, nil, "kskm", "skr", "verify", "--ksr", "ksr.xml", "skr.xml"); o.code != exitOK {
			t.Errorf("%v: %s", c.algorithm, o.stdout)
		}
	}
}

// TestRollover goes through three quarters: a new key takes over, then the old one is revoked.
func TestRollover(t *testing.T) {
	enterRoom(t)
	put(t, "ksrsigner.yaml", configuration(t, "{signature_horizon_days: 400}"))
	putRequest(t, "ksr2.xml", ksrtest.NextPlan(t))
	first := mustSign(t, "--schema", "rollover", "ksr.xml", "skr1.xml")
	o := sign(t, "--schema", "revoke", "--prev", "skr1.xml", "--report", "report.txt", "ksr2.xml", "skr2.xml")
	if o.code != exitOK {
		t.Fatal(o.stderr)
	}
	second := readSKR(t, "skr2.xml")
	believe(t, first)
	believe(t, second)
	tags := func(r *skr.Response, n int) string {
		var all []string
		for _, s := range ksr.SortedSignatures(r.Bundles[n].Signatures) {
			all = append(all, s.Identifier)
		}
		return strings.Join(all, " ")
	}
	if tags(first, 0) != "Kcurrent" || tags(first, 8) != "Knext" || len(second.Bundles[4].Signatures) != 2 || tags(second, 8) != "Knext" {
		t.Errorf("signers %q %q %q %q", tags(first, 0), tags(first, 8), tags(second, 4), tags(second, 8))
	}
	for _, s := range second.Bundles[4].Signatures {
		for _, k := range second.Bundles[4].Keys {
			if k.Identifier == s.Identifier && (k.Tag != s.KeyTag || (k.Identifier == "Kcurrent") != dnssec.Revoked(k.Flags)) {
				t.Errorf("key %s has tag %s and flags %d, its signature tag %s", k.Identifier, k.Tag, k.Flags, s.KeyTag)
			}
		}
	}
	if o := inRoom(t, nil, "kskm", "skr", "verify", "--ksr", "ksr2.xml", "--previous", "skr1.xml", "skr2.xml"); o.code != exitOK {
		t.Error(o.stdout)
	}
	report, _ := os.ReadFile("report.txt")
	for _, want := range []string{
		"Result:    PASS", "PASS     KSR-BUNDLE-POP", "PASS     SKR-VERIFY", "PASS     KSR-POLICY-SAFETY",
		"Zone signing key zsk-b (tag", "From bundle 2 on, key signing key Kcurrent", "is revoked and signs", "From bundle 9 on, key signing key Kcurrent is gone",
	} {
		if !strings.Contains(string(report), want) {
			t.Errorf("report has no %q:\n%s", want, report)
		}
	}
}

// TestTrustAnchor: what the tool writes is what responses verify against.
func TestTrustAnchor(t *testing.T) {
	enterRoom(t)
	mustSign(t, "ksr.xml", "skr.xml")
	o := inRoom(t, nil, "kskm-trustanchor", "--id", "x", "--trustanchor", "ta.xml")
	if o.code != exitOK {
		t.Fatal(o.stderr)
	}
	if o := inRoom(t, nil, "kskm", "skr", "verify", "--trustanchor", "ta.xml", "--dns", "skr.xml"); o.code != exitOK || !strings.Contains(o.stdout, "IN RRSIG DNSKEY 8 0") {
		t.Error(o.stdout)
	}
	put(t, "ta.xml", `<TrustAnchor id="x"><Zone>.</Zone></TrustAnchor>`)
	if o := inRoom(t, nil, "kskm", "skr", "verify", "--trustanchor", "ta.xml", "skr.xml"); o.code != exitRejected {
		t.Error("an empty trust anchor is enough")
	}
}

func read(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestStrict has what strict mode refuses and the usual mode takes.
func TestStrict(t *testing.T) {
	enterRoom(t)
	mustSign(t, "ksr.xml", "usual.xml")
	lawful := read(t, "ksr.xml")
	for name, c := range map[string]struct {
		ksr  string
		args []string
		code int
	}{
		"no previous response":     {lawful, nil, exitRejected},
		"none on purpose":          {lawful, []string{"--no-prev"}, exitOK},
		"integer with a plus sign": {strings.Replace(lawful, `serial="0"`, `serial="+0"`, 1), []string{"--no-prev"}, exitRejected},
		"another order":            {strings.Replace(lawful, "<Flags>256</Flags>\n                <Protocol>3</Protocol>", "<Protocol>3</Protocol>\n                <Flags>256</Flags>", 1), []string{"--no-prev"}, exitRejected},
		"unknown attribute":        {strings.Replace(lawful, "<KSR ", `<KSR x="y" `, 1), []string{"--no-prev"}, exitRejected},
		"text in front":            {"junk" + lawful, []string{"--no-prev"}, exitRejected},
	} {
		put(t, "ksr.xml", c.ksr)
		os.Remove("skr.xml")
		args := append([]string{"--strict", "--schema", "normal"}, append(c.args, "ksr.xml", "skr.xml")...)
		if o := sign(t, args...); o.code != c.code {
			t.Errorf("%s: exit code %d, want %d\n%s", name, o.code, c.code, o.stderr)
		}
		if name == "no previous response" || name == "none on purpose" {
			continue
		}
		if o := sign(t, "ksr.xml", "skr.xml"); o.code != exitOK {
			t.Errorf("%s: the usual mode ends with %d\n%s", name, o.code, o.stderr)
		}
	}
	put(t, "ksr.xml", lawful)
	put(t, "ksrsigner.yaml", "strict: true\n"+read(t, "ksrsigner.yaml"))
	if o := sign(t, "ksr.xml", "skr.xml"); o.code != exitRejected {
		t.Errorf("strict by configuration: exit code %d", o.code)
	}
	put(t, "ksrsigner.yaml", "bogus: 1\n")
	if o := sign(t, "--strict", "ksr.xml", "skr.xml"); o.code != exitUsage {
		t.Errorf("bad configuration in strict mode: exit code %d", o.code)
	}
}

// TestPrompt has the ways to answer the question.
func TestPrompt(t *testing.T) {
	enterRoom(t)
	for answer, code := range map[string]int{"Yes\n": exitOK, "Yes": exitOK, "yes\n": exitFatal, "Yes \n": exitFatal, "\n": exitFatal, "": exitRejected} {
		os.Remove("skr.xml")
		o := inRoom(t, func(p *program) { p.stdin = strings.NewReader(answer) }, "kskm-ksrsigner", "ksr.xml", "skr.xml")
		if o.code != code {
			t.Errorf("%q: exit code %d, want %d", answer, o.code, code)
		}
		if _, err := os.Stat("skr.xml"); (err == nil) != (code == exitOK) {
			t.Errorf("%q: response: %v", answer, err)
		}
		if !strings.HasSuffix(o.stdout, "Sign KSR? Confirm with \"Yes\" (exactly) or anything else to abort: ") {
			t.Errorf("%q: stdout %q", answer, o.stdout)
		}
	}
}

// TestPIN: from a question, from a file, and never in the log.
func TestPIN(t *testing.T) {
	enterRoom(t)
	asking := strings.Replace(read(t, "ksrsigner.yaml"), "    pin: "+hsmtest.UserPIN+"\n", "", 1)
	put(t, "ksrsigner.yaml", asking)
	var asked []string
	o := inRoom(t, func(p *program) {
		p.askPIN = func(prompt string) ([]byte, error) {
			asked = append(asked, prompt)
			return []byte(hsmtest.UserPIN), nil
		}
	}, "kskm-ksrsigner", "--force", "--debug", "ksr.xml", "skr.xml")
	if o.code != exitOK || len(asked) != 1 || asked[0] != "Enter USER PIN for PKCS#11 module soft: " {
		t.Errorf("exit code %d, asked %q", o.code, asked)
	}
	if strings.Contains(o.log+o.stdout+o.stderr, hsmtest.UserPIN) {
		t.Error("the PIN is shown")
	}
	put(t, "pin.txt", hsmtest.UserPIN+"\n")
	put(t, "ksrsigner.yaml", strings.Replace(asking, "$SOFTHSM2_MODULE\n", "$SOFTHSM2_MODULE\n    pin_file: pin.txt\n", 1))
	if o := sign(t, "ksr.xml", "skr.xml"); o.code != exitOK {
		t.Errorf("PIN file: %s", o.stderr)
	}
	o = inRoom(t, func(p *program) {
		p.askPIN = func(string) ([]byte, error) { return nil, errors.New("no terminal") }
	}, "kskm-ksrsigner", "--force", "--token", "absent", "ksr.xml", "skr.xml")
	if o.code != exitFatal {
		t.Errorf("a token that is not there: exit code %d", o.code)
	}
}

// TestExitCodes has the reasons for each code that other tests do not have.
func TestExitCodes(t *testing.T) {
	enterRoom(t)
	lawful := read(t, "ksrsigner.yaml")
	for name, c := range map[string]struct {
		config string
		args   []string
		code   int
		says   string
	}{
		"unknown option":           {lawful, []string{"--bogus"}, exitUsage, "unknown flag"},
		"ambiguous option":         {lawful, []string{"--log-", "ksr.xml"}, exitUsage, "unknown flag"},
		"three files":              {lawful, []string{"a", "b", "c"}, exitUsage, "accepts at most 2"},
		"no configuration":         {lawful, []string{"--config", "absent.yaml"}, exitFatal, "Fatal error"},
		"unknown schema":           {lawful, []string{"--schema", "bogus", "ksr.xml"}, exitFatal, "bogus"},
		"no request named":         {lawful, nil, exitFatal, "No KSR file name"},
		"empty request name":       {lawful, []string{""}, exitFatal, "No KSR file name"},
		"request absent":           {lawful, []string{"absent.xml"}, exitRejected, "absent.xml"},
		"previous response absent": {lawful, []string{"--previous_skr", "absent.xml", "ksr.xml"}, exitRejected, "absent.xml"},
		"unknown HSM":              {lawful, []string{"--hsm", "bogus", "ksr.xml"}, exitFatal, "bogus"},
		"key in no token":          {strings.ReplaceAll(lawful, "label: Kcurrent", "label: Kabsent"), []string{"ksr.xml"}, exitUsage, "Key 'kcurrent' not found"},
		"schema with unknown key":  {strings.ReplaceAll(lawful, "kcurrent:", "other:"), []string{"ksr.xml"}, exitRejected, "kcurrent"},
		"schema with a slot less":  {strings.ReplaceAll(lawful, "    9: ", "    10: "), []string{"ksr.xml"}, exitRejected, "no slot 9"},
		"no HSM":                   {lawful[strings.Index(lawful, "keys:"):], []string{"ksr.xml"}, exitUsage, "No HSM"},
		"not yet valid":            {strings.ReplaceAll(lawful, "2020-01-01T00:00:00", "2030-01-01T00:00:01"), []string{"ksr.xml"}, exitRejected, "KSK-VALIDITY"},
		"just valid":               {strings.ReplaceAll(lawful, "2020-01-01T00:00:00", "2030-01-01T00:00:00"), []string{"ksr.xml", "skr.xml"}, exitOK, ""},
		"no offset":                {strings.ReplaceAll(lawful, "2020-01-01T00:00:00+00:00", "2020-01-01T00:00:00"), []string{"ksr.xml"}, exitRejected, "KSK-VALIDITY"},
		"expires a second early":   {strings.ReplaceAll(lawful, "    valid_from", "    valid_until: 2030-04-11T23:59:59Z\n    valid_from"), []string{"ksr.xml"}, exitRejected, "KSK-VALIDITY"},
		"expires in time":          {strings.ReplaceAll(lawful, "    valid_from", "    valid_until: 2030-04-12T00:00:00Z\n    valid_from"), []string{"ksr.xml", "skr.xml"}, exitOK, ""},
		"wrong DS":                 {strings.Replace(lawful, "ds_sha256: ", "ds_sha256: 00", 1), []string{"ksr.xml"}, exitRejected, "KSK-DS"},
		"wrong tag":                {strings.Replace(lawful, "key_tag: ", "key_tag: 1 # ", 1), []string{"ksr.xml"}, exitRejected, "KSK-TAG"},
		"wrong size":               {strings.Replace(lawful, "rsa_size: 2048", "rsa_size: 4096", 1), []string{"ksr.xml"}, exitRejected, "KSK-TYPE"},
		"wrong exponent":           {strings.Replace(lawful, "rsa_exponent: 65537", "rsa_exponent: 3", 1), []string{"ksr.xml"}, exitRejected, "KSK-TYPE"},
		"size not given":           {strings.Replace(lawful, "    rsa_size: 2048\n", "", 1), []string{"ksr.xml"}, exitRejected, "KSK-TYPE"},
		"signer is not the root":   {strings.Replace(lawful, "ttl: 172800,", "ttl: 172800, signers_name: example.,", 1), []string{"ksr.xml"}, exitRejected, "not the root"},
		"algorithms differ":        {lawful, []string{"--schema", "kp256", "ksr.xml"}, exitRejected, "SKR-ALGORITHMS"},
		"output folder absent":     {lawful, []string{"ksr.xml", "absent/skr.xml"}, exitRejected, "SKR not written"},
		"expired request":          {strings.Replace(lawful, "request_policy: {}", "request_policy: {signature_horizon_days: 1}", 1), []string{"ksr.xml"}, exitRejected, "KSR-POLICY-SIG-HORIZON"},
	} {
		t.Run(name, func(t *testing.T) {
			put(t, "ksrsigner.yaml", c.config)
			o := sign(t, c.args...)
			if o.code != c.code || !strings.Contains(o.stderr+o.log, c.says) {
				t.Errorf("exit code %d, want %d and %q\n%s", o.code, c.code, c.says, o.stderr)
			}
			if c.code == exitRejected && !strings.Contains(o.log, ": CRITICAL ") {
				t.Errorf("the log does not say why:\n%s", o.log)
			}
		})
	}
}

// TestInterleaved: options after files, cut short, and with an equals sign.
func TestInterleaved(t *testing.T) {
	enterRoom(t)
	o := inRoom(t, nil, "kskm-ksrsigner", "ksr.xml", "--fo", "--schem=normal", "skr.xml", "--log-sk", "--log-k")
	if o.code != exitOK {
		t.Fatal(o.stderr)
	}
	for _, want := range []string{"kskm.ksr.load.ksr: INFO ksr.xml 001: <?xml", "kskm.signer.skr: INFO skr.xml 001: <?xml"} {
		if !strings.Contains(o.log, want) {
			t.Errorf("log has no %q", want)
		}
	}
	if o := inRoom(t, nil, "kskm-ksrsigner", "--help"); o.code != exitOK || !strings.HasPrefix(o.stdout, "KSR signer 0.0.1\n") {
		t.Errorf("help: %d %q", o.code, o.stdout)
	}
}

// TestStandardOutput: without a file name the response goes to standard output.
func TestStandardOutput(t *testing.T) {
	enterRoom(t)
	o := sign(t, "ksr.xml")
	at := strings.Index(o.stdout, "<?xml")
	if o.code != exitOK || at < 0 || !strings.HasSuffix(o.stdout, "</KSR>\n\n") {
		t.Fatalf("exit code %d\n%s", o.code, o.stdout)
	}
	r, err := skr.Parse([]byte(o.stdout[at:]))
	if err != nil {
		t.Fatal(err)
	}
	believe(t, r)
}

// TestReportOfRejection lists all checks, even those after the one that failed.
func TestReportOfRejection(t *testing.T) {
	enterRoom(t)
	put(t, "ksr.xml", strings.Replace(read(t, "ksr.xml"), `domain="."`, `domain="example."`, 1))
	o := sign(t, "--report", "report.txt", "ksr.xml", "skr.xml")
	if o.code != exitRejected || !strings.Contains(o.log, "CRITICAL KSR-DOMAIN: ") {
		t.Errorf("exit code %d\n%s", o.code, o.log)
	}
	report := read(t, "report.txt")
	if !strings.Contains(report, "FAIL     KSR-DOMAIN") || !strings.Contains(report, "PASS     KSR-POLICY-BUNDLE-INTERVALS") {
		t.Error(report)
	}
	if json := read(t, "report.txt.json"); !strings.Contains(json, `"passed": false`) || !strings.Contains(json, `"id": "KSR-DOMAIN"`) {
		t.Error(json)
	}
}
