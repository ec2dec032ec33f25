package xcover

import (
	"errors"
	"net/http"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

// realm is what a client is asked to authenticate for.
const realm = `Signature realm="xcover",headers="date"`

// Credential reads a signature. Why it does not match is told in a sandbox
// only.
func (d *Dialect) Credential(r *http.Request) (core.Claim, bool) {
	s, err := parseSignature(r)
	if err != nil {
		return core.Claim{Missing: d.whyUnsigned(err)}, false
	}
	claim := core.Claim{User: s.keyID, Signed: s.matches}
	if d.sandbox {
		claim.Explain = s.explain
	}
	return claim, true
}

// whyUnsigned is what a sandbox says of a request whose signature could not even
// be read.
func (d *Dialect) whyUnsigned(err error) string {
	refused, ok := errors.AsType[*insurance.Error](err)
	if !d.sandbox || !ok {
		return ""
	}
	return refused.Detail
}

// Admit refuses a signature that matches but is not one of those agreed with
// the partner, and the path of another partner, whether there is one or not.
func (d *Dialect) Admit(p core.Partner, r *http.Request) *insurance.Error {
	s, err := parseSignature(r)
	switch code := r.PathValue("partner"); {
	case err != nil || !allowsAlgorithm(p.Switch(switchAlgorithms, ""), s.algorithm):
		return insurance.Refuse(insurance.CodeUnauthenticated, "the algorithm of the signature is not allowed for this API key")
	case !withinSkew(s.date(), time.Now(), skewOf(p)):
		return insurance.Refuse(insurance.CodeUnauthenticated, "the signed Date is too far from the time here, or is missing")
	case code != "" && code != codeOf(p):
		return insurance.Refuse(insurance.CodeForbidden, "the API key is another partner's")
	}
	return nil
}
