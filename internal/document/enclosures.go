package document

import (
	"fmt"
	"strconv"
)

// withdrawal points to the enclosed instruction and names its addressee.
func (c certificate) withdrawal() string {
	if c.Product.Withdrawal.Days == 0 {
		return c.notes.noWithdrawal
	}
	return fmt.Sprintf(c.notes.withdrawal, c.Product.Withdrawal.Days, c.addressee())
}

func (c certificate) addressee() string {
	insurer := c.Product.Insurer
	return joined(", ", insurerName(insurer), c.seat(insurer), insurer.Email)
}

// claims says what to do on a loss and where to report it.
func (c certificate) claims() []block {
	insurer := c.Product.Insurer
	return []block{
		prose(c.notes.claims),
		facts{
			{label: c.labels.website, value: insurer.ClaimsURL},
			{label: c.labels.email, value: insurer.Email},
			{label: c.labels.phone, value: phone(insurer)},
		},
		list{dash, c.information.ObligationsClaim},
	}
}

// documents lists what makes up the contract, with the edition of each.
func (c certificate) documents() table {
	product := c.Product.Code + " " + strconv.Itoa(c.Product.Version)
	edition := func(of string, template int) string { return fmt.Sprintf(c.notes.template, of, template) }
	t := table{head: []string{c.labels.document, c.labels.edition}}
	t.rows = [][]string{
		{c.notes.certificate, edition(c.Policy.CertificateNumber, CertificateTemplate)},
		{c.notes.terms, c.Product.TermsVersion},
		{c.notes.information, edition(product, InformationTemplate)},
	}
	if c.Product.Withdrawal.Days > 0 {
		t.rows = append(t.rows, []string{c.notes.instruction, edition(product, WithdrawalTemplate)})
	}
	return t
}

// duties are short reminders. The law asks for separate notices beside them
// (VVG §19(5), §28(4)), which this document does not replace.
func (c certificate) duties() list {
	before, during := c.notes.dutyBefore, c.notes.dutyDuring
	if c.Policy.Country == "DE" {
		before += c.notes.dutyBeforeSource
		during += c.notes.dutyDuringSource
	}
	return list{dash, []string{before + ".", during + "."}}
}

func (c certificate) complaints() list {
	insurer := c.Product.Insurer
	items := []string{fmt.Sprintf(c.notes.complaintInsurer, reach(insurer))}
	if insurer.ComplaintsBody != "" {
		items = append(items, fmt.Sprintf(c.notes.complaintBody, joined(", ", insurer.ComplaintsBody, insurer.ComplaintsBodyURL)))
	}
	if insurer.SupervisoryAuthority != "" {
		items = append(items, fmt.Sprintf(c.notes.complaintAuthority, insurer.SupervisoryAuthority))
	}
	return list{dash, items}
}

func (c certificate) law() list {
	return list{dash, []string{
		fmt.Sprintf(c.notes.law, c.country(c.Policy.Country)),
		fmt.Sprintf(c.notes.tongue, c.languageName()),
		fmt.Sprintf(c.notes.privacy, reach(c.Product.Insurer)),
	}}
}
