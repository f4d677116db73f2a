package account

import (
	"fmt"
	"strconv"
	"time"
)

// expiry turns a date "2030-01-31", or a number of days since 1970, into the
// form of shadow(5). Empty and "-1" mean never.
func expiry(date string) (string, error) {
	if date == "" || date == "-1" {
		return "", nil
	}
	if n, err := strconv.Atoi(date); err == nil && n >= 0 {
		return date, nil
	}
	t, err := time.Parse("2006-01-02", date)
	if err != nil {
		return "", fmt.Errorf("invalid date '%s'", date)
	}
	return strconv.FormatInt(t.Unix()/(24*60*60), 10), nil
}
