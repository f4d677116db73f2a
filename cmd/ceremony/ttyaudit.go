package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"coen/ceremony/console"
	"coen/ceremony/recorder"
	"coen/ceremony/room"
	"coen/ceremony/serial"
	"coen/internal/commandline"
)

// ttyauditOptions are the options of ttyaudit.
type ttyauditOptions struct {
	dir               string
	speed             int
	mode              string
	tcp, listen, exec []string
}

func (p *program) ttyaudit() *cobra.Command {
	var o ttyauditOptions
	c := &cobra.Command{
		Use:   "ttyaudit [DEVICE...]",
		Short: "Record the consoles of HSMs",
		Long: `Record what HSMs say on their consoles: on serial lines, on TCP connections, or
through a program. Each line is shown when it is safe in RAM and on the drive.
Each console has a file ttyaudit-TAG-YYYYmmdd-HHMMSS.log, with lines of

    time TAB tag TAB text

in UTC, where a backslash is doubled, bytes that are no text are written \r or
\xHH, and a backslash at the end says that the line goes on in the next record.
All of it is in the ceremony log too. A device that is unplugged is waited for;
a drive that is pulled out is completed when it is back. Ctrl-C ends.`,
		Example: `  ttyaudit /dev/ttyUSB0
  ttyaudit --speed 9600 --dir /media/HSMFD /dev/ttyS0 /dev/ttyUSB0
  ttyaudit --exec "lunacm -f audit.txt"`,
		Annotations: map[string]string{commandline.OldStatus: "1"},
		RunE:        func(_ *cobra.Command, args []string) error { return p.runTtyaudit(o, args) },
	}
	f := c.Flags()
	f.StringVarP(&o.dir, "dir", "d", ".", "folder of the files")
	f.IntVarP(&o.speed, "speed", "s", 115200, "speed of serial lines in bits per second")
	f.StringVarP(&o.mode, "mode", "m", "8N1", "data bits, parity and stop bits of serial lines")
	f.StringArrayVar(&o.tcp, "tcp", nil, "record a connection to HOST:PORT")
	f.StringArrayVar(&o.listen, "listen", nil, "record what connects to [HOST]:PORT")
	f.StringArrayVar(&o.exec, "exec", nil, "record what a shell command prints")
	return c
}

func (p *program) runTtyaudit(o ttyauditOptions, devices []string) error {
	sources, err := o.sources(devices)
	if err != nil {
		return err
	}
	log, err := room.Log(p.now)
	if err != nil {
		return err
	}
	defer log.Close()
	r, err := recorder.New(log, o.dir, p.alarm)
	if err != nil {
		return err
	}
	a := console.Audit{Recorder: r, Now: p.now,
		Show: func(record []byte) { p.stdout.Write(record) },
		Tell: func(text string) { fmt.Fprintf(p.stderr, ">> TTYAUDIT %s\n", text) },
	}
	err = a.Run(p.ctx, sources)
	return errors.Join(err, r.Close())
}

// sources opens what the command line names.
func (o ttyauditOptions) sources(devices []string) (all []console.Source, err error) {
	add := func(s console.Source, failed error) {
		all, err = append(all, s), errors.Join(err, failed)
	}
	settings, err := serial.Parse(o.speed, o.mode)
	if err != nil {
		return nil, commandline.Fault(err)
	}
	for _, d := range devices {
		add(console.Device(d, settings))
	}
	for _, t := range o.tcp {
		add(console.TCP(t))
	}
	for _, l := range o.listen {
		add(console.Listen(l))
	}
	for _, e := range o.exec {
		add(console.Exec(e), nil)
	}
	if len(all) == 0 {
		return nil, commandline.Faultf("no device")
	}
	seen := map[string]bool{}
	for _, s := range all {
		if err == nil && seen[s.Tag] {
			err = commandline.Faultf("two sources would both be called %s", s.Tag)
		}
		seen[s.Tag] = true
	}
	return all, err
}
