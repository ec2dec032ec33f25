package document

import (
	"fmt"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/insurance"
)

// confirmationOf is the confirmation that a policy of the fixture was ended
// twelve days after its conclusion.
func confirmationOf(t testing.TB, language insurance.Language, reason insurance.Reason) CancellationConfirmation {
	t.Helper()
	product := gadgets(t)
	policy, ledger := sold(t, product, nil)
	at := issued.AddDate(0, 0, 12)
	after, _, settlement, refused := policy.End(product, insurance.Declaration{Reason: reason}, ledger, at)
	if refused != nil {
		t.Fatal(refused)
	}
	return CancellationConfirmation{
		Policy: after, Product: product, Settlement: settlement, IssuedAt: at, Language: language, Partner: "Beispielshop GmbH",
	}
}

func TestConfirmationByTheWayAPolicyEnds(t *testing.T) {
	t.Parallel()
	for reason, phrases := range map[insurance.Reason][]string{
		insurance.ReasonTotalLoss: {
			"Bestätigung der Kündigung", "Der letzte Tag des Versicherungsschutzes ist der 04.12.2026.", "Totalschaden oder Verlust",
			"Nettobeitrag 7,99 € 3,19 € 4,80 €", "Versicherungsteuer 19 % 1,52 € 0,61 € 0,91 €", "Beitrag inkl. Steuer 9,51 € 3,80 € 5,71 €", "Wir erstatten 5,71 €.",
			"04.12.2026, 24:00 Uhr",
		},
		insurance.ReasonWithdrawal: {"Bestätigung des Widerrufs", "am 04.12.2026 bei uns eingegangen", "5,71 €"},
		insurance.ReasonDuplicate:  {"Bestätigung der Aufhebung", "es bestand kein Versicherungsschutz", "9,51 € 0,00 € 9,51 €", "Wir erstatten 9,51 €."},
	} {
		t.Run(string(reason), func(t *testing.T) {
			t.Parallel()
			pdf, err := RenderCancellationConfirmation(confirmationOf(t, "de", reason))
			if err != nil {
				t.Fatal(err)
			}
			text := textOf(t, pdf)
			in(t, text, "CN-7K3F-92QM-4", "WEB-2026-004711", "Łukasz Müller-Đặng", "Eingang der Erklärung 04.12.2026, 10:41 Uhr")
			in(t, text, phrases...)
			tidy(t, pdf, pageMargin)
		})
	}
}

func TestConfirmationInEnglish(t *testing.T) {
	t.Parallel()
	pdf, err := RenderCancellationConfirmation(confirmationOf(t, "en", insurance.ReasonTotalLoss))
	if err != nil {
		t.Fatal(err)
	}
	in(t, textOf(t, pdf), "Confirmation of cancellation", "last day of cover is 4 December 2026", "€9.51 €3.80 €5.71", "We return €5.71.")
}

func TestNoConfirmationOfWhatGoesOn(t *testing.T) {
	t.Parallel()
	c := confirmationOf(t, "de", insurance.ReasonTotalLoss)
	c.Policy.Termination = nil
	if _, err := RenderCancellationConfirmation(c); err == nil {
		t.Error("a policy that goes on was confirmed to end")
	}
}

func TestNothingToReturn(t *testing.T) {
	t.Parallel()
	c := confirmationOf(t, "de", insurance.ReasonTotalLoss)
	c.Settlement = insurance.Settlement{Written: c.Policy.Premium, Earned: c.Policy.Premium}
	pdf, err := RenderCancellationConfirmation(c)
	if err != nil {
		t.Fatal(err)
	}
	in(t, textOf(t, pdf), "Aus der Beendigung ergibt sich keine Erstattung.", "9,51 € 9,51 € 0,00 €")
}

func TestInstructionByRefundAndContract(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		refund   insurance.Refund
		contract insurance.ContractModel
		phrases  []string
	}{
		{insurance.RefundFull, insurance.ContractIndividual, []string{german.withdrawal.effectFull, "Ihre Vertragserklärung innerhalb von 14 Tagen"}},
		{insurance.RefundProRata, insurance.ContractGroup, []string{german.withdrawal.effectFormula, "beigetreten sind, innerhalb von 14 Tagen"}},
		{insurance.RefundNone, insurance.ContractIndividual, []string{german.withdrawal.effectNot}},
	} {
		t.Run(fmt.Sprint(tt.refund, " ", tt.contract), func(t *testing.T) {
			t.Parallel()
			product := gadgets(t)
			product.Withdrawal.Refund, product.Contract = tt.refund, tt.contract
			pdf, err := RenderWithdrawalInstruction(WithdrawalInstruction{Product: product, Country: "DE", Language: "de", IssuedAt: issued})
			if err != nil {
				t.Fatal(err)
			}
			in(t, textOf(t, pdf), append(tt.phrases,
				"Widerrufsbelehrung", "Nordlicht Versicherung AG", "Hafenstraße 12, 20457 Hamburg, Deutschland", "Fassung 2026-01")...)
			tidy(t, pdf, pageMargin)
		})
	}
}

func TestNoInstructionWithoutTheRight(t *testing.T) {
	t.Parallel()
	product := gadgets(t)
	product.Withdrawal.Days = 0
	_, err := RenderWithdrawalInstruction(WithdrawalInstruction{Product: product, Country: "DE", Language: "de", IssuedAt: issued})
	if err == nil || !strings.Contains(err.Error(), "no right of withdrawal") {
		t.Errorf("got %v", err)
	}
}
