// Package receiver is an HTTPS server that takes key signing requests from those who may send them,
// judges each by the very checks of the signer, keeps it, and says what the checks found.
//
// Who may send is decided by the client's certificate: it has to be valid, issued by a configured
// authority, not revoked, and listed itself or by its issuer. That is decided anew for every HTTP request
// and not in the handshake (RFC 8446 section 4.4.2), so that who is turned away is told why, in words.
//
// What is answered with success is on the disk, under a name of its own, in a file that is complete;
// nothing else is there, whenever the program ends. The same request sent again is the same file.
//
// It signs nothing, and opens no token. Limits: HTTP/1.1 over TLS 1.2 and 1.3; one program for each folder of
// uploads; certificates are read when it starts, revocation lists whenever they change, the
// signer's configuration and the previous response for each upload. See doc/wksr.md.
//
//	r, err := receiver.New(configuration, receiver.Host{Log: log, Now: time.Now, Signer: loadSigner})
//	err = r.Serve(ctx, listener)
package receiver
