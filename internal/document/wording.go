package document

import "github.com/covernote/covernote/internal/insurance"

// wording is every fixed phrase of the documents in one language. A phrase
// with %s is a sentence to be completed; what completes it is said beside it.
type wording struct {
	language         insurance.Language
	thousands, point string
	units            units
	intervals        intervals

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
	reasons      map[insurance.Reason]string
}

type unit struct{ one, many string }

type units struct{ day, week, month, year unit }

type intervals struct {
	once, monthly, quarterly, halfYearly, yearly string
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
	object, cover, term   string
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
	objectType                                               string
	attributes                                               map[string]string
	confirmed                                                string
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
	// recurring and fixed say how the policy lives on.
	recurring, fixed string
	upToSumInsured   string
	// deductible takes a percentage.
	deductible, noDeductible string
	// begins takes a day and the name of a time zone; ends takes a day.
	begins, ends, endsOpen string
	// renews takes the term and the notice period.
	renews, renewsNot, noNotice string
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
