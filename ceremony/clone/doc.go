// Package clone copies the content of a flash drive to others and proves each copy.
//
// A copy is proved by what comes back from the drive, not by what was sent: after
// everything is written the drive is unmounted, the kernel forgets all it holds
// of it (BLKFLSBUF), the drive is mounted again, read-only, every byte is read,
// and the manifest compared with the one made of the source before.
//
//	job := &clone.Job{Source: "/media/HSMFD", Manifest: m, FileSystem: "vfat", Label: "HSMFD"}
//	for _, r := range job.Run(ctx, drives) {
//		fmt.Println(r.Drive.Serial, r.Err)
//	}
//
// Which drives may become copies is decided by [Refuse]. File systems are made by
// mkfs.vfat, mkfs.exfat and mkfs.ext4.
//
// Limits: a drive can answer from a memory of its own. Only unplugging it empties
// that; hsmfd-hash on the machine where the copy is used next is the last word.
package clone
