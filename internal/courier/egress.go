package courier

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	"code.dny.dev/ssrf"
)

// ErrForbidden is the root of every refusal to send something somewhere.
var ErrForbidden = errors.New("destination is not allowed")

// Egress says where notices may be sent. The zero value allows https to
// public addresses on any port. Whatever it allows is decided by the address
// that is dialled, after names have been resolved, so that no name can be
// pointed elsewhere between check and use.
type Egress struct {
	// AllowPlain allows http beside https.
	AllowPlain bool
	// AllowLoopback allows this machine itself: 127.0.0.0/8 and ::1.
	AllowLoopback bool
	// AllowPrivate allows the private networks of RFC 1918 and RFC 4193.
	AllowPrivate bool
	// Allow is further networks that would be refused otherwise.
	Allow []netip.Prefix
	// Roots are the authorities that receivers' certificates have to come
	// from; nil stands for those of the system.
	Roots *x509.CertPool
}

var (
	loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	private  = []netip.Prefix{
		netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("172.16.0.0/12"),
		netip.MustParsePrefix("192.168.0.0/16"), netip.MustParsePrefix("fc00::/7"),
	}
)

// CheckURL tells whether raw may be the address of a receiver, as far as can
// be told without asking for its name. Any error is an ErrForbidden that says
// why, for whoever configures the endpoint, without repeating raw: addresses
// may hold secrets.
func (e Egress) CheckURL(raw string) error { return e.checkURL(raw, e.guardian()) }

// checkURL is CheckURL with the guardian of e, for who asks often.
func (e Egress) checkURL(raw string, guardian *ssrf.Guardian) error {
	target, err := url.Parse(raw)
	switch {
	case err != nil:
		return forbid("not a URL")
	case target.Scheme != "https" && target.Scheme != "http":
		return forbid("not a URL that begins with https://")
	case target.Scheme == "http" && !e.AllowPlain:
		return forbid("https is required")
	case target.User != nil:
		return forbid("a URL with user name or password")
	case !validPort(target.Port()):
		return forbid("no such port")
	}
	return checkHost(target.Hostname(), guardian)
}

func validPort(port string) bool {
	if port == "" {
		return true
	}
	number, err := strconv.ParseUint(port, 10, 16)
	return err == nil && number > 0
}

func checkHost(host string, guardian *ssrf.Guardian) error {
	addr, err := netip.ParseAddr(host)
	switch {
	case err == nil:
		return checkAddr(addr, guardian)
	case host == "":
		return forbid("a URL without host")
	case endsInNumber(host):
		return forbid("a host that is neither a name nor a plain address")
	}
	return nil
}

func checkAddr(addr netip.Addr, guardian *ssrf.Guardian) error {
	if guardian.SafeAddr(addr.Unmap()) != nil {
		return forbid("not a public address")
	}
	return nil
}

// endsInNumber finds spellings like 2130706433, 0x7f.1 and 0177.0.0.1, which
// some resolvers take for an address and none for a name. The rule is that of
// the WHATWG URL standard, section "Host parsing": the last label decides.
func endsInNumber(host string) bool {
	host = strings.TrimSuffix(host, ".")
	last := host[strings.LastIndexByte(host, '.')+1:]
	if digits, found := strings.CutPrefix(strings.ToLower(last), "0x"); found {
		return strings.Trim(digits, "0123456789abcdef") == ""
	}
	return strings.Trim(last, "0123456789") == ""
}

// dialer connects to allowed addresses only.
func (e Egress) dialer(timeout time.Duration) *net.Dialer {
	guardian := e.guardian()
	return &net.Dialer{
		Timeout: timeout,
		Control: func(network, address string, conn syscall.RawConn) error {
			if err := guardian.Safe(network, address, conn); err != nil {
				return forbid("not a public address")
			}
			return nil
		},
	}
}

func (e Egress) guardian() *ssrf.Guardian {
	var v4, v6 []netip.Prefix
	for _, network := range e.exceptions() {
		if network.Addr().Is4() {
			v4 = append(v4, network)
		} else {
			v6 = append(v6, network)
		}
	}
	return ssrf.New(ssrf.WithAnyPort(), ssrf.WithAllowedV4Prefixes(v4...), ssrf.WithAllowedV6Prefixes(v6...))
}

// exceptions are the networks allowed although they are not public.
func (e Egress) exceptions() []netip.Prefix {
	allowed := append([]netip.Prefix{}, e.Allow...)
	if e.AllowLoopback {
		allowed = append(allowed, loopback...)
	}
	if e.AllowPrivate {
		allowed = append(allowed, private...)
	}
	return allowed
}

func forbid(why string) error { return fmt.Errorf("%w: %s", ErrForbidden, why) }
