package courier

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// issue makes a certificate for host that vouches for itself.
func issue(t *testing.T, host string, notAfter time.Time) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: notAfter.AddDate(-1, 0, 0), NotAfter: notAfter,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	if ip := net.ParseIP(host); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{host}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

func TestPostChecksCertificates(t *testing.T) {
	t.Parallel()
	soon, past := time.Now().AddDate(0, 1, 0), time.Now().AddDate(0, -1, 0)
	cases := []struct {
		name, host string
		until      time.Time
		trusted    bool
		want       string
	}{
		{"good", "127.0.0.1", soon, true, ""},
		{"expired", "127.0.0.1", past, true, "certificate has expired or is not valid yet"},
		{"self-signed", "127.0.0.1", soon, false, "certificate is not trusted"},
		{"of somebody else", "other.example", soon, true, "certificate is for another name"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			certificate, pool := issue(t, c.host, c.until)
			if !c.trusted {
				pool = x509.NewCertPool()
			}
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.WriteString(w, r.Proto)
			}))
			server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
			server.EnableHTTP2 = true
			server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
			server.StartTLS()
			t.Cleanup(server.Close)
			poster := NewPoster(Egress{AllowLoopback: true, Roots: pool})
			t.Cleanup(poster.Close)
			attempt := poster.Post(t.Context(), Request{URL: server.URL, Body: notice}, patience)
			if attempt.Err != c.want || taken(attempt) != (c.want == "") {
				t.Fatalf("%+v", attempt)
			}
			if taken(attempt) && string(attempt.Answer) != "HTTP/2.0" {
				t.Fatalf("spoke %s", attempt.Answer)
			}
		})
	}
}
