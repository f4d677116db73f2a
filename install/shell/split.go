package shell

import (
	"strings"
)

// split cuts what came from expansions at the separators (XCU 2.6.5) and drops
// empty fields that were not quoted.
//
// A separator behind white space belongs to it; where the two come from
// different expansions, this holds in bash only (merge). A boundary is like
// white space.
func split(f field, separators string, merge bool) []field {
	if len(f) == 1 && (f[0].from != expanded || f[0].text != "" && !strings.ContainsAny(f[0].text, separators)) {
		return []field{f}
	}
	var out []field
	var cur field
	has := false   // cur is a field, if perhaps an empty one
	blank := false // the last separator was white space only
	for i, seg := range f {
		if seg.from == boundary {
			if has {
				out, cur, has, blank = append(out, cur), nil, false, true
			}
			continue
		}
		if seg.from != expanded || separators == "" {
			cur, has, blank = append(cur, seg), true, false
			continue
		}
		blank = blank && (merge || i > 0 && f[i-1].from == boundary)
		start := 0
		for i := 0; i < len(seg.text); i++ {
			c := seg.text[i]
			if strings.IndexByte(separators, c) < 0 {
				has, blank = true, false
				continue
			}
			if i > start {
				cur = append(cur, segment{seg.text[start:i], expanded})
			}
			start = i + 1
			space := c == ' ' || c == '\t' || c == '\n'
			if has || !space && !blank {
				out, cur = append(out, cur), nil
				has, blank = false, space
			} else if !space {
				blank = false
			}
		}
		if start < len(seg.text) {
			cur = append(cur, segment{seg.text[start:], expanded})
		}
	}
	if has {
		out = append(out, cur)
	}
	return out
}
