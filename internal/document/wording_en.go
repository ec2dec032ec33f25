package document

import "github.com/covernote/covernote/internal/insurance"

var english = wording{
	language: "en", thousands: ",", point: ".",
	units: units{
		day: unit{"day", "days"}, week: unit{"week", "weeks"},
		month: unit{"month", "months"}, year: unit{"year", "years"},
	},
	intervals: intervals{
		once: "once for the whole term", monthly: "monthly", quarterly: "quarterly",
		halfYearly: "half-yearly", yearly: "yearly", every: "every %s",
	},
	pageOf:   "Page %d of %d",
	specimen: "SPECIMEN", specimenNote: "SPECIMEN – this document gives no insurance cover",
	legal: legalPhrases{authority: "Supervised by", taxNumber: "Insurance tax no."},
	certificate: certificatePhrases{
		individual: "Certificate of insurance", group: "Confirmation of cover",
		contract: "Your contract", policyholder: "Policyholder", insured: "Insured person",
		object: "Insured item", cover: "Your cover", term: "Start and end",
		premium: "Premium", withdrawal: "Withdrawal", ending: "Cancellation", claims: "How to claim",
		documents: "Your contract documents", duties: "Your duties",
		complaints: "Complaints", law: "Law, language and data protection", insurer: "Insurer",
	},
	labels: labels{
		number: "Certificate number", groupNumber: "Confirmation number", reference: "Order number",
		product: "Product", tariff: "Tariff", version: "Product edition", concludedAt: "Concluded",
		issuedAt: "Issued", kind: "Kind of contract", term: "Term", partner: "Arranged by",
		name: "Name", company: "Company", contact: "Contact", vatID: "VAT ID",
		taxID: "Tax number", birthOn: "Date of birth", address: "Address", country: "Country",
		email: "E-mail", groupHolder: "Policyholder of the group contract",
		objectType: "Kind of item",
		attributes: map[string]string{
			insurance.AttributeSerialNumber: "Serial number", insurance.AttributeManufacturer: "Manufacturer",
			insurance.AttributeModel: "Model", insurance.AttributeSalesPrice: "Purchase price",
			insurance.AttributePurchasedOn: "Purchased on", insurance.AttributeUndamaged: "Undamaged at conclusion",
		},
		confirmed: "Yes, confirmed", coverage: "What is insured", limit: "Limit",
		sumInsured: "Sum insured", deductible: "Deductible", territory: "Territory",
		begins: "Start", ends: "End", renewal: "Renewal", waiting: "Waiting period",
		legalWarranty: "Legal warranty until", voluntaryWarranty: "Manufacturer's warranty until",
		part: "Part", rate: "Rate", amount: "Amount", net: "Net premium", gross: "Premium to pay",
		interval: "Payable", taxNumber: "Insurer's insurance tax number", payment: "Payment",
		grossPremium: "Premium incl. tax", phone: "Phone", website: "Online", seat: "Registered office",
		register: "Register", authority: "Supervisory authority", authorisation: "Authorisation number",
		document: "Document", edition: "Edition",
	},
	notes: notes{
		recurring: "Recurring, renews itself", fixed: "Fixed term, ends by itself",
		upToSumInsured: "Sum insured",
		deductible:     "%s of the recoverable loss, for each claim", noDeductible: "none",
		begins: "%s, 00:00 local time (%s)", ends: "%s, 24:00 (last day included)",
		endsOpen:  "open, until you or we end it",
		renews:    "After each term the contract renews for a further %s unless it is cancelled. Notice: %s before the end of a term.",
		renewsNot: "The contract does not renew. It ends on the day above, and no notice is needed.",
		noNotice:  "none",
		waiting:   "You are covered for losses that occur once %s have passed since the start.",
		withdrawal: "You may withdraw within %d days in text form without giving a reason. The enclosed withdrawal instruction says when the " +
			"period begins and what follows from a withdrawal. Send it to: %s",
		noWithdrawal: "There is no right of withdrawal for this contract.",
		claims:       "Tell us of a loss without delay and have your certificate number to hand.",
		terms:        "Terms and conditions", information: "Insurance Product Information Document",
		instruction: "Withdrawal instruction", certificate: "This document",
		template: "%s, form %d",
		dutyBefore: "Answer all questions that we asked you in text form before the contract was concluded, fully and truthfully. " +
			"If you did not, we may be entitled to rescind, end or adjust the contract. " +
			"A separate notice explains what may follow",
		dutyBeforeSource: " (section 19(5) of the German Insurance Contract Act)",
		dutyDuring: "Observe what was agreed about your conduct before and after a loss. If you breach it intentionally or by gross negligence, " +
			"you may lose all or part of the benefit. We remind you of this by separate notice when you claim",
		dutyDuringSource:   " (section 28(4) of the German Insurance Contract Act)",
		complaintInsurer:   "If you are not satisfied, please tell us first: %s",
		complaintBody:      "Out-of-court settlement: %s",
		complaintAuthority: "Complaints to the supervisory authority: %s",
		law:                "The contract is governed by the law of the country in which the risk is situated: %s. Your right to go to court is not affected.",
		tongue:             "Contract documents and communication during the term: %s.",
		privacy:            "The insurer's data protection notice says how we process your personal data and what your rights are; you receive it free of charge at any time: %s",
	},
	information: informationPhrases{
		title:   "Insurance Product Information Document",
		company: "Company: %s", product: "Product: %s",
		registered: "Registered in: %s", status: "Authorised insurance undertaking supervised by: %s",
		authorisation: "Authorisation number: %s",
		statement: "This document is a short summary of the cover and is not complete. Complete pre-contractual and contractual information is provided " +
			"in other documents: the terms and conditions (edition %s), the certificate of insurance and the withdrawal instruction. " +
			"Please read all of them to be fully informed.",
		headings: [9]string{
			"What is this type of insurance?", "What is insured?", "What is not insured?",
			"Are there any restrictions on cover?", "Where am I covered?", "What are my obligations?",
			"When and how do I pay?", "When does the cover start and end?", "How do I cancel the contract?",
		},
		sumInsured: "Sum insured", optional: "Optional, for an additional premium",
		atStart: "At the start", during: "During the term", forClaim: "When you claim",
		edition: "%s, edition %d, as of %s",
	},
	withdrawal: withdrawalPhrases{
		title: "Withdrawal instruction",
		right: "Your right to withdraw", begin: "When the period begins", addressee: "Where to send it",
		effects: "What follows from a withdrawal", loss: "Special notes", papers: "Documents you must have received",
		rightIndividual: "You may withdraw your declaration to conclude the contract within %d days in text form without giving a reason, for example by letter or " +
			"e-mail. It is enough to send the withdrawal within the period. If you concluded the contract on a website or in an app, you may also " +
			"use the button for withdrawal there.",
		rightGroup: "You may withdraw the declaration by which you joined the cover within %d days in text form without giving a reason, for example by letter or " +
			"e-mail. It is enough to send the withdrawal within the period. If you joined on a website or in an app, you may also use the button for " +
			"withdrawal there.",
		beginText: "The period of %d days begins on the day of conclusion, but not before you have received all the documents listed at the end of this " +
			"instruction. It is for us to prove that you have.",
		addresseeText: "Send the withdrawal to:",
		effectFull:    "Cover ends with the withdrawal. We return the whole premium that was paid, including insurance tax.",
		effectPart: "Cover ends when the withdrawal arrives. If cover began with your consent before the end of the withdrawal period, we may keep the part of the " +
			"premium for the time until the withdrawal arrives and return the rest. If cover has not begun, we return everything.",
		effectNot:     "Cover ends with the withdrawal. The premium paid is not returned.",
		effectFormula: "We keep: premium × days from the start until the withdrawal arrives ÷ days of the period paid for. Fractions of a cent are rounded in your favour.",
		effectTime:    "We return it without delay, and at the latest 30 days after the withdrawal arrives.",
		lossText: "The right ends when both sides have fully performed the contract at your express wish before you used it. For terms of less than one month it " +
			"does not exist where the law excludes it.",
		papersText: "The period does not run without the following documents:",
		enclosed: [4]string{
			"the certificate of insurance or the confirmation of cover", "the terms and conditions, edition %s",
			"the insurance product information document and the further information required by law", "this withdrawal instruction",
		},
	},
	cancellation: cancellationPhrases{
		cancel: "Confirmation of cancellation", withdraw: "Confirmation of withdrawal", void: "Confirmation of annulment",
		cancelText:   "We confirm the end of insurance contract %s. The last day of cover is %s.",
		beforeText:   "We confirm the end of insurance contract %s before cover began on %s.",
		withdrawText: "We confirm the withdrawal from insurance contract %s. Your declaration reached us on %s.",
		voidText:     "We confirm that insurance contract %s is annulled from the outset, as declared on %s.",
		facts:        "The contract", settlement: "Settlement", next: "What happens next",
		reason: "Reason", declaredAt: "Declaration received", requestedOn: "Day requested", lastDay: "Last day of cover",
		neverCovered: "there was no cover",
		written:      "Charged", earned: "Used", returned: "Returned",
		refund: "We return %s.", noRefund: "Nothing is to be returned.",
		refundWay: "The money goes back the way the premium was paid.",
		claims:    "You can still report losses that occurred up to the last day of cover.",
		keep:      "Please keep this letter.",
		questions: "If you have questions, contact us at: %s",
	},
	reasons: map[insurance.Reason]string{
		insurance.ReasonWithdrawal: "Withdrawal", insurance.ReasonOrdinary: "Ordinary cancellation",
		insurance.ReasonOrderCancelled: "Order cancelled", insurance.ReasonItemReturned: "Item returned",
		insurance.ReasonItemSold: "Item sold", insurance.ReasonTotalLoss: "Total loss",
		insurance.ReasonAfterClaim: "Cancellation after a claim", insurance.ReasonNonPayment: "Premium not paid",
		insurance.ReasonFraud: "Fraud", insurance.ReasonRescission: "Rescission or avoidance",
		insurance.ReasonDuplicate: "Concluded twice",
	},
}
