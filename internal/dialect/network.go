package dialect

import (
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Proxies are the networks whose word about a caller's address is taken.
// None by default: then X-Forwarded-For is never looked at.
type Proxies []netip.Prefix

// ParseProxies reads addresses and networks, as ParseAllowList does.
func ParseProxies(entries []string) (Proxies, error) { return parseNetworks(entries) }

// Peer gives the address that r comes from. That is the other end of the
// connection, unless it is a trusted proxy: then it is the last address in
// X-Forwarded-For that is none itself, since everything to the left of it
// was written by a stranger. If all are proxies, the first counts.
//
// The address has no zone, and IPv4 never appears in its IPv6 form. Peer
// answers false if an address it has to rely on cannot be read.
func (p Proxies) Peer(r *http.Request) (netip.Addr, bool) {
	peer, ok := parseHop(r.RemoteAddr)
	if !ok {
		return netip.Addr{}, false
	}
	hops := forwardedFor(r.Header)
	for _, hop := range slices.Backward(hops) {
		if !contains(p, peer) {
			break
		}
		if peer, ok = parseHop(hop); !ok {
			return netip.Addr{}, false
		}
	}
	return peer, true
}

// forwardedFor gives the hops of all X-Forwarded-For lines in their order.
func forwardedFor(header http.Header) []string {
	lines := header.Values("X-Forwarded-For")
	if len(lines) == 0 {
		return nil
	}
	return strings.Split(strings.Join(lines, ","), ",")
}

// parseHop reads an address as it stands in RemoteAddr or X-Forwarded-For:
// with or without a port, IPv6 with or without brackets.
func parseHop(hop string) (netip.Addr, bool) {
	hop = strings.TrimSpace(hop)
	if withPort, err := netip.ParseAddrPort(hop); err == nil {
		return plain(withPort.Addr()), true
	}
	if inner, found := strings.CutPrefix(hop, "["); found {
		if hop, found = strings.CutSuffix(inner, "]"); !found || !strings.Contains(hop, ":") {
			return netip.Addr{}, false
		}
	}
	addr, err := netip.ParseAddr(hop)
	return plain(addr), err == nil
}

// plain gives the one form in which addresses are compared.
func plain(addr netip.Addr) netip.Addr { return addr.Unmap().WithZone("") }

// AllowList is the networks that a partner may call from.
type AllowList []netip.Prefix

// ParseAllowList reads single addresses and networks in CIDR form. An entry
// like 192.0.2.7/24, whose address is not the network's first, is refused:
// it could mean the host or the network.
func ParseAllowList(entries []string) (AllowList, error) { return parseNetworks(entries) }

// Allows tells whether the partner may call from addr. A list without
// entries is the absence of a restriction and allows every address.
func (a AllowList) Allows(addr netip.Addr) bool {
	return len(a) == 0 || contains(a, plain(addr))
}

func contains(networks []netip.Prefix, addr netip.Addr) bool {
	return slices.ContainsFunc(networks, func(n netip.Prefix) bool { return n.Contains(addr) })
}

func parseNetworks(entries []string) ([]netip.Prefix, error) {
	networks := make([]netip.Prefix, 0, len(entries))
	for _, entry := range entries {
		network, err := parseNetwork(strings.TrimSpace(entry))
		if err != nil {
			return nil, err
		}
		networks = append(networks, network)
	}
	return networks, nil
}

// mappedBits is the length of ::ffff:0:0/96, in which IPv6 writes IPv4.
const mappedBits = 96

func parseNetwork(entry string) (netip.Prefix, error) {
	if !strings.Contains(entry, "/") {
		return parseSingle(entry)
	}
	network, err := netip.ParsePrefix(entry)
	if err != nil {
		return netip.Prefix{}, fmt.Errorf("network %q: neither an address nor a network like 192.0.2.0/24", entry)
	}
	if network != network.Masked() {
		return netip.Prefix{}, fmt.Errorf("network %q: write %s for the network, or the address alone", entry, network.Masked())
	}
	if network.Addr().Is4In6() && network.Bits() >= mappedBits {
		network = netip.PrefixFrom(network.Addr().Unmap(), network.Bits()-mappedBits)
	}
	return network, nil
}

func parseSingle(entry string) (netip.Prefix, error) {
	addr, err := netip.ParseAddr(entry)
	if err != nil {
		return netip.Prefix{}, fmt.Errorf("network %q: neither an address nor a network like 192.0.2.0/24", entry)
	}
	if addr.Zone() != "" {
		return netip.Prefix{}, fmt.Errorf("network %q: a zone means nothing here", entry)
	}
	addr = addr.Unmap()
	return netip.PrefixFrom(addr, addr.BitLen()), nil
}
