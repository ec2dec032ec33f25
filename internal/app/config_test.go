package app

import (
	"encoding/base64"
	"encoding/hex"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

var (
	someKey    = []byte("0123456789abcdef0123456789abcdef")
	anotherKey = []byte("fedcba9876543210fedcba9876543210")
)

// written puts a text into a file of its own.
func written(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestReadConfig(t *testing.T) {
	t.Parallel()
	file := written(t, "covernote.yaml", "addr: 192.0.2.1:80\ndatabase: file.sqlite\nwebhook_timeout: 3s\nrequests_per_second: 2.5\n"+
		"trusted_proxies: [10.0.0.0/8]\nmaster_key_file: "+written(t, "key", hex.EncodeToString(someKey)+"\n")+"\n")
	for name, c := range map[string]struct {
		file string
		env  map[string]string
		want func(*Config)
	}{
		"nothing said": {env: map[string]string{"COVERNOTE_MASTER_KEY": hex.EncodeToString(someKey)}, want: func(*Config) {}},
		"Base64":       {env: map[string]string{"COVERNOTE_MASTER_KEY": base64.StdEncoding.EncodeToString(someKey)}, want: func(*Config) {}},
		"environment": {
			env: map[string]string{
				"COVERNOTE_MASTER_KEY": hex.EncodeToString(someKey), "COVERNOTE_ADDR": ":1", "COVERNOTE_DATABASE": "postgres://x",
				"COVERNOTE_CATALOGUE": "products", "COVERNOTE_LOG_LEVEL": "debug",
				"COVERNOTE_SMTP_URL": "smtp://mail.example.com", "COVERNOTE_MAIL_FROM": "a@example.com",
			},
			want: func(c *Config) {
				c.SMTPURL, c.MailFrom = "smtp://mail.example.com", "a@example.com"
				c.Addr, c.Database, c.Catalogue, c.LogLevel = ":1", "postgres://x", "products", "debug"
			},
		},
		"file": {file: file, want: fromFile},
		"file and environment": {
			file: file,
			env:  map[string]string{"COVERNOTE_ADDR": ":2", "COVERNOTE_MASTER_KEY": hex.EncodeToString(anotherKey)},
			want: func(c *Config) { fromFile(c); c.Addr, c.masterKey = ":2", anotherKey },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := readConfig(c.file, func(name string) string { return c.env[name] })
			if err != nil {
				t.Fatal(err)
			}
			want := defaultConfig()
			want.masterKey = someKey
			c.want(&want)
			got.MasterKeyFile = ""
			if !reflect.DeepEqual(got, want) {
				t.Errorf("read %+v, want %+v", got, want)
			}
		})
	}
}

func fromFile(c *Config) {
	c.Addr, c.Database, c.WebhookTimeout, c.RequestsPerSecond = "192.0.2.1:80", "file.sqlite", 3*time.Second, 2.5
	c.TrustedProxies = []string{"10.0.0.0/8"}
}

func TestBurstIsTheRateUnlessSaid(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rate        float64
		burst, want int
	}{{0, 0, 0}, {50, 0, 50}, {2.5, 0, 3}, {50, 7, 7}} {
		if got := (Config{RequestsPerSecond: c.rate, Burst: c.burst}).burst(); got != c.want {
			t.Errorf("a rate of %v and a burst of %d allow %d at once, want %d", c.rate, c.burst, got, c.want)
		}
	}
}

// What is wrong with a configuration is said with what to do about it.
func TestReadConfigRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ file, key, want string }{
		"no key":        {want: "openssl rand -hex 32"},
		"blank key":     {key: " \n", want: "openssl rand -hex 32"},
		"key no text":   {key: "not a key!", want: "neither hex nor Base64"},
		"unknown field": {file: written(t, "a.yaml", "adresse: x\n"), want: "adresse"},
		"wrong type":    {file: written(t, "b.yaml", "writers: many\n"), want: "b.yaml"},
		"no YAML":       {file: written(t, "c.yaml", "addr: [\n"), want: "c.yaml"},
		"no file":       {file: filepath.Join(t.TempDir(), "absent.yaml"), want: "absent.yaml"},
		"no key file":   {file: written(t, "d.yaml", "master_key_file: /nowhere/key\n"), want: "/nowhere/key"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := readConfig(c.file, func(name string) string {
				if name == "COVERNOTE_MASTER_KEY" {
					return c.key
				}
				return ""
			})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want mention of %s", err, c.want)
			}
			if err != nil && c.key != "" && strings.Contains(err.Error(), "not a key!") {
				t.Errorf("the key is shown: %v", err)
			}
		})
	}
}
