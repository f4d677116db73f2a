package qemu

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// keys names the keys of a US keyboard that are not named as what they write;
// shifted has those that need the shift key.
var (
	keys = map[rune]string{
		'\n': "ret", '\t': "tab", ' ': "spc", '-': "minus", '=': "equal", '[': "bracket_left",
		']': "bracket_right", ';': "semicolon", '\'': "apostrophe", '`': "grave_accent",
		'\\': "backslash", ',': "comma", '.': "dot", '/': "slash",
	}
	shifted = map[rune]rune{
		'!': '1', '@': '2', '#': '3', '$': '4', '%': '5', '^': '6', '&': '7', '*': '8', '(': '9',
		')': '0', '_': '-', '+': '=', '{': '[', '}': ']', ':': ';', '"': '\'', '~': '`', '|': '\\',
		'<': ',', '>': '.', '?': '/',
	}
)

// typing is the pause after each key. A machine under emulation loses keys that
// come faster than it polls.
const typing = 40 * time.Millisecond

// Type types ASCII text on the keyboard, which is a US one. A newline is Enter.
func (m *Monitor) Type(ctx context.Context, text string) error {
	for _, c := range text {
		name, err := keyFor(c)
		if err != nil {
			return err
		}
		if err := m.SendKey(ctx, name); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(typing):
		}
	}
	return nil
}

// keyFor names the keys to press together for a character.
func keyFor(c rune) (string, error) {
	shift := ""
	if c >= 'A' && c <= 'Z' {
		shift, c = "shift-", c-'A'+'a'
	} else if plain, ok := shifted[c]; ok {
		shift, c = "shift-", plain
	}
	switch name, ok := keys[c]; {
	case ok:
		return shift + name, nil
	case strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789", c):
		return shift + string(c), nil
	}
	return "", fmt.Errorf("no key for %q", c)
}
