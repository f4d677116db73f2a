package sed

// selects reports whether a command is to run on the current line.
func (m *machine) selects(c *command) (bool, error) {
	if c.from == nil {
		return !c.negated, nil
	}
	match, err := m.inRange(c)
	return match != c.negated, err
}

func (m *machine) inRange(c *command) (bool, error) {
	if c.to == nil {
		return m.matches(c.from)
	}
	if c.active {
		return m.inActive(c)
	}
	match, err := m.matches(c.from)
	if !match || err != nil {
		return false, err
	}
	switch c.to.kind {
	case lineNumber:
		c.end = c.to.n
	case plus:
		c.end = m.number + c.to.n
	case multiple:
		c.end = m.number
		if c.to.n > 0 {
			c.end = (m.number/c.to.n + 1) * c.to.n
		}
	case lastLine:
		c.active = !m.atEnd()
		return true, nil
	default:
		c.active = true
		return true, nil
	}
	c.active = c.end > m.number
	return true, nil
}

// inActive looks for the end of a range that has begun.
func (m *machine) inActive(c *command) (bool, error) {
	switch c.to.kind {
	case lastLine, pattern:
		match, err := m.matches(c.to)
		c.active = !match
		return true, err
	}
	c.active = m.number < c.end
	return m.number <= c.end, nil
}

func (m *machine) matches(a *address) (bool, error) {
	switch a.kind {
	case lineNumber:
		return m.number == a.n, nil
	case lastLine:
		return m.atEnd(), nil
	case step:
		if a.m <= 0 {
			return m.number == a.n, nil
		}
		return m.number >= a.n && (m.number-a.n)%a.m == 0, nil
	}
	re := m.regex(a.regex)
	if re == nil {
		return false, errNoRegex
	}
	return re.Match(m.space)
}
