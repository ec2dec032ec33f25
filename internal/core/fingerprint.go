package core

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"maps"
	"slices"
	"strconv"

	"github.com/covernote/covernote/internal/insurance"
)

// fingerprint tells whether two proposals ask for the same. Spelling that has
// no meaning (555.0 and 555.00, 3Y and 36M) does not count.
func fingerprint(p insurance.Proposal) []byte {
	h := sha256.New()
	who := p.Policyholder
	write(h, p.Reference, p.Tariff, p.InceptionOn.String(), p.ExpiryOn.String(), p.LegalWarrantyEndOn.String(),
		p.VoluntaryWarrantyEndOn.String(), string(p.Kind), p.Term.String(), deductible(p), p.Object.Type,
		string(who.Country))
	for _, personal := range []insurance.Personal{
		who.Company, who.VATID, who.TaxID, who.FirstName, who.LastName, who.Email, who.BirthOn,
		who.Address.Street, who.Address.HouseNumber, who.Address.PostalCode, who.Address.City,
	} {
		write(h, personal.Reveal())
	}
	for _, name := range slices.Sorted(maps.Keys(p.Object.Attributes)) {
		write(h, name, plain(name, p.Object.Attributes[name]))
	}
	return h.Sum(nil)
}

func deductible(p insurance.Proposal) string {
	if p.Deductible == nil {
		return ""
	}
	return strconv.Itoa(*p.Deductible)
}

// plain writes a price in its shortest form.
func plain(attribute, value string) string {
	if attribute != insurance.AttributeSalesPrice {
		return value
	}
	rate, err := insurance.ParseRate(value)
	if err != nil {
		return value
	}
	return rate.String()
}

// naturalKey names what a proposal asks for, however often it is sent: the
// partner's reference, the object, the tariff, the start, and its position
// among equals in one request.
func naturalKey(p insurance.Proposal, position int) string {
	h := sha256.New()
	write(h, p.Reference, p.Object.Attributes[insurance.AttributeSerialNumber], p.Tariff, p.InceptionOn.String(),
		strconv.Itoa(position))
	return hex.EncodeToString(h.Sum(nil))
}

// naturalKeys are the natural keys of the proposals of one request.
func naturalKeys(proposals []insurance.Proposal) []string {
	seen := make(map[string]int)
	keys := make([]string, len(proposals))
	for i, p := range proposals {
		first := naturalKey(p, 0)
		keys[i] = naturalKey(p, seen[first])
		seen[first]++
	}
	return keys
}

// fingerprintAll is the fingerprint of a whole request.
func fingerprintAll(proposals []insurance.Proposal) []byte {
	h := sha256.New()
	for _, p := range proposals {
		h.Write(fingerprint(p))
	}
	return h.Sum(nil)
}

// write adds texts with their lengths, so that no two lists look alike.
func write(h hash.Hash, texts ...string) {
	for _, text := range texts {
		h.Write(binary.AppendUvarint(nil, uint64(len(text))))
		h.Write([]byte(text))
	}
}
