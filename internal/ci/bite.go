package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/covernote/covernote/internal/planted"
)

// bite is a planted bug with a test that has to fail for it.
type bite struct {
	bug planted.Name
	// dir is the package's folder, test the name of a whole test in it.
	dir, test string
}

// bites names for each bug the smallest test that notices it, and a second one
// where a broader promise is broken as well. None of them depends on chance.
func bites() []bite {
	const store, core, courier, app, torture = "internal/store", "internal/core", "internal/courier", "internal/app", "internal/torture"
	return []bite{
		{planted.AcknowledgeBeforeCommit, store, "TestHealth"},
		{planted.AcknowledgeBeforeCommit, core, "TestNothingIsAcknowledgedWhileStorageIsAway"},
		{planted.NormalSync, store, "TestEverySQLiteConnectionIsDurable"},
		{planted.NoticeAfterCommit, core, "TestAProcessDiesBetweenTwoCommits"},
		{planted.NoUniqueIndex, core, "TestTwoNodesTakeOneOrder"},
		{planted.NoFence, core, "TestALostLaneWritesNothing"},
		{planted.LeaseRenewedByName, core, "TestAMoveThatLostItsLeaseStops"},
		{planted.PremiumApartFromEvent, core, "TestAProcessDiesBetweenTwoCommits"},
		{planted.RetryInMemory, core, "TestDeliveryIsTriedAgain"},
		{planted.RetryInMemory, torture, "TestEverythingHolds"},
		{planted.SignatureOverReencoded, courier, "TestWhatIsSignedIsWhatIsSent"},
		{planted.SignatureOverReencoded, torture, "TestEverythingHolds"},
		{planted.TenantFilterDropped, core, "TestArchiveRefusesInOrder"},
		{planted.TenantFilterDropped, app, "TestWhoMay"},
		{planted.TenantFilterDropped, torture, "TestEverythingHolds"},
		{planted.KeyWithoutPrint, core, "TestAKeyIsAnsweredOnce"},
		{planted.ClaimKept, core, "TestKeyIsFreeAfterTheEnd"},
		{planted.EventSaysOtherwise, core, "TestAnUnreadablePolicyHoldsUpNoOther"},
		{planted.WorkingForgotten, core, "TestARenewalIsPaidEarly"},
		{planted.StepNotAlone, core, "TestAnUnreadablePolicyHoldsUpNoOther"},
	}
}

// id is the test as events name it.
func (b bite) id() testName { return testName{modulePath + b.dir, b.test} }

// within says whether a test is the bite's or one of its sub-tests.
func (b bite) within(id testName) bool {
	return id.pkg == b.id().pkg && (id.name == b.test || strings.HasPrefix(id.name, b.test+"/"))
}

// folders gives the packages of bites, each once.
func folders(all []bite) []string {
	var dirs []string
	for _, b := range all {
		dirs = append(dirs, b.dir)
	}
	slices.Sort(dirs)
	return slices.Compact(dirs)
}

// pattern matches the tests that bites name in a package, for -test.run.
func pattern(all []bite, dir string) string {
	var names []string
	for _, b := range all {
		if b.dir == dir && !slices.Contains(names, b.test) {
			names = append(names, b.test)
		}
	}
	return "^(" + strings.Join(names, "|") + ")$"
}

// noticed gives the tests that failed because of the bite's bug: they belong
// to the bite's test, they ended, and without the bug they passed. What does
// not compile, hangs, or dies outside of a test has noticed nothing.
func (b bite) noticed(sound, bitten *counter) []testName {
	return slices.DeleteFunc(bitten.culprits(), func(id testName) bool {
		return !b.within(id) || sound.ended[id].action != "pass"
	})
}

// catch is what became of one bite.
type catch struct {
	bite
	by []testName
}

// says names one of the tests that noticed the bug.
func (c catch) says() string {
	switch len(c.by) {
	case 0:
		return "nobody; " + c.test + " should have"
	case 1:
		return c.by[0].name
	}
	first := slices.MinFunc(c.by, func(a, b testName) int { return cmp.Compare(a.name, b.name) })
	return fmt.Sprintf("%s and %d more", first.name, len(c.by)-1)
}
