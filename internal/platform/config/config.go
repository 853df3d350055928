// Package config holds what an operator sets (G3): flags of the command line, mirrored by variables that begin with XIESHANG_. It promises that
// a wrong setting is refused at start with its name.
package config

import (
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// Config is the settings of a running platform.
type Config struct {
	DB             string   `name:"db" env:"XIESHANG_DB" default:"sqlite:xieshang.db" help:"Database: sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME."`
	Files          string   `name:"files" env:"XIESHANG_FILES" default:"" help:"Where attachments lie: a folder, or s3://KEY:SECRET@HOST/BUCKET. Default: a folder 'files' beside the SQLite database."`
	Keys           string   `name:"keys" env:"XIESHANG_KEYS" default:"" help:"Key file for personal data. Default: xieshang.keys beside the SQLite database; made when missing."`
	URL            string   `name:"url" env:"XIESHANG_URL" default:"" help:"Public address of the site, for links in mails and letters, e.g. https://example.org."`
	SMTP           string   `name:"smtp" env:"XIESHANG_SMTP" default:"" help:"Mail server: smtps://USER:PASSWORD@HOST:465 or smtp://HOST:587. Without it nothing is mailed."`
	MailFrom       string   `name:"mail-from" env:"XIESHANG_MAIL_FROM" default:"" help:"Sender of mails: an address, or NAME <ADDRESS>."`
	TrustedProxies []string `name:"trusted-proxy" env:"XIESHANG_TRUSTED_PROXIES" help:"Addresses of reverse proxies whose X-Forwarded-For is believed, e.g. 127.0.0.1/32."`
	MetricsToken   string   `name:"metrics-token" env:"XIESHANG_METRICS_TOKEN" default:"" help:"Value of the header X-Metrics-Token that opens /metrics to another machine."`
	Font           string   `name:"font" env:"XIESHANG_FONT" default:"" help:"TTF font with more characters than the built-in one, for PDF letters."`
}

// Check refuses settings that cannot work.
func (c *Config) Check() error {
	if c.DB == "" {
		return fmt.Errorf("--db is empty")
	}
	if c.Files == "" {
		if c.IsPostgres() {
			return fmt.Errorf("--files is needed with PostgreSQL: a folder or s3://…")
		}
		c.Files = filepath.Join(filepath.Dir(c.SQLitePath()), "files")
	}
	if c.Keys == "" {
		if c.IsPostgres() {
			return fmt.Errorf("--keys is needed with PostgreSQL: the path of the key file")
		}
		c.Keys = filepath.Join(filepath.Dir(c.SQLitePath()), "xieshang.keys")
	}
	if c.URL != "" {
		u, err := url.Parse(c.URL)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
			return fmt.Errorf("--url %q is not an address such as https://example.org", c.URL)
		}
		c.URL = strings.TrimRight(c.URL, "/")
	}
	if c.SMTP != "" && c.MailFrom == "" {
		return fmt.Errorf("--mail-from is needed with --smtp")
	}
	if c.SMTP != "" && c.URL == "" {
		return fmt.Errorf("--url is needed with --smtp: mails lead back to the site")
	}
	if _, err := c.Proxies(); err != nil {
		return err
	}
	if c.Font != "" {
		if _, err := os.Stat(c.Font); err != nil {
			return fmt.Errorf("--font: %w", err)
		}
	}
	return nil
}

// IsPostgres tells which engine DB names.
func (c *Config) IsPostgres() bool {
	return strings.HasPrefix(c.DB, "postgres://") || strings.HasPrefix(c.DB, "postgresql://")
}

// SQLitePath is the path that DB names.
func (c *Config) SQLitePath() string { return strings.TrimPrefix(c.DB, "sqlite:") }

// Proxies parses TrustedProxies; a single address is taken as itself alone.
func (c *Config) Proxies() ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, text := range c.TrustedProxies {
		text = strings.TrimSpace(text)
		if text == "" {
			continue
		}
		if a, err := netip.ParseAddr(text); err == nil {
			out = append(out, netip.PrefixFrom(a, a.BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("--trusted-proxy %q is neither an address nor a network such as 10.0.0.0/8", text)
		}
		out = append(out, p)
	}
	return out, nil
}
