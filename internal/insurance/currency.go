package insurance

import "strings"

// Currency is an ISO 4217 alphabetic code in capitals, such as "EUR".
type Currency string

// ParseCurrency reads a code in any case and refuses what ISO 4217 does not
// list as a currency in circulation.
func ParseCurrency(s string) (Currency, error) {
	c := Currency(strings.ToUpper(strings.TrimSpace(s)))
	if _, known := minorDigits[c]; !known {
		return "", Refuse(CodeInvalid, "%q is not an ISO 4217 currency", clip(s))
	}
	return c, nil
}

// Digits is the number of decimal digits of the minor unit: 2 for EUR, 0 for
// JPY, 3 for BHD (ISO 4217, list one). An unknown currency has 2.
func (c Currency) Digits() int {
	if n, known := minorDigits[c]; known {
		return n
	}
	return 2
}

// minorDigits is ISO 4217 list one: every currency in circulation with the
// digits of its minor unit. Funds, metals and test codes are left out.
var minorDigits = exponents(map[int]string{
	0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
	2: "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD " +
		"CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS " +
		"GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP " +
		"LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK " +
		"NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS " +
		"SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST " +
		"XCD XCG YER ZAR ZMW ZWG",
	3: "BHD IQD JOD KWD LYD OMR TND",
})

func exponents(byDigits map[int]string) map[Currency]int {
	table := make(map[Currency]int)
	for digits, codes := range byDigits {
		for code := range strings.FieldsSeq(codes) {
			table[Currency(code)] = digits
		}
	}
	return table
}

// clip shortens what a caller sent before it is repeated in an error.
func clip(s string) string {
	const most = 40
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return string(runes[:most]) + "…"
}
