package receiver

import (
	"net/http"
	"time"
)

// keep puts an upload where it belongs, and returns the name of its file if it was accepted. What could not be
// judged is not kept: its sender knows, and will send it again.
func (r *Receiver) keep(u upload, j judgement, now time.Time) (name string, again bool, err error) {
	if j.Fault != nil {
		return "", false, nil
	}
	to := r.rejected
	if j.Status == statusOK {
		to = r.accepted
	}
	name, isNew, err := to.put(u.content, u.filename, now)
	if err != nil {
		return "", false, err
	}
	r.Log.Info("Saved", "filename", name, "folder", to.folder, "size", len(u.content), "new", isNew)
	if j.Status != statusOK {
		return "", false, nil
	}
	return name, !isNew, nil
}

// code is the status of HTTP.
func (j judgement) code() int {
	switch {
	case j.Fault != nil:
		return http.StatusServiceUnavailable
	case j.Status != statusOK:
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}
