package document

import "github.com/covernote/covernote/internal/insurance"

// wording is every fixed phrase of the documents in one language. A phrase
// with %s is a sentence to be completed; what completes it is said beside it.
type wording struct {
	language         insurance.Language
	thousands, point string
	// symbols stand for currencies, each for one.
	symbols   map[insurance.Currency]string
	units     units
	intervals intervals

	// pageOf takes the number of the page and of all pages.
	pageOf                 string
	specimen, specimenNote string

	legal        legalPhrases
	certificate  certificatePhrases
	labels       labels
	notes        notes
	information  informationPhrases
	withdrawal   withdrawalPhrases
	cancellation cancellationPhrases
	inquiry      inquiryPhrases
	proposal     proposalPhrases
	order        orderPhrases
	reasons      map[insurance.Reason]string
	states       statePhrases
	mail         mailPhrases
}

// statePhrases say where a policy is in its life.
type statePhrases struct {
	confirmed string
	// These take the last day of cover.
	ending, expired, lapsed, cancelled string
	cancelledBefore, withdrawn, void   string
}

// mailPhrases are those of the e-mails to a policyholder.
type mailPhrases struct {
	// Each kind has a subject, which takes the number of the package, a title
	// and an opening, which takes the partner's name.
	confirmed, updated, cancelled mailOpening
	greeting                      string // takes a name
	greetingNobody                string
	state, withdrawUntil          string // labels
	total                         string
	refund                        string // takes an amount
	open                          string // the button
	booking                       string // takes the number of the package
	underwriter                   string // takes insurers
	why                           string // takes the partner's name
	specimen                      string
}

type mailOpening struct{ subject, title, text string }

// unit has the word for one, for several, and for each of them in turn.
type unit struct{ one, many, every string }

type units struct {
	day, week, month, year unit
	// every takes a number of units.
	every string
}

type intervals struct {
	once, perTerm, monthly, quarterly, halfYearly, yearly string
	// every takes a period.
	every string
}

// legalPhrases build the insurer's line at the foot of a page.
type legalPhrases struct{ authority, taxNumber string }

// certificatePhrases are the titles of the certificate.
type certificatePhrases struct {
	individual, group     string
	contract              string
	policyholder, insured string
	alsoInsured           string
	object, risk          string
	cover, term           string
	premium               string
	withdrawal, ending    string
	claims, documents     string
	duties, complaints    string
	law, insurer          string
}

// labels stand above facts and columns.
type labels struct {
	number, groupNumber, reference, product, tariff, version string
	concludedAt, issuedAt, kind, term, partner               string
	name, company, contact, vatID, taxID, birthOn            string
	address, country, email, groupHolder                     string
	objectType, riskType                                     string
	attributes                                               map[string]string
	confirmed, yes, no                                       string
	coverage, limit, sumInsured, deductible, territory       string
	begins, ends, renewal, waiting                           string
	legalWarranty, voluntaryWarranty                         string
	part, rate, amount, net, gross, interval, taxNumber      string
	payment, grossPremium                                    string
	phone, website, seat, register, authority, authorisation string
	document, edition                                        string
}

// notes are the sentences of the certificate.
type notes struct {
	// These say how the policy lives on; renewable takes how often.
	recurring, fixed, renewable, untilEvent string
	// ended takes the state of a policy whose cover is over.
	ended          string
	upToSumInsured string
	// deductible takes a percentage.
	deductible, noDeductible string
	deductibleAmount         string // takes an amount
	// begins takes a day and the name of a time zone; ends takes a day.
	begins, ends, endsOpen string
	// localTime takes an instant and the name of a time zone.
	localTime string
	// renews takes the term and the notice period.
	renews, renewsNot, noNotice string
	endsWithEvent, lapsed       string
	// renewalOpen takes how often it renews, the due date and the end of grace;
	// renewalPaid how often and the first day of the next term.
	renewalOpen, renewalPaid string
	// waiting takes a period.
	waiting string
	// withdrawal takes a number of days and the insurer's address.
	withdrawal, noWithdrawal                     string
	claims                                       string
	terms, information, instruction, certificate string
	// template takes an edition and the number of the form.
	template string
	// duties, with what the law of Germany calls them by.
	dutyBefore, dutyBeforeSource string
	dutyDuring, dutyDuringSource string
	// complaintInsurer takes the insurer's address, complaintBody a name and
	// an address, complaintAuthority a name.
	complaintInsurer, complaintBody, complaintAuthority string
	// law takes a country, tongue a language.
	law, tongue, privacy string
}

// informationPhrases are those of the information document. The title and the
// nine headings are the literal ones of Regulation (EU) 2017/1469.
type informationPhrases struct {
	title string
	// company takes the manufacturer, product the product.
	company, product string
	// registered takes a country, status an authority, authorisation a number.
	registered, status, authorisation string
	// statement takes the edition of the terms.
	statement                 string
	headings                  [9]string
	sumInsured, optional      string
	atStart, during, forClaim string
	// edition takes the product's code and version and a day.
	edition string
}

// withdrawalPhrases are those of the withdrawal instruction.
type withdrawalPhrases struct {
	title                             string
	right, begin, addressee           string
	effects, loss, papers             string
	rightGroup, rightIndividual       string // takes days
	beginText                         string // takes days
	addresseeText                     string
	effectFull, effectPart, effectNot string
	effectFormula                     string
	effectTime                        string
	lossText, papersText              string
	enclosed                          [4]string
}

// cancellationPhrases are those of the confirmation that a policy ends.
type cancellationPhrases struct {
	cancel, withdraw, void string // titles
	// These take a number and a day; beforeText is for a cancellation before
	// the first day of cover.
	cancelText, beforeText, withdrawText, voidText string
	facts, settlement, next                        string // headings
	reason, declaredAt, requestedOn, lastDay       string
	neverCovered                                   string
	written, earned, returned                      string
	refund                                         string // takes an amount
	noRefund                                       string
	refundWay, claims, keep, questions             string // questions takes an address
}

// inquiryPhrases are those of both documents of an inquiry.
type inquiryPhrases struct {
	// salutations stand before a name in an address.
	salutations map[insurance.Salutation]string
	// collections say who collects a premium.
	collections map[string]string
	// status is what a broker is in law; register takes a number.
	status, register                       string
	answers                                string // a heading
	number, issuedOn, profession, business string // labels
	insurer, yearly, heldUntil, terms      string
	unlimited                              string // how long a price may be held
}

// proposalPhrases are those of the proposal.
type proposalPhrases struct {
	title string
	// intro takes an insurer.
	intro                              string
	comparison, offer, notes, decision string // headings
	recommended                        string // a label, and the mark of a row
	declined, onRequest, byHand        string // what the comparison says of an offer
	compared, noCover                  string
	enclosed                           string // takes a list of documents
	truth, truthSource                 string
	declaration                        string // takes the broker
	placeAndDate, signature            string
}

// orderPhrases are those of the order of cover.
type orderPhrases struct {
	title string
	// intro takes the number of a certificate.
	intro                         string
	order, customer, offer        string // headings
	agency, collection, orderedAt string // labels
	noAgency                      string
}
