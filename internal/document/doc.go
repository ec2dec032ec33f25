// Package document turns the values of an insurance into bytes: PDF documents
// and e-mails that a customer receives, and the ZIP in which a partner fetches
// documents. Its Notation lends the same words to pages.
//
// The same input always gives the same bytes, so that a document can be
// rendered at any time after its contract was concluded, and its hash kept.
// Everything a document says comes from its input; the package reads no clock,
// no file and no environment.
//
// Text from outside is drawn, never interpreted: it loses control and
// bidirectional characters, and what the typeface lacks is drawn as a box.
package document

import (
	"fmt"

	"github.com/covernote/covernote/internal/insurance"
)

// Kind says which document a document is.
type Kind string

// The kinds of document.
const (
	// KindCertificate is the Versicherungsschein (VVG §3), or under a group
	// contract the confirmation of cover.
	KindCertificate Kind = "certificate"
	// KindInformation is the insurance product information document
	// (Regulation (EU) 2017/1469). It is about a product, not a person.
	KindInformation Kind = "ipid"
	// KindWithdrawal tells how to withdraw (VVG §8). It is about a product.
	KindWithdrawal Kind = "withdrawal"
	// KindCancellation confirms that a policy has ended or will, whichever
	// way, with what is given back.
	KindCancellation Kind = "cancellation"
	// KindProposal (Vorschlag) is what a broker hands to a customer after a
	// comparison. It is about an inquiry, as is the next.
	KindProposal Kind = "proposal"
	// KindCoverOrder (Deckungsauftrag) is the broker's order to the insurer.
	KindCoverOrder Kind = "cover_order"
)

// Kinds lists the kinds of a policy's documents, in the order in which a
// customer reads them.
func Kinds() []Kind {
	return []Kind{KindCertificate, KindInformation, KindWithdrawal, KindCancellation}
}

// InquiryKinds lists the kinds of an inquiry's documents, in the order in which
// they are issued.
func InquiryKinds() []Kind { return []Kind{KindProposal, KindCoverOrder} }

// The editions of the templates. Each rises by one whenever the same input
// would give other bytes than before, be it because of a library.
const (
	CertificateTemplate  = 6
	InformationTemplate  = 3
	WithdrawalTemplate   = 3
	CancellationTemplate = 4
	ProposalTemplate     = 4
	CoverOrderTemplate   = 4
)

// TemplateVersion is the edition of the template that this program renders a
// kind with; 0 for a kind that does not exist.
func (k Kind) TemplateVersion() int {
	return map[Kind]int{
		KindCertificate:  CertificateTemplate,
		KindInformation:  InformationTemplate,
		KindWithdrawal:   WithdrawalTemplate,
		KindCancellation: CancellationTemplate,
		KindProposal:     ProposalTemplate,
		KindCoverOrder:   CoverOrderTemplate,
	}[k]
}

// Languages lists the languages that documents can be written in.
func Languages() []insurance.Language { return []insurance.Language{"de", "en"} }

// wordingIn is the wording of a language.
func wordingIn(language insurance.Language) (*wording, error) {
	switch language {
	case "de":
		return &german, nil
	case "en":
		return &english, nil
	}
	return nil, fmt.Errorf("document: there is no wording in %q", language)
}
