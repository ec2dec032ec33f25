package document

import "github.com/covernote/covernote/internal/insurance"

var german = wording{
	language: "de", thousands: ".", point: ",",
	symbols: map[insurance.Currency]string{"EUR": "€", "GBP": "£", "AUD": "AU$", "USD": "US$", "JPY": "JP¥"},
	units: units{
		day: unit{"Tag", "Tage", "jeden Tag"}, week: unit{"Woche", "Wochen", "jede Woche"},
		month: unit{"Monat", "Monate", "jeden Monat"}, year: unit{"Jahr", "Jahre", "jedes Jahr"},
		every: "alle %s",
	},
	intervals: intervals{
		once: "einmalig für die gesamte Laufzeit", perTerm: "einmalig je Laufzeit", monthly: "monatlich", quarterly: "vierteljährlich",
		halfYearly: "halbjährlich", yearly: "jährlich", every: "je %s",
	},
	pageOf:   "Seite %d von %d",
	specimen: "MUSTER", specimenNote: "MUSTER · SPECIMEN – dieses Dokument begründet keinen Versicherungsschutz",
	legal: legalPhrases{authority: "Aufsicht", taxNumber: "Versicherungsteuer-Nr."},
	certificate: certificatePhrases{
		individual: "Versicherungsschein", group: "Versicherungsbestätigung",
		contract: "Ihr Vertrag", policyholder: "Versicherungsnehmer", insured: "Versicherte Person",
		alsoInsured: "Außerdem versichert",
		object:      "Versicherter Gegenstand", risk: "Versichertes Risiko", cover: "Versicherungsschutz", term: "Beginn und Ende",
		premium: "Beitrag", withdrawal: "Widerruf", ending: "Kündigung", claims: "Im Schadenfall",
		documents: "Ihre Vertragsunterlagen", duties: "Hinweise zu Ihren Pflichten",
		complaints: "Beschwerden", law: "Recht, Sprache und Datenschutz", insurer: "Versicherer",
	},
	labels: labels{
		number: "Versicherungsscheinnummer", groupNumber: "Nummer der Bestätigung", reference: "Bestellnummer",
		product: "Produkt", tariff: "Tarif", version: "Produktfassung", concludedAt: "Vertragsschluss",
		issuedAt: "Ausgestellt", kind: "Vertragsart", term: "Laufzeit", partner: "Vermittelt durch",
		name: "Name", company: "Unternehmen", contact: "Ansprechpartner", vatID: "USt-IdNr.",
		taxID: "Steuernummer", birthOn: "Geburtsdatum", address: "Anschrift", country: "Land",
		email: "E-Mail", groupHolder: "Versicherungsnehmer des Gruppenvertrags",
		objectType: "Art des Gegenstands", riskType: "Art des Risikos",
		attributes: map[string]string{
			insurance.AttributeSerialNumber: "Seriennummer", insurance.AttributeManufacturer: "Hersteller",
			insurance.AttributeModel: "Modell", insurance.AttributeSalesPrice: "Kaufpreis",
			insurance.AttributePurchasedOn: "Kaufdatum", insurance.AttributeUndamaged: "Unbeschädigt bei Abschluss",
		},
		confirmed: "Ja, bestätigt", yes: "Ja", no: "Nein", coverage: "Versichert ist", limit: "Höchstleistung",
		sumInsured: "Versicherungssumme", deductible: "Selbstbeteiligung", territory: "Geltungsbereich",
		begins: "Beginn", ends: "Ende", renewal: "Verlängerung", waiting: "Wartezeit",
		legalWarranty: "Gesetzliche Gewährleistung bis", voluntaryWarranty: "Herstellergarantie bis",
		part: "Bestandteil", rate: "Satz", amount: "Betrag", net: "Nettobeitrag", gross: "Zu zahlender Beitrag",
		interval: "Zahlungsweise", taxNumber: "Versicherungsteuer-Nr. des Versicherers", payment: "Zahlung",
		grossPremium: "Beitrag inkl. Steuer", phone: "Telefon", website: "Online", seat: "Sitz",
		register: "Register", authority: "Aufsichtsbehörde", authorisation: "Zulassungsnummer",
		document: "Unterlage", edition: "Fassung",
	},
	notes: notes{
		recurring: "Fortlaufend, verlängert sich", fixed: "Feste Laufzeit, endet von selbst",
		renewable: "Verlängert sich %s, wenn der Beitrag gezahlt wird", untilEvent: "Endet mit der Veranstaltung",
		ended:          "%s. Dieses Dokument begründet keinen weiteren Versicherungsschutz.",
		upToSumInsured: "Versicherungssumme",
		deductible:     "%s des erstattungsfähigen Schadens, je Versicherungsfall", noDeductible: "keine",
		deductibleAmount: "%s je Versicherungsfall",
		begins:           "%s, 00:00" + nbsp + "Uhr Ortszeit (%s)", ends: "%s, 24:00" + nbsp + "Uhr (letzter Tag eingeschlossen)",
		localTime:     "%s Ortszeit (%s)",
		endsOpen:      "offen, bis zur Beendigung durch Sie oder uns",
		renews:        "Der Vertrag verlängert sich nach jeder Laufzeit um %s, wenn er nicht gekündigt wird. Kündigungsfrist: %s zum Ende der Laufzeit.",
		renewsNot:     "Der Vertrag verlängert sich nicht. Er endet mit dem genannten Tag, ohne dass es einer Kündigung bedarf.",
		noNotice:      "keine",
		endsWithEvent: "Der Schutz endet mit der Veranstaltung. Der Vertrag verlängert sich nicht, ohne dass es einer Kündigung bedarf.",
		lapsed:        "Der Beitrag für eine weitere Laufzeit wurde nicht rechtzeitig gezahlt. Der Vertrag ist erloschen.",
		renewalOpen: "Der Vertrag verlängert sich %s, wenn der Beitrag gezahlt wird. Der nächste ist am %s fällig. " +
			"Ist er bis zum %s nicht gezahlt, erlischt der Vertrag.",
		renewalPaid: "Der Vertrag verlängert sich %s, wenn der Beitrag gezahlt wird. Die nächste Laufzeit ab %s ist bezahlt.",
		waiting:     "Leistungen erhalten Sie für Schäden, die nach Ablauf von %s ab Beginn eintreten.",
		withdrawal: "Sie können innerhalb von %d Tagen ohne Angabe von Gründen in Textform widerrufen. Wann die Frist beginnt und welche Folgen " +
			"der Widerruf hat, steht in der beigefügten Widerrufsbelehrung. Der Widerruf ist zu richten an: %s",
		noWithdrawal: "Für diesen Vertrag ist kein Widerrufsrecht vorgesehen.",
		claims:       "Melden Sie uns einen Schaden unverzüglich und halten Sie die Versicherungsscheinnummer bereit.",
		terms:        "Versicherungsbedingungen", information: "Informationsblatt zu Versicherungsprodukten",
		instruction: "Widerrufsbelehrung", certificate: "Dieses Dokument",
		template: "%s, Vordruck %d",
		dutyBefore: "Beantworten Sie alle Fragen, die wir Ihnen vor Vertragsschluss in Textform gestellt haben, vollständig und wahrheitsgemäß. " +
			"Unrichtige Angaben können dazu führen, dass wir vom Vertrag zurücktreten, ihn kündigen oder anpassen. " +
			"Die Folgen im Einzelnen nennt eine gesonderte Mitteilung",
		dutyBeforeSource: " (§ 19 Abs. 5 VVG)",
		dutyDuring: "Beachten Sie die vereinbarten Obliegenheiten vor und nach einem Schadenfall. Wer sie vorsätzlich oder grob fahrlässig verletzt, " +
			"kann den Anspruch auf die Leistung ganz oder teilweise verlieren. Im Schadenfall erinnern wir Sie daran mit gesonderter Mitteilung",
		dutyDuringSource:   " (§ 28 Abs. 4 VVG)",
		complaintInsurer:   "Sind Sie unzufrieden, wenden Sie sich zuerst an uns: %s",
		complaintBody:      "Außergerichtliche Schlichtung: %s",
		complaintAuthority: "Beschwerde bei der Aufsichtsbehörde: %s",
		law:                "Auf den Vertrag ist das Recht des Landes anzuwenden, in dem das Risiko belegen ist: %s. Ihr Recht, die Gerichte anzurufen, bleibt unberührt.",
		tongue:             "Vertragsunterlagen und Verständigung während der Laufzeit: %s.",
		privacy:            "Wie wir Ihre personenbezogenen Daten verarbeiten und welche Rechte Sie haben, steht in der Datenschutzinformation des Versicherers; Sie erhalten sie auf Anfrage jederzeit kostenlos: %s",
	},
	information: informationPhrases{
		title:   "Informationsblatt zu Versicherungsprodukten",
		company: "Unternehmen: %s", product: "Produkt: %s",
		registered: "Eingetragen in: %s", status: "Zugelassenes Versicherungsunternehmen unter Aufsicht von: %s",
		authorisation: "Zulassungsnummer: %s",
		statement: "Dieses Informationsblatt gibt einen kurzen Überblick über den Versicherungsschutz und ist nicht abschließend. Die vollständigen " +
			"vorvertraglichen und vertraglichen Informationen stehen in den anderen Unterlagen: den Versicherungsbedingungen (Fassung %s), dem " +
			"Versicherungsschein und der Widerrufsbelehrung. Lesen Sie bitte alle Unterlagen, damit Sie umfassend informiert sind.",
		headings: [9]string{
			"Um welche Art von Versicherung handelt es sich?", "Was ist versichert?", "Was ist nicht versichert?",
			"Gibt es Deckungsbeschränkungen?", "Wo bin ich versichert?", "Welche Verpflichtungen habe ich?",
			"Wann und wie zahle ich?", "Wann beginnt und endet die Deckung?", "Wie kann ich den Vertrag kündigen?",
		},
		sumInsured: "Versicherungssumme", optional: "Wahlweise, gegen Mehrbeitrag",
		atStart: "Zu Beginn", during: "Während der Laufzeit", forClaim: "Im Schadenfall",
		edition: "%s, Fassung %d, Stand %s",
	},
	withdrawal: withdrawalPhrases{
		title: "Widerrufsbelehrung",
		right: "Ihr Recht zum Widerruf", begin: "Beginn der Frist", addressee: "An wen Sie den Widerruf richten",
		effects: "Folgen des Widerrufs", loss: "Besondere Hinweise", papers: "Unterlagen, die Sie erhalten haben müssen",
		rightIndividual: "Sie können Ihre Vertragserklärung innerhalb von %d Tagen ohne Angabe von Gründen in Textform widerrufen, zum Beispiel mit einem " +
			"Brief oder einer E-Mail. Zur Wahrung der Frist genügt es, dass Sie den Widerruf rechtzeitig absenden. Haben Sie den Vertrag über eine " +
			"Website oder App geschlossen, können Sie dort auch die Schaltfläche zum Widerruf benutzen.",
		rightGroup: "Sie können Ihre Erklärung, mit der Sie dem Versicherungsschutz beigetreten sind, innerhalb von %d Tagen ohne Angabe von Gründen in Textform " +
			"widerrufen, zum Beispiel mit einem Brief oder einer E-Mail. Zur Wahrung der Frist genügt es, dass Sie den Widerruf rechtzeitig absenden. " +
			"Sind Sie über eine Website oder App beigetreten, können Sie dort auch die Schaltfläche zum Widerruf benutzen.",
		beginText: "Die Frist von %d Tagen beginnt mit dem Tag des Vertragsschlusses, jedoch nicht, bevor Ihnen alle Unterlagen zugegangen sind, die am " +
			"Ende dieser Belehrung genannt werden. Den Zugang haben wir zu beweisen.",
		addresseeText: "Der Widerruf ist zu richten an:",
		effectFull:    "Mit dem Widerruf endet der Versicherungsschutz. Wir erstatten Ihnen den gesamten gezahlten Beitrag einschließlich der Versicherungsteuer.",
		effectPart: "Mit dem Zugang des Widerrufs endet der Versicherungsschutz. Hat der Schutz mit Ihrer Zustimmung vor Ablauf der Widerrufsfrist begonnen, dürfen wir den " +
			"Teil des Beitrags behalten, der auf die Zeit bis zum Zugang des Widerrufs entfällt; den Rest erstatten wir. Hat der Schutz noch nicht begonnen, " +
			"erstatten wir alles.",
		effectNot:     "Mit dem Widerruf endet der Versicherungsschutz. Eine Erstattung des gezahlten Beitrags ist nicht vorgesehen.",
		effectFormula: "Einbehalten wird: Beitrag × Tage vom Beginn bis zum Zugang des Widerrufs ÷ Tage des bezahlten Zeitraums. Angefangene Cent werden zu Ihren Gunsten gerundet.",
		effectTime:    "Wir erstatten unverzüglich, spätestens 30 Tage nach Zugang des Widerrufs.",
		lossText: "Das Widerrufsrecht erlischt, wenn der Vertrag auf Ihren ausdrücklichen Wunsch von beiden Seiten vollständig erfüllt ist, bevor Sie es ausgeübt haben. " +
			"Bei einer Laufzeit von weniger als einem Monat besteht es nicht, soweit das Gesetz es ausschließt.",
		papersText: "Die Frist läuft nicht ohne die folgenden Unterlagen:",
		enclosed: [4]string{
			"der Versicherungsschein oder die Versicherungsbestätigung", "die Versicherungsbedingungen, Fassung %s",
			"das Informationsblatt zu Versicherungsprodukten und die weiteren gesetzlichen Informationen", "diese Widerrufsbelehrung",
		},
	},
	cancellation: cancellationPhrases{
		cancel: "Bestätigung der Kündigung", withdraw: "Bestätigung des Widerrufs", void: "Bestätigung der Aufhebung",
		cancelText:   "Wir bestätigen die Beendigung des Versicherungsvertrags %s. Der letzte Tag des Versicherungsschutzes ist der %s.",
		beforeText:   "Wir bestätigen die Beendigung des Versicherungsvertrags %s vor dem Beginn des Versicherungsschutzes am %s.",
		withdrawText: "Wir bestätigen den Widerruf des Versicherungsvertrags %s. Die Erklärung ist am %s bei uns eingegangen.",
		voidText:     "Wir bestätigen die Aufhebung des Versicherungsvertrags %s mit Wirkung von Anfang an, erklärt am %s.",
		facts:        "Zum Vertrag", settlement: "Abrechnung", next: "Wie es weitergeht",
		reason: "Grund", declaredAt: "Eingang der Erklärung", requestedOn: "Gewünschter Tag", lastDay: "Letzter Tag des Schutzes",
		neverCovered: "es bestand kein Versicherungsschutz",
		written:      "Berechnet", earned: "Verbraucht", returned: "Erstattung",
		refund: "Wir erstatten %s.", noRefund: "Aus der Beendigung ergibt sich keine Erstattung.",
		refundWay: "Die Erstattung erfolgt auf dem Weg, auf dem der Beitrag gezahlt wurde.",
		claims:    "Schäden, die bis zum letzten Tag des Schutzes eingetreten sind, können Sie weiterhin melden.",
		keep:      "Bewahren Sie dieses Schreiben bitte auf.",
		questions: "Bei Fragen erreichen Sie uns unter: %s",
	},
	inquiry: inquiryPhrases{
		salutations: map[insurance.Salutation]string{insurance.SalutationMr: "Herrn", insurance.SalutationMs: "Frau"},
		collections: map[string]string{
			"broker_collection": "Maklerinkasso: Der Makler zieht den Beitrag ein", "insurer_collection": "Direktinkasso: Der Versicherer zieht den Beitrag ein",
			"mga_collection": "Inkasso des Assekuradeurs: Der Assekuradeur zieht den Beitrag ein",
		},
		status: "Versicherungsmakler nach § 34d Abs. 1 GewO", register: "Vermittlerregister-Nr. %s",
		answers: "Angaben zum Risiko",
		number:  "Anfragenummer", issuedOn: "Datum", profession: "Betriebsart", business: "Betriebsstätte",
		insurer: "Versicherer", yearly: "Beitrag im Jahr", heldUntil: "Preis gilt bis", terms: "Versicherungsbedingungen",
		unlimited: "auf Weiteres",
	},
	proposal: proposalPhrases{
		title: "Vorschlag",
		intro: "aus Ihren Angaben ist der folgende Vergleich entstanden. Wir empfehlen Ihnen den Versicherer %s. " +
			"Prüfen Sie bitte, ob Ihre Angaben stimmen und ob der Schutz Ihrem Bedarf entspricht.",
		comparison: "Vergleich der Versicherer", offer: "Unsere Empfehlung", notes: "Hinweise", decision: "Ihre Entscheidung",
		recommended: "Empfohlen", declined: "lehnt ab", onRequest: "auf Anfrage", byHand: "Individuelles Angebot des Versicherers",
		compared: "Verglichen wurden die genannten Versicherer und keine weiteren.",
		noCover:  "Dieser Vorschlag ist noch kein Versicherungsschutz. Der Schutz beginnt mit dem genannten Tag, wenn er bestellt ist.",
		enclosed: "Mit diesem Vorschlag erhalten Sie die Unterlagen zum empfohlenen Produkt: %s. Lesen Sie sie, bevor Sie sich entscheiden.",
		truth: "Der Beitrag beruht auf Ihren Angaben. Sind sie unrichtig oder unvollständig, kann der Versicherer vom Vertrag zurücktreten, " +
			"ihn kündigen oder anpassen",
		truthSource: " (§ 19 VVG)",
		declaration: "%s soll den empfohlenen Schutz bestellen. Die Angaben zum Risiko sind richtig und vollständig. " +
			"Die Produktinformation und die Versicherungsbedingungen lagen vor dieser Erklärung vor.",
		placeAndDate: "Ort, Datum", signature: "Unterschrift",
	},
	order: orderPhrases{
		title: "Deckungsauftrag",
		intro: "für unseren Kunden haben wir den folgenden Versicherungsschutz bestellt. Er ist unter der Nummer %s gebunden.",
		order: "Auftrag", customer: "Kunde", offer: "Bestellter Schutz",
		agency: "Vermittlernummer", collection: "Inkasso", orderedAt: "Bestellt", noAgency: "keine",
	},
	reasons: map[insurance.Reason]string{
		insurance.ReasonWithdrawal: "Widerruf", insurance.ReasonOrdinary: "Ordentliche Kündigung",
		insurance.ReasonOrderCancelled: "Bestellung storniert", insurance.ReasonItemReturned: "Gegenstand zurückgegeben",
		insurance.ReasonItemSold: "Gegenstand verkauft", insurance.ReasonTotalLoss: "Totalschaden oder Verlust",
		insurance.ReasonAfterClaim: "Kündigung nach einem Schadenfall", insurance.ReasonNonPayment: "Beitrag nicht gezahlt",
		insurance.ReasonFraud: "Arglistige Täuschung", insurance.ReasonRescission: "Rücktritt oder Anfechtung",
		insurance.ReasonDuplicate: "Doppelt abgeschlossen",
	},
	states: statePhrases{
		confirmed: "Bestätigt", ending: "Endet am %s", expired: "Abgelaufen am %s", lapsed: "Erloschen am %s",
		cancelled: "Gekündigt, letzter Tag des Schutzes %s", cancelledBefore: "Vor Beginn des Schutzes gekündigt",
		withdrawn: "Widerrufen", void: "Angefochten",
	},
	mail: mailPhrases{
		confirmed: mailOpening{"Ihre Versicherung ist bestätigt (%s)", "Ihre Versicherung ist bestätigt", "%s hat für Sie diesen Schutz vermittelt."},
		updated:   mailOpening{"Ihre Versicherung wurde geändert (%s)", "Ihre Versicherung wurde geändert", "So sieht der Schutz, den %s für Sie vermittelt hat, jetzt aus."},
		cancelled: mailOpening{"Ihre Versicherung wurde beendet (%s)", "Ihre Versicherung wurde beendet", "Das ist aus dem Schutz geworden, den %s für Sie vermittelt hat."},
		greeting:  "Guten Tag %s,", greetingNobody: "Guten Tag,",
		state: "Status", withdrawUntil: "Widerruf bis", total: "Beiträge inkl. Steuer",
		refund: "Wir erstatten %s. Das Geld geht den Weg zurück, auf dem der Beitrag gezahlt wurde.",
		open:   "Versicherungsschein öffnen", booking: "Buchungsnummer: %s", underwriter: "Das Risiko trägt %s.",
		why:      "Sie erhalten diese E-Mail, weil %s für Sie eine Versicherung vermittelt hat. Sie gehört zu Ihrem Vertrag und ist keine Werbung.",
		specimen: "MUSTER · SPECIMEN – diese E-Mail kommt aus einem Testsystem. Niemand ist durch sie versichert.",
	},
}
