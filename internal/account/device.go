package account

import (
	"encoding/base64"
	"fmt"
	"io"
	"strings"
)

// A device cookie proves that this browser once signed in as a certain account. It opens nothing; its owner's wrong tries are only
// counted apart from those of strangers. One browser may keep cookies of a few accounts.
const maxDevices = 4

const deviceKind = "account.device"

// newDevice adds a proof for the account with this login key to the cookie.
func (s *Service) newDevice(cookie, loginKey string) (string, error) {
	var keep []string
	for _, d := range strings.Split(cookie, "~") {
		if nonce, mark, ok := strings.Cut(d, "."); ok && len(nonce) == 22 && len(mark) == 43 && !s.keys.Vouches(deviceKind, loginKey+"\n"+nonce, mark) {
			keep = append(keep, d)
		}
	}
	if len(keep) >= maxDevices {
		keep = keep[:maxDevices-1]
	}
	b := make([]byte, 16)
	if _, err := io.ReadFull(s.random, b); err != nil {
		return "", fmt.Errorf("make device cookie: %w", err)
	}
	nonce := base64.RawURLEncoding.EncodeToString(b)
	return strings.Join(append([]string{nonce + "." + s.keys.Index(deviceKind, loginKey+"\n"+nonce)}, keep...), "~"), nil
}

// deviceSource is under which name the tries of this browser for a login are counted; "" when the cookie proves nothing for it.
func (s *Service) deviceSource(cookie, loginKey string) string {
	if len(cookie) > 600 {
		return ""
	}
	for _, d := range strings.Split(cookie, "~") {
		if nonce, mark, ok := strings.Cut(d, "."); ok && s.keys.Vouches(deviceKind, loginKey+"\n"+nonce, mark) {
			return "device:" + nonce
		}
	}
	return ""
}
