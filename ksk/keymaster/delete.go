package keymaster

import (
	"errors"
	"fmt"

	"coen/hsm"
	"coen/ksk/journal"
)

// Errors of Delete that callers tell apart.
var (
	ErrNoKey    = errors.New("there is no such key")
	ErrDeclined = errors.New("deletion was declined")
)

const deleteLogger = "kskm.keymaster.delete"

// Delete removes both halves of the key pair with a label, after confirm has agreed. Both are
// removed in the token where they were found; a label that is in more than one token is refused.
func Delete(t *hsm.Tokens, label string, confirm func(question string) (bool, error), add func(journal.Record)) error {
	log := journal.NewLogger(add, deleteLogger)
	public, err := t.FindAll(label, hsm.PublicKey)
	if err != nil {
		return err
	}
	if len(public) == 0 {
		log.Errorf("No key with label %s found", label)
		return ErrNoKey
	}
	if len(public) > 1 {
		return fmt.Errorf("label %s is in slot %d of %s and in slot %d of %s; name the token", label,
			public[0].Slot.Number, public[0].Slot.Module, public[1].Slot.Number, public[1].Slot.Module)
	}
	k := public[0]
	if agreed, err := confirm(fmt.Sprintf("Delete key pair %v?", k)); err != nil {
		return err
	} else if !agreed {
		log.Warningf("Deletion of key pair %v aborted", k)
		return ErrDeclined
	}
	log.Infof("Deleting key pair %v", k)
	if err := t.Destroy(k); err != nil {
		return fmt.Errorf("delete public half of %s: %w", label, err)
	}
	// Handles may have changed: look again.
	private, err := t.FindIn(k.Slot, label, hsm.PrivateKey)
	if err != nil {
		return err
	}
	if private == nil {
		log.Warningf("There was no private half of %s", label)
		return nil
	}
	if err := t.Destroy(private); err != nil {
		return fmt.Errorf("delete private half of %s, whose public half is gone: %w", label, err)
	}
	return nil
}
