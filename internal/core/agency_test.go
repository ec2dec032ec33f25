package core

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/covernote/covernote/internal/insurance"
)

// agencySet is numbers with an insurer, each written as its number, then "t" if
// it is the first choice for tenders, "c" if for calculations, and "=id" if the
// partner has an id for it: "N-1 tc =x".
func agencySet(insurer InsurerName, numbers ...string) AgencySet {
	set := AgencySet{Insurer: insurer}
	for _, text := range numbers {
		words := strings.Fields(text)
		n := AgencyNumber{Number: words[0], Active: true}
		for _, word := range words[1:] {
			if id, ok := strings.CutPrefix(word, "="); ok {
				n.ExternalUniqueID = id
				continue
			}
			n.ForTenders, n.ForCalculations = strings.Contains(word, "t"), strings.Contains(word, "c")
		}
		set.Numbers = append(set.Numbers, n)
	}
	return set
}

// byID names an insurer by our number.
func byID(id string) InsurerName { return InsurerName{ID: id} }

// written are the numbers of an owner as agencySet reads them, after the id of
// their insurer.
func (h *house) written(p Partner, scope Scope) (lines []string) {
	h.t.Helper()
	sets, err := h.AgencyNumbers(h.t.Context(), p, scope)
	h.fatal(err)
	for _, set := range sets {
		for _, n := range set.Numbers {
			line := fmt.Sprint(n.Insurer.ID, " ", n.Number)
			if flags := strings.Repeat("t", b2i(n.ForTenders)) + strings.Repeat("c", b2i(n.ForCalculations)); flags != "" {
				line += " " + flags
			}
			if n.ExternalUniqueID != "" {
				line += " =" + n.ExternalUniqueID
			}
			lines = append(lines, line)
		}
	}
	return lines
}

func (h *house) addNumbers(p Partner, scope Scope, sets ...AgencySet) error {
	_, err := h.AddAgencyNumbers(h.t.Context(), p, AgencyWish{Scope: scope, Sets: sets})
	return err
}

func (h *house) dropNumbers(p Partner, scope Scope, sets ...AgencySet) error {
	_, err := h.DropAgencyNumbers(h.t.Context(), p, AgencyWish{Scope: scope, Sets: sets})
	return err
}

// An owner has one first choice with an insurer for each kind of offer: the
// last that wanted to be it, those from before included.
func TestTheLastFirstChoiceWins(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.pool("pool")
		account, broker := h.ofAccount(p), Scope{Broker: h.broker(p, "T-1").Token}
		for _, scope := range []Scope{account, broker} {
			h.fatal(h.addNumbers(p, scope,
				agencySet(byID(hafenlicht), "N-1 tc", "N-2 t", "N-3"), agencySet(byID(rheinbogen), "N-1 tc")))
			equalLists(t, "added", h.written(p, scope), []string{"5021 N-1 c", "5021 N-2 t", "5021 N-3", "5063 N-1 tc"})
		}
		h.fatal(h.addNumbers(p, broker, agencySet(byID(hafenlicht), "N-4 c"), agencySet(byID(hafenlicht), "N-3 t")))
		equalLists(t, "the broker's", h.written(p, broker), []string{"5021 N-1", "5021 N-2", "5021 N-3 t", "5021 N-4 c", "5063 N-1 tc"})
		equalLists(t, "the account's", h.written(p, account), []string{"5021 N-1 c", "5021 N-2 t", "5021 N-3", "5063 N-1 tc"})
		// One that does not want to be it any more leaves nobody in its place.
		h.fatal(h.addNumbers(p, broker, agencySet(byID(hafenlicht), "N-3")))
		equalLists(t, "without", h.written(p, broker), []string{"5021 N-1", "5021 N-2", "5021 N-3", "5021 N-4 c", "5063 N-1 tc"})
	})
}

