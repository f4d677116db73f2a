package command

const cksumOptions = ""

// cksumTable is that of the CRC of POSIX, polynomial 0x04C11DB7.
var cksumTable = func() (t [256]uint32) {
	for i := range t {
		crc := uint32(i) << 24
		for range 8 {
			if crc&(1<<31) != 0 {
				crc = crc<<1 ^ 0x04C11DB7
			} else {
				crc <<= 1
			}
		}
		t[i] = crc
	}
	return t
}()

func cksum(c *call) int {
	named := len(c.operands) > 0
	return c.inputs(c.operands, func(name string, data []byte) {
		crc := uint32(0)
		add := func(b byte) { crc = crc<<8 ^ cksumTable[byte(crc>>24)^b] }
		for _, b := range data {
			add(b)
		}
		for n := len(data); n > 0; n >>= 8 {
			add(byte(n))
		}
		c.printf("%d %d", ^crc, len(data))
		if named {
			c.printf(" %s", name)
		}
		c.printf("\n")
	})
}
