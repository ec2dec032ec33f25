package app

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/covernote/covernote/internal/core"
)

// Config is how a server is set up. Every field can be given in the file and,
// where a variable is named, in the environment, which wins.
type Config struct {
	// Addr is the address to listen on. COVERNOTE_ADDR; 127.0.0.1:8080.
	Addr string `yaml:"addr"`
	// PublicURL is where customers reach this server: the certificate and
	// product pages that answers, webhooks and e-mails link to.
	// COVERNOTE_PUBLIC_URL; http:// and the address.
	PublicURL string `yaml:"public_url"`
	// Database is the path of an SQLite file or a postgres:// URL.
	// COVERNOTE_DATABASE; covernote.sqlite.
	Database string `yaml:"database"`
	// MasterKeyFile holds the key that guards the secrets in the database: at
	// least 32 random bytes as hex or Base64. COVERNOTE_MASTER_KEY holds the
	// key itself. Make one with: openssl rand -hex 32
	MasterKeyFile string `yaml:"master_key_file"`
	// Catalogue is the folder of product files. COVERNOTE_CATALOGUE; catalogue.
	Catalogue string `yaml:"catalogue"`
	// TrustedProxies may say for whom they ask, as CIDRs; none.
	TrustedProxies []string `yaml:"trusted_proxies"`
	// RequestsPerSecond bounds the requests of each partner; 0 is unlimited.
	RequestsPerSecond float64 `yaml:"requests_per_second"`
	// Burst is how many requests may come at once; the rate if 0.
	Burst int `yaml:"burst"`
	// WebhookTimeout bounds one try to tell a partner; 10s.
	WebhookTimeout time.Duration `yaml:"webhook_timeout"`
	// WebhookAtOnce is how many notices an endpoint gets at the same time, and
	// WebhooksPerMinute how many in a minute, if nothing else is said of it; 16, and 0
	// for any number.
	WebhookAtOnce     int `yaml:"webhook_at_once"`
	WebhooksPerMinute int `yaml:"webhooks_per_minute"`
	// AttemptsKept is how long each try to tell a partner is kept; 720h, 30 days.
	AttemptsKept time.Duration `yaml:"attempts_kept"`
	// WebhookNetworks are private networks that may be told, as CIDRs; none.
	WebhookNetworks []string `yaml:"webhook_networks"`
	// PlainWebhooks allows http:// beside https://; false.
	PlainWebhooks bool `yaml:"plain_webhooks"`
	// MidnightSpread is how long the premiums and renewals of a day may take to be
	// done, so that a server is not all theirs at midnight; 10m, at most an hour.
	MidnightSpread time.Duration `yaml:"midnight_spread"`
	// SMTPURL is the mail server, as courier.NewSMTP reads it; none: e-mails
	// wait. COVERNOTE_SMTP_URL.
	SMTPURL string `yaml:"smtp_url"`
	// MailFrom is the address that e-mails come from. COVERNOTE_MAIL_FROM.
	MailFrom string `yaml:"mail_from"`
	// Writers is the number of connections that write to PostgreSQL; 2.
	Writers int `yaml:"writers"`
	// LogLevel is debug, info, warn or error. COVERNOTE_LOG_LEVEL; info.
	LogLevel string `yaml:"log_level"`

	masterKey []byte
}

// attemptsKept is how long tries are kept if nothing is said.
const attemptsKept = 30 * 24 * time.Hour

// defaultConfig is what holds where nothing is said.
func defaultConfig() Config {
	return Config{
		Addr: "127.0.0.1:8080", Database: "covernote.sqlite", Catalogue: "catalogue",
		WebhookTimeout: 10 * time.Second, WebhookAtOnce: 16, AttemptsKept: attemptsKept, MidnightSpread: 10 * time.Minute,
		LogLevel: "info",
	}
}

// readConfig reads the file, if one is named, and the environment over it.
func readConfig(path string, getenv func(string) string) (Config, error) {
	config := defaultConfig()
	if path != "" {
		text, err := os.ReadFile(path)
		if err != nil {
			return config, fmt.Errorf("read configuration: %w", err)
		}
		decoder := yaml.NewDecoder(bytes.NewReader(text), yaml.Strict())
		if err := decoder.Decode(&config); err != nil {
			return config, fmt.Errorf("read configuration %s: %w", path, err)
		}
	}
	for name, field := range map[string]*string{
		"COVERNOTE_PUBLIC_URL": &config.PublicURL, "COVERNOTE_ADDR": &config.Addr, "COVERNOTE_DATABASE": &config.Database,
		"COVERNOTE_CATALOGUE": &config.Catalogue, "COVERNOTE_LOG_LEVEL": &config.LogLevel,
		"COVERNOTE_SMTP_URL": &config.SMTPURL, "COVERNOTE_MAIL_FROM": &config.MailFrom,
	} {
		if value := getenv(name); value != "" {
			*field = value
		}
	}
	if config.MidnightSpread < 0 || config.MidnightSpread > core.MaxSpread {
		return config, fmt.Errorf("read midnight_spread %s: it is from 0s to %s", config.MidnightSpread, core.MaxSpread)
	}
	err := config.readKey(getenv("COVERNOTE_MASTER_KEY"))
	return config, err
}

// site is the public URL without a slash at its end.
func (c Config) site() string {
	if c.PublicURL == "" {
		return "http://" + c.Addr
	}
	return strings.TrimRight(c.PublicURL, "/")
}

// burst is the configured one, or else what may come in a second.
func (c Config) burst() int {
	if c.Burst > 0 {
		return c.Burst
	}
	return int(math.Ceil(c.RequestsPerSecond))
}

// errNoKey says what to do where no key is configured.
var errNoKey = errors.New("no master key: set COVERNOTE_MASTER_KEY, or master_key_file in the configuration; " +
	"openssl rand -hex 32 makes one. It guards the secrets in the database and cannot be replaced later, so keep a copy")

func (c *Config) readKey(fromEnvironment string) error {
	text := fromEnvironment
	if text == "" && c.MasterKeyFile != "" {
		file, err := os.ReadFile(c.MasterKeyFile)
		if err != nil {
			return fmt.Errorf("read master key: %w", err)
		}
		text = string(file)
	}
	text = strings.TrimSpace(text)
	if text == "" {
		return errNoKey
	}
	if key, err := hex.DecodeString(text); err == nil {
		c.masterKey = key
		return nil
	}
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return errors.New("read master key: it is neither hex nor Base64; openssl rand -hex 32 makes one")
	}
	c.masterKey = key
	return nil
}
