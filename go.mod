module coen

go 1.26.0

toolchain go1.26.8

require (
	aead.dev/minisign v0.3.0 // statements signed with minisign keys
	codeberg.org/go-pdf/fpdf v0.12.0 // PDF: witness sheets, printing to a file
	github.com/ProtonMail/go-crypto v1.5.2 // OpenPGP: the signatures of InRelease files
	github.com/creack/pty v1.1.24 // pseudo-terminals, to record sessions
	github.com/ebitengine/purego v0.11.3 // loads PKCS#11 modules without a C compiler
	github.com/klauspost/compress v1.20.3 // zstd; its bytes are in the image, golden hashes notice a change
	github.com/miekg/dns v1.1.73 // tests only: verifies signed responses independently
	github.com/rogpeppe/go-internal v1.16.0 // txtar, testscript in tests; line differences of files
	github.com/santhosh-tekuri/jsonschema/v6 v6.0.3 // tests only: SBOMs against the official schemas
	github.com/spf13/cobra v1.10.2 // command lines, help, completion
	github.com/spf13/pflag v1.0.9 // cobra's flags, of which kskm accepts unambiguous prefixes
	github.com/ulikunitz/xz v0.5.17 // tests only: compresses indices for apt
	github.com/vbauerster/mpb/v8 v8.9.3 // progress bars
	github.com/wneessen/go-mail v0.8.1 // SMTP: notes of the KSR receiver
	go.yaml.in/yaml/v4 v4.0.0 // recipes and key configurations
	golang.org/x/crypto v0.58.0 // SSH keys and signatures of statements
	golang.org/x/image v0.47.0 // the Go fonts, embedded in what is printed and shown, and their drawing
	golang.org/x/mod v0.42.0 // bundles: go.mod files and the hashes of go.sum
	golang.org/x/sys v0.49.0 // coen-init's system calls
	golang.org/x/term v0.47.0 // PIN prompts; whether there is a terminal
	golang.org/x/time v0.16.0 // rate limit of the KSR receiver
	mvdan.cc/sh/v3 v3.14.1 // the parser of maintainer scripts
	rsc.io/qr v0.2.0 // QR codes beside hashes
)

require (
	github.com/VividCortex/ewma v1.2.0 // indirect
	github.com/acarl005/stripansi v0.0.0-20180116102854-5a71ef0e047d // indirect
	github.com/cloudflare/circl v1.6.3 // indirect
	github.com/inconshreveable/mousetrap v1.1.0 // indirect
	github.com/mattn/go-runewidth v0.0.16 // indirect
	github.com/rivo/uniseg v0.4.7 // indirect
	golang.org/x/net v0.60.0 // indirect
	golang.org/x/text v0.43.0 // indirect
	golang.org/x/tools v0.51.0 // indirect
)
