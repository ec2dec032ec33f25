package console

import "time"

// Start is what the sandbox's first page shows.
type Start struct {
	// Version is Covernote's own.
	Version string
	// URL is where the sandbox is reached, without a slash at its end.
	URL string
	// Now is the business time.
	Now time.Time
	// Partners are shown in this order; the first one is chosen.
	Partners []StartPartner
}

// StartPartner is an account that a newcomer may use.
type StartPartner struct {
	// Family is the API's name: "hepster", "xcover", "thinksurance".
	Family string
	// Name is what people call the partner; Part is its account. An inbox entry
	// is the partner's if its "partner" is the Part, the Name or the Family.
	Name, Part string
	// BaseURL is what the partner's client is configured with.
	BaseURL string
	// Username and Password go into HTTP Basic authentication. Without a
	// Username, requests carry only the headers of their sample.
	Username, Password string
	// Facts are what the partner's client is configured with where that is not
	// a user name and a password.
	Facts []Fact
	// Curl is one line for a shell that works as it stands.
	Curl string
	// Samples are requests to begin with.
	Samples []Sample
	// FollowUps are requests that go on from something a webhook told: a path
	// such as "/documents/{certificate_number}" is offered for every value
	// that stands under that key anywhere in a webhook's JSON.
	FollowUps []Sample
	// Docs lead to what explains the API.
	Docs []Link
}

// Sample is a request that the page sends with one click.
type Sample struct {
	// Name tells it from the partner's other samples: "order".
	Name string
	// Title is what people read, by language: "de", "en".
	Title map[string]string
	// Method and Path say where it goes; Path is on this server.
	Method, Path string
	// Body is indented JSON, or empty.
	Body string
	// Header is sent beside the authentication.
	Header map[string]string
}

// Fact is something to be copied.
type Fact struct {
	// Name is what people read, by language: "de", "en".
	Name  map[string]string
	Value string
}

// Link leads to a page.
type Link struct {
	// Title is what people read, by language: "de", "en".
	Title map[string]string
	URL   string
}
