package hsm

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"coen/ksk/journal"
)

// Spec is a module to use, from the configuration.
type Spec struct {
	Name   string
	Module string                         // path of the library
	PIN    func() (pin []byte, err error) // called once; the result is wiped
	Token  string                         // label or serial number of the only token to use; empty: all
	Env    []Variable                     // set while the library is loaded and initialized
}

// Variable is a variable of the environment.
type Variable struct{ Name, Value string }

// Options say how to open modules.
type Options struct {
	Load  Loader
	Write bool // sessions that can change the token
	Log   func(journal.Record)
}

// Tokens are the tokens of all modules, logged in to.
type Tokens struct {
	modules []*module
	log     journal.Logger
	cache   map[query]*Key
}

type module struct {
	name    string
	library Library
	slots   []*Slot
}

// Slot is a slot with a token and an open session.
type Slot struct {
	Module  string // name in the configuration
	Number  uint
	Info    TokenInfo
	library Library
	session Session
}

const loggerName = "kskm.misc.hsm"

// Open loads the modules in order, asks for their PINs and logs in to every token once. A token
// that refuses is left out with a warning, as long as another one of the module lets us
// in; a module without any token is an error, and then nothing stays open.
func Open(specs []Spec, o Options) (*Tokens, error) {
	t := &Tokens{log: journal.NewLogger(o.Log, loggerName), cache: map[query]*Key{}}
	refused := map[string]bool{}
	for _, s := range specs {
		m, err := t.open(s, o, refused)
		if m != nil {
			t.modules = append(t.modules, m)
		}
		if err != nil {
			return nil, errors.Join(fmt.Errorf("module %s: %w", s.Name, err), t.Close())
		}
	}
	return t, nil
}

func (t *Tokens) open(s Spec, o Options, refused map[string]bool) (*module, error) {
	t.log.Infof("Initializing PKCS#11 module %s using %s", s.Name, s.Module)
	library, err := s.Load(o.Load)
	if err != nil {
		return nil, err
	}
	m := &module{name: s.Name, library: library}
	pin := &onePIN{ask: s.PIN}
	defer pin.wipe()
	numbers, err := library.Slots()
	if err != nil {
		return m, err
	}
	t.log.Debugf("P11 slots: [%s]", strings.ReplaceAll(strings.Trim(fmt.Sprint(numbers), "[]"), " ", ", "))
	for _, number := range numbers {
		slot := &Slot{Module: s.Name, Number: number, library: library}
		t.log.Debugf("Opening slot %d in module %s (R/W: %s, SO: False)", number, s.Name, title(o.Write))
		if err := slot.login(library, s, o.Write, pin, refused); err != nil {
			if pin.err != nil {
				return m, pin.err
			}
			t.refusal(m, s, slot, err)
			continue
		}
		t.log.Debugf("Login to module %s slot %d successful", s.Name, number)
		m.slots = append(m.slots, slot)
	}
	if len(m.slots) == 0 {
		return m, errors.New("no token could be logged in to")
	}
	t.introduce(m.slots[0].Info)
	return m, nil
}

func title(b bool) string {
	if b {
		return "True"
	}
	return "False"
}

// Load loads the library with the module's environment, which C code sees too, and
// puts the environment back as it was.
func (s Spec) Load(load Loader) (Library, error) {
	for _, v := range s.Env {
		old, was := os.LookupEnv(v.Name)
		if err := os.Setenv(v.Name, v.Value); err != nil {
			return nil, fmt.Errorf("environment variable %q: %w", v.Name, err)
		}
		if was {
			defer os.Setenv(v.Name, old)
		} else {
			defer os.Unsetenv(v.Name)
		}
	}
	return load(s.Module)
}

// errOtherToken says that a token is not the one that the configuration names.
var errOtherToken = errors.New("is not the token to use")

