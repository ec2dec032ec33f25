package dialect

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func mustProxies(t *testing.T, entries ...string) Proxies {
	t.Helper()
	proxies, err := ParseProxies(entries)
	if err != nil {
		t.Fatal(err)
	}
	return proxies
}

func TestPeer(t *testing.T) {
	t.Parallel()
	const refused = ""
	proxies := mustProxies(t, "10.0.0.0/8", "192.0.2.1", "fd00::/8")
	cases := []struct {
		name, remote string
		forwarded    []string
		want         string
	}{
		{"direct", "203.0.113.9:4711", nil, "203.0.113.9"},
		{"direct, IPv6", "[2001:db8::1]:4711", nil, "2001:db8::1"},
		{"direct, IPv4 in IPv6", "[::ffff:203.0.113.9]:4711", nil, "203.0.113.9"},
		{"direct, zone", "[fe80::1%eth0]:4711", nil, "fe80::1"},
		{"stranger lies", "203.0.113.9:1", []string{"192.0.2.77"}, "203.0.113.9"},
		{"stranger writes garbage", "203.0.113.9:1", []string{"garbage"}, "203.0.113.9"},
		{"proxy says nothing", "10.0.0.1:1", nil, "10.0.0.1"},
		{"proxy says", "10.0.0.1:1", []string{"203.0.113.9"}, "203.0.113.9"},
		{"proxy in IPv6 form", "[::ffff:10.0.0.1]:1", []string{"203.0.113.9"}, "203.0.113.9"},
		{"proxy of single address", "192.0.2.1:1", []string{"203.0.113.9"}, "203.0.113.9"},
		{"neighbour of single address", "192.0.2.2:1", []string{"203.0.113.9"}, "192.0.2.2"},
		{"caller's lie stands left", "10.0.0.1:1", []string{"127.0.0.1, 203.0.113.9"}, "203.0.113.9"},
		{"caller's garbage stands left", "10.0.0.1:1", []string{"<script>, 203.0.113.9"}, "203.0.113.9"},
		{"caller claims to be a proxy", "10.0.0.1:1", []string{"10.9.9.9, 203.0.113.9, 10.0.0.2"}, "203.0.113.9"},
		{"lines are one list", "10.0.0.1:1", []string{"198.51.100.1", "203.0.113.9", "10.0.0.2"}, "203.0.113.9"},
		{"only proxies", "10.0.0.1:1", []string{"10.0.0.3, fd00::2"}, "10.0.0.3"},
		{"hop with port", "10.0.0.1:1", []string{"203.0.113.9:80"}, "203.0.113.9"},
		{"hop in brackets", "10.0.0.1:1", []string{"[2001:db8::1]"}, "2001:db8::1"},
		{"hop in brackets with port", "10.0.0.1:1", []string{"[2001:db8::1]:80"}, "2001:db8::1"},
		{"hop in IPv6 form", "10.0.0.1:1", []string{"::ffff:203.0.113.9"}, "203.0.113.9"},
		{"hop in hexadecimal IPv6 form", "10.0.0.1:1", []string{"::ffff:cb00:7109"}, "203.0.113.9"},
		{"trusted hop in IPv6 form", "10.0.0.1:1", []string{"203.0.113.9, ::ffff:10.0.0.2"}, "203.0.113.9"},
		{"hop with zone", "10.0.0.1:1", []string{"fe80::1%eth0"}, "fe80::1"},
		{"spaces", "10.0.0.1:1", []string{" \t203.0.113.9\t "}, "203.0.113.9"},
		{"hop garbage", "10.0.0.1:1", []string{"203.0.113.9, unknown"}, refused},
		{"hop garbage behind a proxy", "10.0.0.1:1", []string{"203.0.113.9, unknown, 10.0.0.2"}, refused},
		{"hop empty", "10.0.0.1:1", []string{"203.0.113.9,"}, refused},
		{"line empty", "10.0.0.1:1", []string{""}, refused},
		{"octal", "10.0.0.1:1", []string{"0313.0.113.9"}, refused},
		{"decimal", "10.0.0.1:1", []string{"3405803785"}, refused},
		{"short", "10.0.0.1:1", []string{"203.0.9"}, refused},
		{"network", "10.0.0.1:1", []string{"203.0.113.0/24"}, refused},
		{"IPv4 in brackets", "10.0.0.1:1", []string{"[203.0.113.9]"}, refused},
		{"bracket left open", "10.0.0.1:1", []string{"[2001:db8::1"}, refused},
		{"port too high", "10.0.0.1:1", []string{"203.0.113.9:99999"}, refused},
		{"name", "10.0.0.1:1", []string{"localhost"}, refused},
		{"remote without address", "@", nil, refused},
		{"remote empty", "", nil, refused},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := &http.Request{RemoteAddr: c.remote, Header: http.Header{"X-Forwarded-For": c.forwarded}}
			peer, ok := proxies.Peer(r)
			if ok != (c.want != refused) || ok && peer.String() != c.want {
				t.Fatalf("got %v, %v", peer, ok)
			}
		})
	}
}

