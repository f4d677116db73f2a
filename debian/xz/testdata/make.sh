#!/bin/sh
# Makes the files of this directory with xz 5.4. "jack" is a line of text 200
# times, "noise" 3000 bytes that do not compress; TestFiles has both.
set -e
cat jack noise jack > mix
for c in none crc32 crc64 sha256; do xz -c --check=$c mix > check-$c.xz; done
xz -c -T2 --block-size=2000 mix > blocks.xz
xz -c --lzma2=lc=0,lp=2,pb=0,dict=4KiB mix > lp2.xz
xz -c --lzma2=lc=1,lp=3,pb=4,dict=64MiB --block-size=5000 mix > lp3.xz
xz -c < /dev/null > empty.xz
{ xz -c jack; head -c 8 /dev/zero; xz -c --check=crc32 --block-size=900 noise; cat empty.xz; head -c 4 /dev/zero; xz -c jack; head -c 4 /dev/zero; } > streams.xz
xz -c --x86 --lzma2 jack > unsupported-filter.xz
xz -c --lzma2=dict=96MiB jack > unsupported-dictionary.xz
rm mix