// login opens a session and logs in, once. A token that has refused a PIN is not asked
// again, even if another module leads to it, because tries are counted and the last one locks it.
func (s *Slot) login(l Library, spec Spec, write bool, pin *onePIN, refused map[string]bool) error {
	session, err := l.Open(s.Number, write)
	if err != nil {
		return err
	}
	before, err := session.Token()
	if err == nil {
		err = s.admit(before, spec, refused)
	}
	if err == nil {
		if err = pin.login(session, before); errors.Is(err, CodePINIncorrect) || errors.Is(err, CodePINLocked) {
			refused[identity(before)] = true
		}
	}
	if err == nil {
		// Some tokens tell their serial number only after a login.
		s.Info, err = session.Token()
	}
	if err != nil {
		session.Close()
		return err
	}
	s.session = session
	return nil
}

// onePIN is the PIN of a module. It is asked for when the first token needs it.
type onePIN struct {
	ask   func() ([]byte, error)
	asked bool
	value []byte
	err   error // of asking
}

// login logs in. A token with a PIN pad asks for the PIN itself.
func (p *onePIN) login(session Session, info TokenInfo) error {
	if info.PINPad {
		return session.Login(User, nil)
	}
	if !p.asked {
		p.asked = true
		p.value, p.err = p.ask()
		if p.value == nil {
			p.value = []byte{} // not the PIN pad's
		}
	}
	if p.err != nil {
		return p.err
	}
	return session.Login(User, p.value)
}

func (p *onePIN) wipe() { clear(p.value) }

// admit decides whether a token may be logged in to.
func (s *Slot) admit(info TokenInfo, spec Spec, refused map[string]bool) error {
	if spec.Token != "" && spec.Token != trim(info.Label) && spec.Token != trim(info.Serial) {
		return errOtherToken
	}
	if refused[identity(info)] {
		return errors.New("the token has refused a PIN before and is not asked again")
	}
	if info.User.Locked {
		return CodePINLocked
	}
	return nil
}

func identity(t TokenInfo) string { return t.Manufacturer + t.Model + t.Serial + t.Label }

// trim takes off the padding of a token's texts.
func trim(s string) string { return strings.TrimRight(s, " \x00") }

// refusal logs that a slot is left out. Once some slot has let us in, others are no surprise.
func (t *Tokens) refusal(m *module, s Spec, slot *Slot, err error) {
	if errors.Is(err, errOtherToken) {
		t.log.Debugf("Slot %d in module %s is not token %s", slot.Number, s.Name, s.Token)
		return
	}
	if len(m.slots) > 0 {
		t.log.Debugf("Login to module %s slot %d failed", s.Name, slot.Number)
	} else {
		t.log.Warningf("Login to module %s slot %d failed", s.Name, slot.Number)
	}
	t.log.Debugf("Slot %d in module %s: %v", slot.Number, s.Name, err)
}

func (t *Tokens) introduce(i TokenInfo) {
	t.log.Infof("HSM First slot:      %s", i.Label)
	t.log.Infof("HSM ManufacturerID:  %s", i.Manufacturer)
	t.log.Infof("HSM Model:           %s", i.Model)
	t.log.Infof("HSM Serial:          %s", i.Serial)
}

// Close closes all sessions and modules. It may be called more than once.
func (t *Tokens) Close() error {
	var err error
	for _, m := range t.modules {
		for _, s := range m.slots {
			err = errors.Join(err, s.session.Close())
		}
		err = errors.Join(err, m.library.Close())
	}
	t.modules = nil
	clear(t.cache)
	return err
}

// Empty reports that there are no tokens.
func (t *Tokens) Empty() bool { return len(t.modules) == 0 }

// Modules returns the names of the modules, in order.
func (t *Tokens) Modules() []string {
	var names []string
	for _, m := range t.modules {
		names = append(names, m.name)
	}
	return names
}

// Slots returns the slots of a module, in its order.
func (t *Tokens) Slots(name string) []*Slot {
	for _, m := range t.modules {
		if m.name == name {
			return m.slots
		}
	}
	return nil
}
