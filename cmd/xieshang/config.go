package main

import (
	"fmt"
	"net/url"

	"xieshang/internal/platform/config"
)

type configCmd struct{}

// Run prints the settings without passwords.
func (configCmd) Run(cfg *config.Config) error {
	if err := cfg.Check(); err != nil {
		return err
	}
	for _, line := range [][2]string{{"db", hide(cfg.DB)}, {"files", hide(cfg.Files)}, {"keys", cfg.Keys}, {"url", cfg.URL}, {"smtp", hide(cfg.SMTP)},
		{"mail-from", cfg.MailFrom}, {"trusted-proxy", fmt.Sprint(cfg.TrustedProxies)}, {"metrics-token", set(cfg.MetricsToken)}, {"font", cfg.Font}} {
		fmt.Printf("%-14s %s\n", line[0], line[1])
	}
	return nil
}

func hide(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.User == nil {
		return address
	}
	return u.Redacted()
}

func set(s string) string {
	if s == "" {
		return "not set"
	}
	return "set"
}
