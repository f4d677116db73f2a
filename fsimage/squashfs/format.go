package squashfs

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/bits"
)

const (
	magic          = "hsqs"
	superblockSize = 96
	versionMajor   = 4
	versionMinor   = 0
	compressorZstd = 6

	// DefaultBlockSize is the largest of the format: the larger the block, the
	// better it compresses.
	DefaultBlockSize = maxBlockSize
	minBlockSize     = 4 << 10 // a page: what Linux requires
	maxBlockSize     = 1 << 20

	// metadataSize is how much of the tables is compressed together.
	metadataSize = 8 << 10

	// imageAlignment pads the image to whole pages, the unit of loop devices, of
	// dm-verity and of what mksquashfs writes.
	imageAlignment = 4 << 10

	// none marks what is absent: fragments, attributes, and in 64 bits tables.
	none   = math.MaxUint32
	none64 = math.MaxUint64
)

// Flags of the superblock that the Writer sets.
const (
	flagInodesStored    = 1 << 0 // not compressed
	flagDataStored      = 1 << 1
	flagFragmentsStored = 1 << 3
	flagTailFragments   = 1 << 5 // also of files larger than a block
	flagDuplicates      = 1 << 6 // equal files share their blocks
	flagExportable      = 1 << 7 // has a table of inodes by number, for NFS
	flagXattrsStored    = 1 << 8
	flagNoXattrs        = 1 << 9
	flagOptions         = 1 << 10 // compressor options follow the superblock
	flagIDsStored       = 1 << 11

	flagsStored = flagInodesStored | flagDataStored | flagFragmentsStored | flagXattrsStored | flagIDsStored
)

// In the size of a data block and in the header of a metadata block one bit says
// that the block is stored, not compressed.
const (
	blockStored    = 1 << 24
	metadataStored = 1 << 15
)

// Inode types. The extended form of a type, which holds rarer facts too, has a
// number that is greater by extended.
const (
	typeDir = iota + 1
	typeRegular
	typeSymlink
	typeBlock
	typeChar
	typeFIFO
	typeSocket

	extended = 7
)

var inodeTypes = map[fs.FileMode]uint16{
	fs.ModeDir:                        typeDir,
	0:                                 typeRegular,
	fs.ModeSymlink:                    typeSymlink,
	fs.ModeDevice:                     typeBlock,
	fs.ModeDevice | fs.ModeCharDevice: typeChar,
	fs.ModeNamedPipe:                  typeFIFO,
	fs.ModeSocket:                     typeSocket,
}

var fileTypes = map[uint16]fs.FileMode{
	typeDir:     fs.ModeDir,
	typeRegular: 0,
	typeSymlink: fs.ModeSymlink,
	typeBlock:   fs.ModeDevice,
	typeChar:    fs.ModeDevice | fs.ModeCharDevice,
	typeFIFO:    fs.ModeNamedPipe,
	typeSocket:  fs.ModeSocket,
}

// A superblock is the head of an image. All numbers are little-endian; positions
// count from the start of the image.
type superblock struct {
	Magic         [4]byte
	Inodes        uint32
	ModTime       uint32
	BlockSize     uint32
	Fragments     uint32
	Compressor    uint16
	BlockLog      uint16
	Flags         uint16
	IDs           uint16
	Major, Minor  uint16
	Root          inodeRef
	Size          uint64 // without the padding at the end
	IDTable       uint64
	XattrTable    uint64
	InodeTable    uint64
	DirTable      uint64
	FragmentTable uint64
	ExportTable   uint64
}

// An inodeRef says where in a table of metadata blocks something is: the position
// of its block on disc, counted from the start of the table, and in the low 16
// bits where in the uncompressed block it begins.
type inodeRef uint64

func newRef(block uint64, offset int) inodeRef { return inodeRef(block<<16 | uint64(offset)) }
func (r inodeRef) block() uint64               { return uint64(r >> 16) }
func (r inodeRef) offset() int                 { return int(r & 0xffff) }

func (s *superblock) encode() []byte {
	b, _ := binary.Append(nil, binary.LittleEndian, s)
	return b
}

func decodeSuperblock(raw []byte) (*superblock, error) {
	s := new(superblock)
	if _, err := binary.Decode(raw, binary.LittleEndian, s); err != nil {
		return nil, err
	}
	switch {
	case string(s.Magic[:]) != magic:
		return nil, errors.New("not a squashfs image")
	case s.Major != versionMajor || s.Minor != versionMinor:
		return nil, fmt.Errorf("squashfs version %d.%d, only %d.%d is known", s.Major, s.Minor, versionMajor, versionMinor)
	case checkBlockSize(int(s.BlockSize)) != nil || 1<<s.BlockLog != s.BlockSize:
		return nil, fmt.Errorf("block size %d with logarithm %d", s.BlockSize, s.BlockLog)
	}
	return s, nil
}

func checkBlockSize(n int) error {
	if n < minBlockSize || n > maxBlockSize || bits.OnesCount(uint(n)) != 1 {
		return fmt.Errorf("block size %d is not a power of two from %d to %d", n, minBlockSize, maxBlockSize)
	}
	return nil
}
