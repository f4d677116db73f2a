package command

// The commands of this file ask about the running system. An image build has
// none, as a fresh chroot has none.

const pidofOptions = "c n q s x z o:"

func pidof(*call) int { return 1 }

const runlevelOptions = ""

func runlevel(c *call) int {
	c.printf("unknown\n")
	return 1
}

const ischrootOptions = "f,default-false t,default-true"

// ischroot says yes: an image is built in what amounts to one.
func ischroot(*call) int { return 0 }
