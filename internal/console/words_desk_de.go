package console

import "regexp"

var deskGerman = wording{
	"desk":           "Maklerportal",
	"desk.skip":      "Zum Inhalt springen",
	"desk.nav":       "Bereiche",
	"desk.inquiries": "Anfragen",
	"desk.customers": "Kunden",
	"desk.leave":     "Abmelden",
	"desk.sandbox":   "Sandbox: Niemand wird durch das, was Sie hier tun, versichert.",
	"desk.operator":  "Sie arbeiten im Betrieb anstelle dieses Maklers.",
	"desk.foot":      "Zugang über {partner}",
	"desk.back":      "Zu den Anfragen",
	"desk.left":      "Sie sind abgemeldet.",
	"desk.left.next": "Um weiterzuarbeiten, öffnen Sie das Maklerportal wieder aus Ihrem Maklerprogramm.",
	"desk.problems":  "Bitte prüfen Sie diese Angaben",
	"desk.required":  "Pflichtangabe",

	"desk.notice.stale":   "Die Anfrage wurde inzwischen geändert. Bitte sehen Sie noch einmal nach, bevor Sie weitermachen.",
	"desk.notice.state":   "Dieser Schritt ist im jetzigen Stand nicht möglich. Unten steht, wie es weitergeht.",
	"desk.notice.saved":   "Gespeichert.",
	"desk.notice.ended":   "Die Beendigung ist eingetragen.",
	"desk.notice.ordered": "Die Deckung ist beauftragt.",

	"desk.lost.401":      "Sie sind nicht angemeldet.",
	"desk.lost.401.next": "Die Anmeldung ist abgelaufen oder wurde beendet. Öffnen Sie das Maklerportal wieder aus Ihrem Maklerprogramm, an der Stelle, an der Sie weiterarbeiten wollen.",
	"desk.lost.403":      "Dieser Zugang ist gesperrt.",
	"desk.lost.403.next": "Solange er gesperrt ist, können Sie hier nichts sehen und nichts beauftragen. Fragen Sie den Betreiber Ihres Maklerprogramms.",
	"desk.lost.404":      "Das gibt es hier nicht.",
	"desk.lost.404.next": "Vielleicht ist die Adresse unvollständig. Suchen Sie die Anfrage oder den Kunden in der Übersicht.",
	"desk.lost.410":      "Dieser Link gilt nicht mehr.",
	"desk.lost.410.next": "Jeder Link öffnet das Maklerportal nur einmal und nur wenige Minuten lang. Springen Sie noch einmal aus Ihrem Maklerprogramm ab.",
	"desk.lost.422":      "Das ließ sich so nicht speichern.",
	"desk.lost.422.next": "Gehen Sie zurück, prüfen Sie Ihre Angaben und senden Sie sie noch einmal.",
	"desk.lost.500":      "Hier ist etwas schiefgegangen.",
	"desk.lost.500.next": "Sehen Sie in der Anfrage nach, ob Ihr letzter Schritt angekommen ist, und versuchen Sie es sonst in ein paar Minuten noch einmal.",
	"desk.lost.503":      "Das Maklerportal ist gerade nicht erreichbar.",
	"desk.lost.503.next": "Ihr letzter Schritt wurde nicht ausgeführt. Versuchen Sie es in ein paar Minuten noch einmal.",
}

// germanDetail is said of what is wrong in a way that nobody has translated.
const germanDetail = "passt so nicht; bitte prüfen Sie die Angabe"

// germanDetails say what is wrong with a field, after its name. The core's
// sentences are the keys.
var germanDetails = []struct {
	english *regexp.Regexp
	german  string
}{
	{regexp.MustCompile(`^is required`), "fehlt"},
	{regexp.MustCompile(`^is longer than (\d+) characters$`), "ist länger als $1 Zeichen"},
	{regexp.MustCompile(`^contains control characters$`), "enthält unzulässige Zeichen"},
	{regexp.MustCompile(`^is not a valid e-mail address$`), "ist keine E-Mail-Adresse"},
	{regexp.MustCompile(`^is not an ISO 3166-1 alpha-2 country code$`), "ist kein Land"},
	{regexp.MustCompile(`^is not a country in which .* is sold$`), "ist kein Land, in dem versichert wird"},
	{regexp.MustCompile(`^is not a date of the form YYYY-MM-DD$`), "ist kein Datum"},
	{regexp.MustCompile(`^is not a whole number`), "ist keine ganze Zahl ab 0"},
	{regexp.MustCompile(`^is not an amount of more than 0`), "ist kein Betrag über 0"},
	{regexp.MustCompile(`^must be more than 0$`), "muss größer als 0 sein"},
	{regexp.MustCompile(`^must not be negative$`), "darf nicht negativ sein"},
	{regexp.MustCompile(`^has more than 0 decimal digits$`), "darf keine Nachkommastellen haben"},
	{regexp.MustCompile(`^has more than (\d+) decimal digits$`), "hat mehr als $1 Nachkommastellen"},
	{regexp.MustCompile(`^is neither true nor false$`), "ist weder mit Ja noch mit Nein beantwortet"},
	{regexp.MustCompile(`^is not text$`), "ist kein Text"},
	{regexp.MustCompile(`^must be confirmed$`), "muss bestätigt werden"},
	{regexp.MustCompile(`^is over 0 days ago$`), "liegt in der Vergangenheit"},
	{regexp.MustCompile(`^is over (\d+) days ago$`), "liegt mehr als $1 Tage zurück"},
	{regexp.MustCompile(`^is over (\d+) days ahead$`), "liegt mehr als $1 Tage voraus"},
	{regexp.MustCompile(`^is ahead`), "darf nicht in der Zukunft liegen"},
	{regexp.MustCompile(`^is after the end of cover`), "liegt nach dem Ende des Schutzes"},
	{regexp.MustCompile(`^is not known`), "ist nicht bekannt"},
	{regexp.MustCompile(`^is not one of`), "steht nicht zur Auswahl"},
	{regexp.MustCompile(`^is not (offered|insured|rated)`), "wird nicht angeboten"},
	{regexp.MustCompile(`^cannot be changed`), "kann nicht mehr geändert werden"},
	{regexp.MustCompile(`^already used`), "wird schon für anderes verwendet"},
}
