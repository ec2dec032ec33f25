package insurance

// Information is the content of the insurance product information document
// (IPID; in Germany "Informationsblatt zu Versicherungsprodukten") in one
// language. Its sections and their order are those of the Annex to Regulation
// (EU) 2017/1469; headings and symbols belong to the document, not here.
type Information struct {
	// Line is the kind of insurance in the title, such as "Electronics".
	Line string
	// Type answers what kind of insurance this is.
	Type string
	// Insured lists what is covered; an optional cover bears no tick.
	Insured []InformationItem
	// SumInsured is the sentence on the most that is paid.
	SumInsured   string
	NotInsured   []string
	Restrictions []string
	Territory    []string
	// Obligations at the start, during the term and on a claim.
	ObligationsStart, ObligationsDuring, ObligationsClaim []string
	Payment, Duration, Termination                        string
}

// InformationItem is a line of what is insured.
type InformationItem struct {
	Text     string
	Optional bool
}
