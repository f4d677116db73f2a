package convert

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"coen/ksk/config"
)

// The bounds of a kskschedule.json, those of the legacy tool.
const (
	maxSchedule = 1 << 20 // bytes
	maxLabels   = 5
)

// Schedule turns a kskschedule.json into a section schemas. The file has, in an object with one member, schedules by
// name, in each slots by number, and in each slot the labels of the keys to publish, revoke and sign with: one text or a
// list. The legacy tool took slots in the order of the file and did not look at their numbers; here the two have to agree.
// nameOf gives the name that the configuration has for a key with a label.
func Schedule(text []byte, nameOf func(label string) string) ([]byte, error) {
	if len(text) > maxSchedule {
		return nil, fmt.Errorf("schedule of more than %d bytes", maxSchedule)
	}
	if bytes.ContainsRune(text, '\\') {
		return nil, errors.New("schedule with a backslash, which the legacy tool dropped")
	}
	root, err := decode(text)
	if err != nil {
		return nil, fmt.Errorf("schedule: %w", err)
	}
	if len(root) != 1 {
		return nil, fmt.Errorf("schedule: %d members at the top, should be one", len(root))
	}
	schedules, err := root[0].object()
	if err != nil || len(schedules) == 0 {
		return nil, errors.Join(errors.New("schedule: no schedules"), err)
	}
	var b strings.Builder
	if len(schedules) > 1 {
		fmt.Fprintf(&b, "# The legacy tool used only the first of these: %q\n", schedules[0].name)
	}
	b.WriteString("schemas:\n")
	for _, s := range schedules {
		if err := schedule(&b, s, nameOf); err != nil {
			return nil, fmt.Errorf("schedule %q: %w", s.name, err)
		}
	}
	if _, err := config.Load([]byte(b.String()), config.Host{}); err != nil {
		return nil, fmt.Errorf("this cannot be said in a configuration: %w", err)
	}
	return []byte(b.String()), nil
}

func schedule(b *strings.Builder, s member, nameOf func(string) string) error {
	slots, err := s.object()
	if err != nil {
		return err
	}
	fmt.Fprintf(b, "  %s:\n", quote(s.name))
	for i, slot := range slots {
		if slot.name != strconv.Itoa(i+1) {
			return fmt.Errorf("slot %q stands at place %d, where the legacy tool used it", slot.name, i+1)
		}
		line, err := slotOf(slot, nameOf)
		if err != nil {
			return fmt.Errorf("slot %s: %w", slot.name, err)
		}
		fmt.Fprintf(b, "    %s: %s\n", slot.name, line)
	}
	return nil
}

// slotOf writes a slot.
func slotOf(slot member, nameOf func(string) string) (string, error) {
	members, err := slot.object()
	if err != nil {
		return "", err
	}
	uses := map[string][]string{}
	for _, m := range members {
		if m.name != "publish" && m.name != "revoke" && m.name != "sign" {
			return "", fmt.Errorf("unknown use %q", m.name)
		}
		if uses[m.name], err = m.labels(); err != nil {
			return "", fmt.Errorf("%s: %w", m.name, err)
		}
	}
	for _, label := range uses["revoke"] {
		if slices.Contains(uses["publish"], label) {
			return "", fmt.Errorf("key %q is published and revoked", label)
		}
	}
	for _, label := range uses["sign"] {
		if !slices.Contains(uses["publish"], label) && !slices.Contains(uses["revoke"], label) {
			return "", fmt.Errorf("key %q signs, but is neither published nor revoked", label)
		}
	}
	list := func(use string) string {
		var names []string
		for _, label := range uses[use] {
			names = append(names, quote(nameOf(label)))
		}
		return use + ": [" + strings.Join(names, ", ") + "]"
	}
	text := "{" + list("publish") + ", " + list("sign")
	if len(uses["revoke"]) > 0 {
		text += ", " + list("revoke")
	}
	return text + "}", nil
}

// member is a member of an object, in the order of the file.
type member struct {
	name  string
	value json.RawMessage
}

// object reads the members of an object. Names that stand twice are errors.
func (m member) object() ([]member, error) { return decode(m.value) }

func decode(text []byte) ([]member, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, errors.Join(errors.New("not an object"), err)
	}
	var all []member
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		m := member{name: fmt.Sprint(t)}
		if slices.ContainsFunc(all, func(o member) bool { return o.name == m.name }) {
			return nil, fmt.Errorf("%q stands there twice", m.name)
		}
		if err := d.Decode(&m.value); err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	if d.More() {
		return nil, errors.New("text after the end")
	}
	return all, nil
}

// labels reads a label, or a list of labels.
func (m member) labels() ([]string, error) {
	var one string
	if json.Unmarshal(m.value, &one) == nil {
		return []string{one}, config.CheckWord(one)
	}
	var list []string
	if err := json.Unmarshal(m.value, &list); err != nil {
		return nil, errors.New("neither a label nor a list of labels")
	}
	if len(list) > maxLabels {
		return nil, fmt.Errorf("%d labels, more than the legacy tool took", len(list))
	}
	for i, label := range list {
		if err := config.CheckWord(label); err != nil {
			return nil, err
		}
		if slices.Contains(list[:i], label) {
			return nil, fmt.Errorf("key %q stands there twice", label)
		}
	}
	return list, nil
}
