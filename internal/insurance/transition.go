package insurance

import "slices"

// PolicyState is where a policy is in its life.
type PolicyState string

// The states of a policy. Whether cover has begun is not a state: it follows
// from the inception and the time.
const (
	// PolicyBound: concluded, nobody has ended it.
	PolicyBound PolicyState = "bound"
	// PolicyEnding: ended by declaration for a day that has not come yet.
	PolicyEnding PolicyState = "ending"
	// PolicyExpired: its term is over.
	PolicyExpired PolicyState = "expired"
	// PolicyLapsed: premium was not paid.
	PolicyLapsed PolicyState = "lapsed"
	// PolicyCancelled: ended by a party before its expiry.
	PolicyCancelled PolicyState = "cancelled"
	// PolicyWithdrawn: undone within the cooling-off period.
	PolicyWithdrawn PolicyState = "withdrawn"
	// PolicyVoid: never was.
	PolicyVoid PolicyState = "void"
)

// Transition is what happens to a policy between two states.
type Transition string

// The transitions of a policy.
const (
	TransitionPremium Transition = "premium"
	// TransitionEndorse changes what is insured, or for how much.
	TransitionEndorse Transition = "endorse"
	// TransitionAnnounce and TransitionFallDue are the steps of a renewal that
	// has to be paid for.
	TransitionAnnounce  Transition = "announce"
	TransitionFallDue   Transition = "fall_due"
	TransitionRenew     Transition = "renew"
	TransitionExpire    Transition = "expire"
	TransitionLapse     Transition = "lapse"
	TransitionReinstate Transition = "reinstate"
	// TransitionNotice declares an end for a later day.
	TransitionNotice   Transition = "notice"
	TransitionCancel   Transition = "cancel"
	TransitionWithdraw Transition = "withdraw"
	TransitionVoid     Transition = "void"
)

// transitions is the whole life of a policy: what may happen in a state and
// where it leads. What is not here is refused.
var transitions = map[PolicyState]map[Transition]PolicyState{
	PolicyBound: {
		TransitionPremium:  PolicyBound,
		TransitionEndorse:  PolicyBound,
		TransitionAnnounce: PolicyBound,
		TransitionFallDue:  PolicyBound,
		TransitionRenew:    PolicyBound,
		TransitionExpire:   PolicyExpired,
		TransitionLapse:    PolicyLapsed,
		TransitionNotice:   PolicyEnding,
		TransitionCancel:   PolicyCancelled,
		TransitionWithdraw: PolicyWithdrawn,
		TransitionVoid:     PolicyVoid,
	},
	PolicyEnding: {
		TransitionPremium:  PolicyEnding,
		TransitionRenew:    PolicyEnding,
		TransitionLapse:    PolicyLapsed,
		TransitionNotice:   PolicyEnding,
		TransitionCancel:   PolicyCancelled,
		TransitionWithdraw: PolicyWithdrawn,
		TransitionVoid:     PolicyVoid,
	},
	PolicyLapsed: {
		TransitionReinstate: PolicyBound,
		TransitionVoid:      PolicyVoid,
	},
	PolicyExpired:   {TransitionVoid: PolicyVoid},
	PolicyCancelled: {TransitionVoid: PolicyVoid},
	PolicyWithdrawn: {},
	PolicyVoid:      {},
}

// PolicyStates lists every state.
func PolicyStates() []PolicyState {
	return []PolicyState{
		PolicyBound, PolicyEnding, PolicyExpired, PolicyLapsed, PolicyCancelled, PolicyWithdrawn, PolicyVoid,
	}
}

// After is the state that a transition leads to, and whether it is allowed.
func (s PolicyState) After(t Transition) (PolicyState, bool) {
	next, ok := transitions[s][t]
	return next, ok
}

// Live tells whether cover is running or still to come.
func (s PolicyState) Live() bool { return slices.Contains(liveStates, s) }

var liveStates = []PolicyState{PolicyBound, PolicyEnding}
