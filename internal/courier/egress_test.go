package courier

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"
)

func TestCheckURL(t *testing.T) {
	t.Parallel()
	public := Egress{}
	sandbox := Egress{AllowPlain: true, AllowLoopback: true}
	office := Egress{AllowPrivate: true}
	listed := Egress{Allow: []netip.Prefix{netip.MustParsePrefix("169.254.7.0/24"), netip.MustParsePrefix("64:ff9b::/96")}}
	cases := []struct {
		egress Egress
		url    string
		want   string
	}{
		{public, "https://partner.example/hook", ""},
		{public, "https://partner.example:8443/hook?token=x#y", ""},
		{public, "https://8.8.8.8/", ""},
		{public, "https://[2606:4700::1111]/", ""},
		{public, "https://[::ffff:8.8.8.8]/", ""},
		{public, "https://bücher.example/", ""},
		{public, "https://a1.example2/", ""},
		{public, "HTTPS://PARTNER.EXAMPLE/", ""},
		{public, "http://partner.example/", "https is required"},
		{public, "https://user:pw@partner.example/", "user name"},
		{public, "https://127.0.0.1@partner.example/", "user name"},
		{public, "", "begins with https"},
		{public, "partner.example/hook", "begins with https"},
		{public, "//partner.example/hook", "begins with https"},
		{public, "file:///etc/passwd", "begins with https"},
		{public, "gopher://partner.example/", "begins with https"},
		{public, "https:partner.example", "without host"},
		{public, "https:///hook", "without host"},
		{public, "https://:443/", "without host"},
		{public, "https://partner.example:0/", "no such port"},
		{public, "https://partner.example:65536/", "no such port"},
		{public, "https://partner.example:x/", "not a URL"},
		{public, "https://partner.example/\n", "not a URL"},
		{public, "https://[::1/", "not a URL"},
		{public, "https://127.0.0.1/", "public"},
		{public, "https://127.255.255.254/", "public"},
		{public, "https://[::1]/", "public"},
		{public, "https://[::]/", "public"},
		{public, "https://0.0.0.0/", "public"},
		{public, "https://10.1.2.3/", "public"},
		{public, "https://172.16.0.1/", "public"},
		{public, "https://192.168.0.1/", "public"},
		{public, "https://100.64.0.1/", "public"},
		{public, "https://169.254.169.254/latest/meta-data", "public"},
		{public, "https://[::ffff:127.0.0.1]/", "public"},
		{public, "https://[::ffff:a9fe:a9fe]/", "public"},
		{public, "https://[::127.0.0.1]/", "public"},
		{public, "https://[64:ff9b::7f00:1]/", "public"},
		{public, "https://[2002:7f00:1::]/", "public"},
		{public, "https://[fe80::1]/", "public"},
		{public, "https://[fe80::1%25eth0]/", "public"},
		{public, "https://[fd00::1]/", "public"},
		{public, "https://[ff02::1]/", "public"},
		{public, "https://255.255.255.255/", "public"},
		{public, "https://2130706433/", "neither a name"},
		{public, "https://0x7f000001/", "neither a name"},
		{public, "https://0X7F.1/", "neither a name"},
		{public, "https://0177.0.0.1/", "neither a name"},
		{public, "https://127.1/", "neither a name"},
		{public, "https://127.0.0.1./", "neither a name"},
		{public, "https://127.0.0.0x1/", "neither a name"},
		{public, "https://1.2.3.4.5/", "neither a name"},
		{public, "https://partner.0x/", "neither a name"},
		{public, "https://./", "neither a name"},
		{sandbox, "http://127.0.0.1:8080/", ""},
		{sandbox, "http://[::1]:8080/", ""},
		{sandbox, "http://[::ffff:127.0.0.1]:8080/", ""},
		{sandbox, "http://localhost:8080/", ""},
		{sandbox, "http://0.0.0.0:8080/", "public"},
		{sandbox, "http://10.0.0.1/", "public"},
		{sandbox, "http://169.254.169.254/", "public"},
		{office, "https://10.0.0.1/", ""},
		{office, "https://172.31.0.1/", ""},
		{office, "https://192.168.1.1/", ""},
		{office, "https://[fd00::1]/", ""},
		{office, "https://172.32.0.1/", ""},
		{office, "https://127.0.0.1/", "public"},
		{office, "https://169.254.169.254/", "public"},
		{office, "https://[fe80::1]/", "public"},
		{office, "http://10.0.0.1/", "https is required"},
		{listed, "https://169.254.7.1/", ""},
		{listed, "https://[64:ff9b::808:808]/", ""},
		{listed, "https://169.254.169.254/", "public"},
	}
	for _, c := range cases {
		err := c.egress.CheckURL(c.url)
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.url, err)
		case c.want != "" && (!errors.Is(err, ErrForbidden) || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: got %v, want %q", c.url, err, c.want)
		}
	}
}

// What a URL does not show is refused when it is dialled: names that resolve
// to this machine, and addresses that reach the dialler unchecked.
func TestDialerRefuses(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("somebody got through")
	}))
	defer server.Close()
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	for _, host := range []string{
		"127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1", "0.0.0.0", "::", "localhost", "10.0.0.1", "169.254.169.254", "",
	} {
		conn, err := Egress{AllowPlain: true}.dialer(time.Second).DialContext(ctx, "tcp", net.JoinHostPort(host, port))
		if err == nil {
			_ = conn.Close()
		}
		if !errors.Is(err, ErrForbidden) {
			t.Errorf("%q: %v", host, err)
		}
	}
}

// Post asks CheckURL itself, whatever was checked when the URL was stored.
func TestPosterRefusesURLs(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("somebody got through")
	}))
	defer server.Close()
	for url, egress := range map[string]Egress{
		server.URL: {AllowLoopback: true},
		strings.Replace(server.URL, "//", "//user:hunter2@", 1): {AllowLoopback: true, AllowPlain: true},
	} {
		poster := NewPoster(egress)
		attempt := poster.Post(t.Context(), Request{URL: url}, 200*time.Millisecond)
		poster.Close()
		if !strings.HasPrefix(attempt.Err, "destination is not allowed: ") || strings.Contains(attempt.Err, "hunter2") {
			t.Errorf("%+v", attempt)
		}
	}
}

func TestPosterRefusesNamesOfThisMachine(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("somebody got through")
	}))
	defer server.Close()
	poster := NewPoster(Egress{AllowPlain: true})
	defer poster.Close()
	url := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	attempt := poster.Post(t.Context(), Request{URL: url}, 200*time.Millisecond)
	if attempt.Err != "destination is not allowed" || attempt.Status != 0 {
		t.Fatalf("%+v", attempt)
	}
}
