// Package drive tells drives apart, and says which of them may be touched.
//
// Flash drives look alike and device names are handed out anew, so a [Drive] is
// known by its serial number, size and content, and for the time that it is
// plugged in by the number the kernel gives each insertion (diskseq, Linux 5.15).
// [Drive.Check] tells whether a device node is still that insertion.
//
// What the kernel knows is read from sysfs and /proc (proc(5), mountinfo); file
// system and label are those that blkid(8) of util-linux reads from the drive
// itself, never from a cache.
//
//	list, err := drive.Host.List(ctx)
//	for _, d := range list {
//		fmt.Println(d.Purpose(), d)
//	}
//
// Limits: optical drives, RAM disks and device-mapper devices are not listed.
// Serial numbers are what the drive says; two cheap drives can have the same.
package drive
