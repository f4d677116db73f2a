// Package guard watches which flash drives come and go, says what each is for and
// whether it may be removed now, and mounts only what belongs to the ceremony.
//
// A drive is an HSMFD or a KSRFD by its label and, where serial numbers were
// announced, by these too. A KSRFD is mounted read-only; no drive's programs,
// devices and set-id bits are honoured; a drive of unknown purpose is not mounted
// and not read beyond what tells its file system. A second HSMFD is a copy, and
// mounted read-only. What other programs have locked (flock(2) on the device, as
// copy-hsmfd does) is left alone.
//
// A drive that is pulled out while it is in use is told at once, with the
// programs that used it; its mount is removed, so that it can be plugged in again.
//
//	g := &guard.Guard{Machine: drive.Host, Mount: true, Tell: func(n guard.Notice) { fmt.Println(n.Status) }}
//	err := g.Watch(ctx)
//
// Events come from the kernel (netlink, NETLINK_KOBJECT_UEVENT); nothing depends
// on udev's database.
package guard
