package admin

import (
	"fmt"
	"path"

	"coen/install/proc"
)

// pixbufLoaders is what the image loaders of gdk-pixbuf 2.42 say of themselves
// when they are asked, in the form of loaders.cache. They say it in code, not in
// data, so that it cannot be read from their files. The loaders have not
// changed their answers for years; one that is not here is unmodelled.
var pixbufLoaders = map[string]string{
	"libpixbufloader-ani.so": `"ani" 4 "gdk-pixbuf" "Windows animated cursor" "LGPL"
"application/x-navi-animation" ""
"ani" ""
"RIFF    ACON" "    xxxx    " 100
`,
	"libpixbufloader-bmp.so": `"bmp" 5 "gdk-pixbuf" "BMP" "LGPL"
"image/bmp" "image/x-bmp" "image/x-MS-bmp" ""
"bmp" ""
"BM" "" 100
`,
	"libpixbufloader-gif.so": `"gif" 4 "gdk-pixbuf" "GIF" "LGPL"
"image/gif" ""
"gif" ""
"GIF8" "" 100
`,
	"libpixbufloader-icns.so": `"icns" 4 "gdk-pixbuf" "MacOS X icon" "GPL"
"image/x-icns" ""
"icns" ""
"icns" "" 100
`,
	"libpixbufloader-ico.so": `"ico" 5 "gdk-pixbuf" "Windows icon" "LGPL"
"image/x-icon" "image/x-ico" "image/x-win-bitmap" "image/vnd.microsoft.icon" "application/ico" "image/ico" "image/icon" "text/ico" ""
"ico" "cur" ""
"  \001   " "zz znz" 100
"  \002   " "zz znz" 100
`,
	"libpixbufloader-pnm.so": `"pnm" 4 "gdk-pixbuf" "PNM/PBM/PGM/PPM" "LGPL"
"image/x-portable-anymap" "image/x-portable-bitmap" "image/x-portable-graymap" "image/x-portable-pixmap" ""
"pnm" "pbm" "pgm" "ppm" ""
"P1" "" 100
"P2" "" 100
"P3" "" 100
"P4" "" 100
"P5" "" 100
"P6" "" 100
`,
	"libpixbufloader-qtif.so": `"qtif" 4 "gdk-pixbuf" "QuickTime" "LGPL"
"image/x-quicktime" "image/qtif" ""
"qtif" "qif" ""
"abcdidsc" "xxxx    " 100
"abcdidat" "xxxx    " 100
`,
	"libpixbufloader-tga.so": `"tga" 4 "gdk-pixbuf" "Targa" "LGPL"
"image/x-tga" ""
"tga" "targa" ""
" \001\001" "x  " 100
" \001\t" "x  " 100
"  \002" "xz " 99
"  \003" "xz " 100
"  \n" "xz " 100
"  \v" "xz " 100
`,
	"libpixbufloader-tiff.so": `"tiff" 5 "gdk-pixbuf" "TIFF" "LGPL"
"image/tiff" ""
"tiff" "tif" ""
"MM *" "  z " 100
"II* " "   z" 100
"II* \020   CR\002 " "   z zzz   z" 0
`,
	"libpixbufloader-xbm.so": `"xbm" 4 "gdk-pixbuf" "XBM" "LGPL"
"image/x-xbitmap" ""
"xbm" ""
"#define " "" 100
"/*" "" 50
`,
	"libpixbufloader-xpm.so": `"xpm" 4 "gdk-pixbuf" "XPM" "LGPL"
"image/x-xpixmap" ""
"xpm" ""
"/* XPM */" "" 100
`,
}

// queryLoaders models gdk-pixbuf-query-loaders, which prints the cache for the
// modules it is given.
func queryLoaders(p *proc.Proc) (int, error) {
	version, err := versionIn(p.Tree, p.Args[0], "2")
	if err != nil {
		return 0, err
	}
	fmt.Fprintf(p.Stdout(), "# GdkPixbuf Image Loader Modules file\n# Automatically generated file, do not edit\n"+
		"# Created by gdk-pixbuf-query-loaders from gdk-pixbuf-%s\n#\n", version)
	for _, file := range p.Args[1:] {
		says, ok := pixbufLoaders[path.Base(file)]
		if !ok {
			return 0, p.Unmodelledf("loader %q", file)
		}
		fmt.Fprintf(p.Stdout(), "\"%s\"\n%s\n", file, says)
	}
	fmt.Fprintln(p.Stdout())
	return 0, nil
}
