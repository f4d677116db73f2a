package receiver

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"sync"
	"time"
)

// condition is what was last found out about the receiver itself.
type condition struct {
	mu  sync.Mutex
	at  time.Time
	err error
}

// conditionAge is how long that is good for: who asks more often makes no more work.
const conditionAge = time.Second

// health answers whether uploads can be kept and judged. It is for everybody who reaches this server, and says no
// more than that.
func (r *Receiver) health(w http.ResponseWriter, _ *http.Request) {
	status, code := "ok", http.StatusOK
	if r.healthy() != nil {
		status, code = "failing", http.StatusServiceUnavailable
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	if err := json.NewEncoder(w).Encode(map[string]string{"status": status}); err != nil {
		r.Log.Debug("Answer not sent", "error", err)
	}
}

func (r *Receiver) healthy() error {
	c := &r.condition
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := r.Now(); now.Sub(c.at) >= conditionAge {
		c.at, c.err = now, r.examine()
		if c.err != nil {
			r.Log.Error("Not healthy", "error", c.err)
		}
	}
	return c.err
}

// examine tries what an upload needs.
func (r *Receiver) examine() error {
	probe, err := os.CreateTemp(r.accepted.folder, ".*"+temporaryEnd)
	if err != nil {
		return err
	}
	_, signerErr := r.Signer()
	_, listErr := r.clients.revocations.refresh()
	return errors.Join(probe.Close(), os.Remove(probe.Name()), signerErr, listErr)
}
