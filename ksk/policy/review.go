package policy

import (
	"errors"
	"fmt"
	"time"

	"coen/ksk/config"
	"coen/ksk/journal"
	"coen/ksk/ksr"
	"coen/ksk/skr"
)

// Stage is when in a ceremony a check can be made.
type Stage int

// The stages, in the order in which a ceremony reaches them.
const (
	Previous Stage = iota // the previous response has been read
	Request               // the request has been read
	Chain                 // the tokens are open
	Signed                // the new response is made but not yet written
)

// KeyFinder looks for public keys in the tokens.
type KeyFinder interface {
	// PublicKey returns the base64 text of the public key with this label, or false if
	// no token has one.
	PublicKey(label string) (text string, found bool, err error)
	// Empty reports that there are no tokens.
	Empty() bool
}

// Case is what the checks judge, and by what.
type Case struct {
	Request        *ksr.Request
	Previous       *skr.Response // nil if there is none
	Signed         *skr.Response // set before the stage Signed
	RequestPolicy  config.RequestPolicy
	ResponsePolicy config.ResponsePolicy
	KSKPolicy      config.KSKPolicy
	Now            time.Time
	Tokens         KeyFinder // set before the stage Chain
}

// Check is a rule with its name.
type Check struct {
	ID     string // such as KSR-DOMAIN
	Stage  Stage
	Rule   string // what must hold, in a sentence
	Source string // where the rule comes from
	run    func(*finding, *Case)
}

// Checks lists all checks in the order in which they are made. An identifier occurs more
// than once if its rule has parts that are judged at different stages.
func Checks() []Check {
	return []Check{
		skrBundleCount, skrBundleSignatures,
		ksrDomain, ksrID, ksrBundleUnique, ksrBundleKeys, ksrBundlePOP, ksrBundleCount, ksrBundleCycleDuration,
		ksrPolicyKeys, ksrPolicyAlg, ksrPolicySigOverlap, ksrPolicySigValidity, ksrPolicySigHorizon,
		ksrPolicyBundleIntervals, ksrPolicyTTL,
		chainID, chainBundleUnique, chainKeys, chainOverlap, chainKeysInHSM,
		safetyPublish, safetyRetire,
	}
}

// Status is the outcome of a check.
type Status string

// The outcomes. Only Fail keeps a request from being signed.
const (
	Pass     Status = "PASS"
	Fail     Status = "FAIL"
	Disabled Status = "DISABLED" // by the configuration
	Skipped  Status = "SKIPPED"  // there is nothing to compare with
)

// Verdict is what a check found.
type Verdict struct {
	ID     string  `json:"id"`
	Status Status  `json:"status"`
	Rule   string  `json:"rule"`
	Source string  `json:"source"`
	Found  string  `json:"found"`            // the message of the log, or of the failure
	Values []Value `json:"values,omitempty"` // what was compared
}

// Value is a number or text that a check looked at.
type Value struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Violation says that a check failed. Reason is the text that operators know.
type Violation struct {
	ID     string
	Reason string
}

func (v *Violation) Error() string { return v.Reason }

// Fault says that a check could not be made, because what it looks at is malformed.
type Fault struct {
	ID  string
	Err error
}

func (f *Fault) Error() string { return f.Err.Error() }
func (f *Fault) Unwrap() error { return f.Err }

// Review runs checks over a case.
type Review struct {
	Case
	log      func(journal.Record)
	verdicts []Verdict
	passed   map[Stage]bool
}

// New returns a Review whose records go to log.
func New(c Case, log func(journal.Record)) *Review {
	return &Review{Case: c, log: log, passed: map[Stage]bool{}}
}

// Run makes the checks of a stage. The error is that of the first check that failed,
// a [*Violation] or a [*Fault]; unless all is set, the later ones are then not made.
func (r *Review) Run(stage Stage, all bool) error {
	var first error
	for _, c := range Checks() {
		if c.Stage != stage {
			continue
		}
		if err := r.make(c); err != nil && first == nil {
			if first = err; !all {
				return first
			}
		}
	}
	r.passed[stage] = first == nil
	return first
}

// make makes one check.
func (r *Review) make(c Check) error {
	f := &finding{check: c, log: r.log, status: Pass}
	c.run(f, &r.Case)
	r.verdicts = append(r.verdicts, Verdict{
		ID: c.ID, Status: f.status, Rule: c.Rule, Source: c.Source, Found: f.found, Values: f.values,
	})
	return f.err
}

// Verdicts returns what the checks found so far, in order.
func (r *Review) Verdicts() []Verdict { return r.verdicts }

// Approved is a request that has passed every check that comes before signing. Only
// this package can make one.
type Approved struct {
	request *ksr.Request
}

// Request returns what was approved.
func (a Approved) Request() *ksr.Request { return a.request }

// Approve returns the request if all checks before signing have been made and passed.
// The zero Approved has no request.
func (r *Review) Approve() (Approved, error) {
	needed := []Stage{Request}
	if r.Previous != nil {
		needed = append(needed, Previous, Chain)
	}
	for _, s := range needed {
		if !r.passed[s] {
			return Approved{}, errors.New("request has not passed all checks")
		}
	}
	return Approved{r.Case.Request}, nil
}

// finding gathers what one check finds.
type finding struct {
	check  Check
	log    func(journal.Record)
	status Status
	found  string
	values []Value
	err    error
}

func (f *finding) logger(name string) journal.Logger { return journal.NewLogger(f.log, name) }

// The loggers of the checks, by stage.
const (
	validateLogger  = "kskm.ksr.validate"
	chainLogger     = "kskm.signer.verify_chain"
	safetyLogger    = "kskm.signer.policy"
	signatureLogger = "kskm.common.signature"
	responseLogger  = "kskm.skr.validate"
)

func (f *finding) main() journal.Logger {
	return f.logger(map[Stage]string{
		Previous: responseLogger, Request: validateLogger, Chain: chainLogger, Signed: safetyLogger,
	}[f.check.Stage])
}

// pass ends a check that found nothing wrong.
func (f *finding) pass(format string, args ...any) {
	f.found = fmt.Sprintf(format, args...)
	f.main().Infof("%s: %s", f.check.ID, f.found)
}

// disabled ends a check that the configuration switches off.
func (f *finding) disabled(format string, args ...any) {
	f.status, f.found = Disabled, fmt.Sprintf(format, args...)
	f.main().Warningf("%s: %s", f.check.ID, f.found)
}

// knob is disabled in the words of the checks of requests.
func (f *finding) knob(name string) { f.disabled("Disabled by policy (%s)", name) }

// skip ends a check that has nothing to look at.
func (f *finding) skip(format string, args ...any) {
	f.status, f.found = Skipped, fmt.Sprintf(format, args...)
}

// fail ends a check with a violation.
func (f *finding) fail(format string, args ...any) {
	f.status, f.found = Fail, fmt.Sprintf(format, args...)
	f.err = &Violation{ID: f.check.ID, Reason: f.found}
}

// fault ends a check that could not be made.
func (f *finding) fault(err error) {
	f.status, f.found = Fail, err.Error()
	f.err = &Fault{ID: f.check.ID, Err: err}
}

// value notes what the check compares.
func (f *finding) value(name string, value any) {
	f.values = append(f.values, Value{name, fmt.Sprint(value)})
}