// No header that a stranger writes changes what he is taken for.
func TestPeerCannotBeForged(t *testing.T) {
	t.Parallel()
	proxies := mustProxies(t, "10.0.0.0/8")
	rapid.Check(t, func(t *rapid.T) {
		forged := rapid.SliceOf(rapid.StringMatching(`[0-9a-f.:\[\], ]*`)).Draw(t, "forged")
		header := http.Header{"X-Forwarded-For": append(forged, "203.0.113.9")}
		peer, ok := proxies.Peer(&http.Request{RemoteAddr: "10.0.0.1:1", Header: header})
		if !ok || peer != netip.MustParseAddr("203.0.113.9") {
			t.Fatalf("taken for %v, %v", peer, ok)
		}
	})
}

func TestAllowList(t *testing.T) {
	t.Parallel()
	list, err := ParseAllowList([]string{"203.0.113.9", " 198.51.100.0/25 ", "2001:db8:1::/48", "::ffff:192.0.2.0/120", "::ffff:192.0.3.1"})
	if err != nil {
		t.Fatal(err)
	}
	for addr, want := range map[string]bool{
		"203.0.113.9": true, "::ffff:203.0.113.9": true, "203.0.113.10": false,
		"198.51.100.127": true, "198.51.100.128": false,
		"2001:db8:1::5": true, "2001:db8:1::5%eth0": true, "2001:db8:2::5": false,
		"192.0.2.200": true, "192.0.3.1": true, "192.0.3.2": false, "::1": false,
	} {
		if got := list.Allows(netip.MustParseAddr(addr)); got != want {
			t.Errorf("%s allowed: %v", addr, got)
		}
	}
	if list.Allows(netip.Addr{}) {
		t.Error("no address is on the list")
	}
}

func TestAllowListEmpty(t *testing.T) {
	t.Parallel()
	list, err := ParseAllowList(nil)
	if err != nil || !list.Allows(netip.MustParseAddr("203.0.113.9")) {
		t.Fatalf("an empty list restricts: %v", err)
	}
}

func TestParseAllowListRefuses(t *testing.T) {
	t.Parallel()
	for entry, want := range map[string]string{
		"":                 "neither an address",
		"localhost":        "neither an address",
		"203.0.113.9:80":   "neither an address",
		"203.0.113":        "neither an address",
		"0203.0.113.9":     "neither an address",
		"203.0.113.0/33":   "neither an address",
		"203.0.113.0/-1":   "neither an address",
		"203.0.113.0/024":  "neither an address",
		"fe80::%eth0/64":   "neither an address",
		"fe80::1%eth0":     "a zone means nothing",
		"203.0.113.9/24":   "write 203.0.113.0/24",
		"2001:db8::1/64":   "write 2001:db8::/64",
		"*":                "neither an address",
		"203.0.113.0-255":  "neither an address",
		"1.2.3.4, 5.6.7.8": "neither an address",
	} {
		_, err := ParseAllowList([]string{entry})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", entry, err)
		}
	}
}
