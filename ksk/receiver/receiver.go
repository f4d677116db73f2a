package receiver

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"coen/ksk/config"
	"coen/ksk/receiver/spool"
)

// Host is what a receiver needs of the program around it.
type Host struct {
	Log    *slog.Logger
	Now    func() time.Time
	Signer func() (*config.Config, error) // loads the signer's configuration, anew for each upload
}

// Receiver is the server.
type Receiver struct {
	Host
	settings *config.Receiver
	tls      *tls.Config
	clients  *clients
	pages    *pages
	accepted *store
	rejected *store
	limits   *limits
	mail     *spool.Queue // nil: nobody is told
}

// rejectedFolder is where uploads go that did not pass, in the folder of uploads.
const rejectedFolder = "rejected"

// New opens everything that a configuration names. A fault of any of it is an error now, not later.
func New(c *config.Receiver, host Host) (*Receiver, error) {
	r := &Receiver{Host: host, settings: c, limits: newLimits(c.KSR.UploadsPerMinute)}
	ids, ignored, err := cipherSuites(c.TLS.Ciphers)
	if err != nil {
		return nil, err
	}
	for _, name := range ignored {
		r.Log.Warn("Cipher is not offered: it is outdated, or always on in TLS 1.3", "cipher", name)
	}
	for _, w := range c.Warnings {
		r.Log.Warn("Configuration", "warning", w)
	}
	var authorities []*x509.Certificate
	if r.clients, authorities, err = newClients(c.TLS); err != nil {
		return nil, err
	}
	if r.tls, err = newTLS(c.TLS, ids, authorities); err != nil {
		return nil, err
	}
	if r.pages, err = newPages(c.Templates); err != nil {
		return nil, err
	}
	if err := r.openFolders(); err != nil {
		return nil, err
	}
	if err := r.openMail(); err != nil {
		return nil, err
	}
	return r, r.checkSigner()
}

// openFolders opens the folder of uploads, which has to be there, and the one in it.
func (r *Receiver) openFolders() error {
	now := r.Now()
	var err error
	if r.accepted, err = openStore(r.settings.KSR.UploadPath, now); err != nil {
		return err
	}
	inner := filepath.Join(r.settings.KSR.UploadPath, rejectedFolder)
	if err := os.Mkdir(inner, 0o750); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	r.rejected, err = openStore(inner, now)
	return err
}

// checkSigner tries what each upload will need.
func (r *Receiver) checkSigner() error {
	signer, err := r.Signer()
	if err != nil {
		return fmt.Errorf("ksr.ksrsigner_configfile: %w", err)
	}
	if signer.Filenames.PreviousSKR == "" {
		r.Log.Warn("No previous SKR is configured: requests are not compared with one")
	}
	return nil
}
