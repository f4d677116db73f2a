// Package convert turns the files of older key tools into sections of a configuration: .hsmconfig files into an
// entry of hsm, kskschedule.json into schemas.
//
// What comes out is YAML to read and to paste. What the older tools read in a way that nobody would expect is
// an error here, or stands as a comment above.
//
// Limits: variables of the environment are replaced by what they are where the conversion is made.
//
//	text, err := convert.HSMConfig("keyper", file, convert.Any, os.Getenv)
//	text, err = convert.Schedule(file, func(label string) string { return label })
package convert