func TestNumbersAreAddedAllOrNone(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.pool("pool")
		scope := h.ofAccount(p)
		good := agencySet(byID(hafenlicht), "N-1")
		refused := h.refusal(h.addNumbers(p, scope, good, agencySet(byID("9999"), "N-2")), insurance.CodeInsurerUnknown)
		equalLists(t, "unknown", say(refused.Problems), []string{"1 agency.insurer is not known"})
		nameless := agencySet(byID(rheinbogen), "N-2", "N-3")
		nameless.Numbers[1].Number = ""
		equalLists(t, "nameless", h.problems(h.addNumbers(p, scope, good, nameless)), []string{"1 agency.number is required"})
		long := agencySet(byID(rheinbogen), strings.Repeat("9", 129))
		if got := h.problems(h.addNumbers(p, scope, good, long)); len(got) != 1 || !strings.HasPrefix(got[0], "1 agency.number ") {
			t.Errorf("too long: %q", got)
		}
		if got := h.written(p, scope); len(got) != 0 || h.actions(p, "agency.added") != 0 {
			t.Errorf("some were added: %q", got)
		}
	})
}

func TestAddingAgainChangesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.pool("pool")
		scope, set := h.ofAccount(p), agencySet(byID(hafenlicht), "N-1 tc =x", "N-2 t =y")
		for range 3 {
			h.fatal(h.addNumbers(p, scope, set))
		}
		equalLists(t, "added", h.written(p, scope), []string{"5021 N-1 c =x", "5021 N-2 t =y"})
		if n := h.actions(p, "agency.added"); n != 1 {
			t.Errorf("they were added %d times", n)
		}
		set.Numbers[1].Label = "The second"
		h.fatal(h.addNumbers(p, scope, set))
		if n := h.actions(p, "agency.added"); n != 2 {
			t.Errorf("a label was not changed: %d", n)
		}
	})
}

// A partner's id means one number of an account. It can be given to another
// number of its owner in place of the first.
func TestAPartnersIDMeansOneNumber(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p, other := h.pool("pool"), h.pool("other")
		scope, elsewhere := Scope{Broker: h.broker(p, "T-1").Token}, Scope{Broker: h.broker(p, "T-2").Token}
		const taken = "0 agency.external_unique_id is that of another agency number"
		h.fatal(h.addNumbers(p, scope, agencySet(byID(hafenlicht), "N-1 =x", "N-2 =y")))
		equalLists(t, "again", h.problems(h.addNumbers(p, scope, agencySet(byID(rheinbogen), "N-3 =x"))), []string{taken})
		equalLists(t, "twice", h.problems(h.addNumbers(p, scope, agencySet(byID(rheinbogen), "N-3 =z", "N-4 =z"))), []string{taken})
		for _, scope := range []Scope{elsewhere, h.ofAccount(p)} {
			equalLists(t, "elsewhere", h.problems(h.addNumbers(p, scope, agencySet(byID(hafenlicht), "N-1 =x"))), []string{taken})
		}
		h.fatal(h.addNumbers(other, h.ofAccount(other), agencySet(byID(hafenlicht), "N-1 =x")))
		h.fatal(h.addNumbers(p, scope, agencySet(byID(hafenlicht), "N-1 =y", "N-2 =x")))
		equalLists(t, "exchanged", h.written(p, scope), []string{"5021 N-1 =y", "5021 N-2 =x"})
		h.fatal(h.addNumbers(p, scope, agencySet(byID(rheinbogen), "N-3 =x"), agencySet(byID(hafenlicht), "N-2")))
		equalLists(t, "moved", h.written(p, scope), []string{"5021 N-1 =y", "5021 N-2", "5063 N-3 =x"})
		h.fatal(h.dropNumbers(p, scope, agencySet(byID(rheinbogen))))
		h.fatal(h.addNumbers(p, elsewhere, agencySet(byID(hafenlicht), "N-1 =x")))
	})
}

