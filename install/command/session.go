package command

// The commands of this file ask about running processes, sessions and the
// terminal. In an image build there is none of these, as in a fresh chroot.

const pidofOptions = "c n q s x z o:"

func pidof(*call) int { return 1 }

const whoOptions = ""

func who(*call) int { return 0 }

const runlevelOptions = ""

func runlevel(c *call) int {
	c.printf("unknown\n")
	return 1
}

const ttyOptions = "s,silent,quiet"

func tty(c *call) int {
	if !c.has("s") {
		c.printf("not a tty\n")
	}
	return 1
}

const ischrootOptions = "f,default-false t,default-true"

// ischroot says yes: an image is built in what amounts to one.
func ischroot(*call) int { return 0 }
