package core

import (
	"time"

	"github.com/covernote/covernote/internal/insurance"
)

// Scope says for which of the things that an API user may see a request is: an
// account, a broker of one, or both. Each is a token as it was sent, or empty.
type Scope struct{ Account, Broker string }

// SessionWish asks for a token that stands for a credential for a while.
type SessionWish struct{ Lifetime time.Duration }

// Session is a token that stands for a credential until it expires. It is
// stored as a keyed hash only.
type Session struct {
	Token string
	// ExpiresAt is business time.
	ExpiresAt time.Time
	// Zone is the account's.
	Zone *time.Location
}

// AccountToken is an account as its API user names it.
type AccountToken struct {
	Name string
	// Tag never changes; Token identifies the account and opens nothing.
	Tag, Token string
}

// BrokerKind says who names a broker.
type BrokerKind int

// The kinds of broker.
const (
	// BrokerOwnID: the partner names the broker with an id of its own.
	BrokerOwnID BrokerKind = 1
	// BrokerByData: the broker is known by e-mail address and name.
	BrokerByData BrokerKind = 2
)

// Broker acts for customers, under an account.
type Broker struct {
	// Token identifies the broker for good and opens nothing.
	Token string
	Kind  BrokerKind
	// ExternalID is the partner's id of the broker; it may be empty for a
	// BrokerByData.
	ExternalID string
	insurance.Party
	// CompanyRegister is the number in the commercial register, and
	// BrokerRegister that in the register of intermediaries (GewO §11a).
	CompanyRegister, BrokerRegister string
	// Active: an inactive broker can neither enter the desk nor order.
	Active bool
	// Code names the broker in what is embedded elsewhere.
	Code string
}

// BrokerWish names a broker, and says what is to be known of one. In a change,
// what is empty stays.
type BrokerWish struct {
	Account    string
	Kind       BrokerKind
	ExternalID string
	insurance.Party
	CompanyRegister, BrokerRegister string
	// Active changes whether the broker is; nil leaves it.
	Active *bool
}

// ForwardWish sends a broker to the desk, with a customer and an inquiry if
// they are named.
type ForwardWish struct {
	// Broker is the token, Change what is to be changed of the broker.
	Broker string
	Change BrokerWish
	// Customer is nil if none is named. In one that is known by its ExternalID,
	// what is empty stays; a reference with an empty value goes.
	Customer *CustomerWish
	// Line and Profession of an inquiry to open; 0 if none is.
	Line, Profession int
	// AtOnce opens the inquiry now, and not when the link is opened.
	AtOnce bool
	// InquiryID is an inquiry whose references change; 0 if none does.
	InquiryID    int64
	Refs         []Ref
	FullCallback bool
	// Answers prefill the questionnaire of an inquiry that is opened: by the
	// names or tags of questions.
	Answers map[string]string
}

// CustomerWish is what is to be known of a customer. What is empty or nil
// stays.
type CustomerWish struct {
	ExternalID string
	// Version is the one that was seen; 0 overwrites any.
	Version int64
	insurance.Party
	CompanyForm        CompanyForm
	Private, AtAddress *bool
	BusinessAddress    insurance.Address
	Refs               []Ref
}

// ForwardLink leads to the desk, once and for some minutes.
type ForwardLink struct {
	// Token is the secret end of the link.
	Token     string
	ExpiresAt time.Time
}