// Insurers are called by any of three numbers, and listed by all that they have.
func TestAnInsurerIsCalledInThreeWays(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.pool("pool")
		scope := h.ofAccount(p)
		h.fatal(h.addNumbers(p, scope,
			agencySet(InsurerName{SupervisingAuthorityID: "70548"}, "N-3"), agencySet(InsurerName{BaFinID: "5548"}, "N-1"),
			agencySet(InsurerName{ID: rheinbogen}, "N-2"), agencySet(InsurerName{SupervisingAuthorityID: "61234"}, "N-1")))
		equalLists(t, "added", h.written(p, scope), []string{"5042 N-1", "5063 N-3", "5063 N-1", "5063 N-2"})
		sets, err := h.AgencyNumbers(t.Context(), p, scope)
		h.fatal(err)
		want := []InsurerName{
			{SupervisingAuthorityID: "61234", ID: "5042"}, {BaFinID: "5548", SupervisingAuthorityID: "70548", ID: rheinbogen},
		}
		if len(sets) != 2 || sets[0].Insurer != want[0] || sets[1].Insurer != want[1] || sets[1].Numbers[0].Insurer.Name == "" {
			t.Errorf("listed as %+v", sets)
		}
		h.fatal(h.addNumbers(p, scope, agencySet(InsurerName{SupervisingAuthorityID: "5548"}, "N-1"))) // as published
		// A number of one kind is none of another, and several name one insurer.
		for _, name := range []InsurerName{{BaFinID: rheinbogen}, {ID: "5548"}, {BaFinID: "5548", ID: hafenlicht}, {}} {
			h.refused(h.addNumbers(p, scope, agencySet(name, "N-1")), insurance.CodeInsurerUnknown)
			h.refused(h.dropNumbers(p, scope, agencySet(name)), insurance.CodeInsurerUnknown)
		}
	})
}

// What is said of a number to drop has to fit; where nothing is said, all go.
func TestNumbersAreDropped(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.pool("pool")
		scope := h.ofAccount(p)
		all := agencySet(byID(hafenlicht), "N-1 =x", "N-2 =y", "N-3 =z")
		all.Numbers[0].ExternalInsurerID, all.Numbers[1].ExternalInsurerID = "I-1", "I-1"
		other := agencySet(byID(rheinbogen), "N-1")
		for name, c := range map[string]struct {
			said []AgencyNumber
			left []string
		}{
			"by number":             {[]AgencyNumber{{Number: "N-2"}}, []string{"5021 N-1 =x", "5021 N-3 =z"}},
			"by its id":             {[]AgencyNumber{{ExternalUniqueID: "z"}}, []string{"5021 N-1 =x", "5021 N-2 =y"}},
			"by the insurer's":      {[]AgencyNumber{{ExternalInsurerID: "I-1"}}, []string{"5021 N-3 =z"}},
			"by two that fit":       {[]AgencyNumber{{ExternalInsurerID: "I-1", Number: "N-1"}}, []string{"5021 N-2 =y", "5021 N-3 =z"}},
			"by two that do not":    {[]AgencyNumber{{ExternalUniqueID: "x", Number: "N-2"}}, []string{"5021 N-1 =x", "5021 N-2 =y", "5021 N-3 =z"}},
			"one that is not there": {[]AgencyNumber{{Number: "N-9"}}, []string{"5021 N-1 =x", "5021 N-2 =y", "5021 N-3 =z"}},
			"two":                   {[]AgencyNumber{{Number: "N-1"}, {Number: "N-3"}}, []string{"5021 N-2 =y"}},
			"all":                   {nil, nil},
		} {
			h.fatal(h.dropNumbers(p, scope, agencySet(byID(hafenlicht))))
			h.fatal(h.addNumbers(p, scope, all, other))
			before := h.actions(p, "agency.dropped")
			h.fatal(h.dropNumbers(p, scope, AgencySet{Insurer: byID(hafenlicht), Numbers: c.said}))
			equalLists(t, name, h.written(p, scope), append(c.left, "5063 N-1"))
			if n := h.actions(p, "agency.dropped") - before; n != b2i(len(c.left) < 3) {
				t.Errorf("%s: it is in the audit log %d times", name, n)
			}
		}
	})
}

func TestAnotherAccountsNumbersDoNotExist(t *testing.T) {
	h := onSQLite(t)
	p, other := h.pool("pool"), h.pool("other")
	foreign := Scope{Broker: h.broker(p, "T-1").Token}
	h.fatal(h.addNumbers(p, foreign, agencySet(byID(hafenlicht), "N-1")))
	for code, scope := range map[insurance.Code]Scope{
		insurance.CodeBrokerUnknown: foreign, insurance.CodeAccountUnknown: h.ofAccount(p), insurance.CodeInvalid: {},
	} {
		h.refused(h.addNumbers(other, scope, agencySet(byID(hafenlicht), "N-2")), code)
		h.refused(h.dropNumbers(other, scope, agencySet(byID(hafenlicht))), code)
		h.refused(asked(h.AgencyNumbers(t.Context(), other, scope)), code)
	}
	equalLists(t, "afterwards", h.written(p, foreign), []string{"5021 N-1"})
}

// Whoever wants to be the first choice at the same time as others, one is; and
// an id that many want is had by one.
func TestNumbersAreAddedTogether(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.pool("pool")
		scope := h.ofAccount(p)
		for i, err := range together(h.nodes(), 6, func(c *Core, i int) error {
			set := agencySet(byID(hafenlicht), fmt.Sprintf("N-%d tc", i))
			return asked(c.AddAgencyNumbers(t.Context(), p, AgencyWish{Scope: scope, Sets: []AgencySet{set}}))
		}) {
			if err != nil {
				t.Errorf("copy %d: %v", i, err)
			}
		}
		firsts := slices.DeleteFunc(h.written(p, scope), func(line string) bool { return !strings.HasSuffix(line, " tc") })
		if n := len(h.written(p, scope)); n != 6 || len(firsts) != 1 {
			t.Errorf("%d numbers, of which %q are the first choice", n, firsts)
		}
		var owners [6]Scope
		for i := range owners {
			owners[i].Broker = h.broker(p, fmt.Sprintf("T-%d", i)).Token
		}
		added := 0
		for _, err := range together(h.nodes(), len(owners), func(c *Core, i int) error {
			wish := AgencyWish{Scope: owners[i], Sets: []AgencySet{agencySet(byID(hafenlicht), "N-1 =x")}}
			return asked(c.AddAgencyNumbers(t.Context(), p, wish))
		}) {
			if err == nil {
				added++
				continue
			}
			h.refused(err, insurance.CodeInvalid)
		}
		if added != 1 {
			t.Errorf("%d owners have the id", added)
		}
	})
}

// Whatever is added and dropped in whatever order, by several at a time, at
// most one number of an owner and insurer is the first choice of a kind.
func TestThereIsOneFirstChoice(t *testing.T) {
	h := onSQLite(t)
	p := h.pool("pool")
	owners := []Scope{h.ofAccount(p), {Broker: h.broker(p, "T-1").Token}}
	number := rapid.Custom(func(t *rapid.T) string {
		return rapid.SampledFrom([]string{"N-1", "N-2", "N-3"}).Draw(t, "number") + " " +
			rapid.SampledFrom([]string{"", "t", "c", "tc"}).Draw(t, "flags")
	})
	set := rapid.Custom(func(t *rapid.T) AgencySet {
		insurer := rapid.SampledFrom([]string{hafenlicht, rheinbogen}).Draw(t, "insurer")
		return agencySet(byID(insurer), rapid.SliceOfN(number, 1, 3).Draw(t, "numbers")...)
	})
	nodes := h.nodes()
	rapid.Check(t, func(rt *rapid.T) {
		wishes := rapid.SliceOfN(rapid.SliceOfN(set, 1, 3), 1, 3).Draw(rt, "wishes")
		scope := rapid.SampledFrom(owners).Draw(rt, "owner")
		drop := rapid.Bool().Draw(rt, "drop")
		for i, err := range together(nodes, len(wishes), func(c *Core, i int) error {
			wish := AgencyWish{Scope: scope, Sets: wishes[i]}
			if drop && i == 0 {
				return asked(c.DropAgencyNumbers(t.Context(), p, wish))
			}
			return asked(c.AddAgencyNumbers(t.Context(), p, wish))
		}) {
			if err != nil {
				rt.Errorf("copy %d: %v", i, err)
			}
		}
		chosen := make(map[string]string)
		for _, line := range h.written(p, scope) {
			words := append(strings.Fields(line), "")
			for _, kind := range words[2] {
				if other, taken := chosen[words[0]+string(kind)]; taken {
					rt.Errorf("%s and %s are both the first choice", other, line)
				}
				chosen[words[0]+string(kind)] = line
			}
		}
	})
}
