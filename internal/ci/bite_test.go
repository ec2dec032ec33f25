package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"

	"github.com/covernote/covernote/internal/planted"
)

func TestEveryBugHasABite(t *testing.T) {
	t.Parallel()
	for _, n := range planted.All() {
		if !slices.ContainsFunc(bites(), func(b bite) bool { return b.bug == n }) {
			t.Errorf("no test is asked whether it notices %s", n)
		}
	}
}

func TestOnlyAFailedTestHasNoticed(t *testing.T) {
	t.Parallel()
	const store = `"Package":"github.com/covernote/covernote/internal/store"`
	sound := `
{"Action":"pass",` + store + `,"Test":"TestA/x"}
{"Action":"skip",` + store + `,"Test":"TestA/skipped"}
{"Action":"pass",` + store + `,"Test":"TestA"}
{"Action":"pass",` + store + `,"Test":"TestAll"}
{"Action":"pass",` + store + `}`
	b := bite{planted.NoFence, "internal/store", "TestA"}
	for name, c := range map[string]struct {
		bitten string
		want   []string
	}{
		"the test itself":         {`{"Action":"fail",` + store + `,"Test":"TestA"}`, []string{"TestA"}},
		"a sub-test":              {`{"Action":"fail",` + store + `,"Test":"TestA/x"}` + "\n" + `{"Action":"fail",` + store + `,"Test":"TestA"}`, []string{"TestA/x"}},
		"passed":                  {sound, nil},
		"did not run":             {`{"Action":"pass",` + store + `}`, nil},
		"does not compile":        {`{"Action":"fail",` + store + `,"FailedBuild":"p"}`, nil},
		"hung, or died elsewhere": {`{"Action":"output",` + store + `,"Test":"TestA","Output":"panic: test timed out\n"}` + "\n" + `{"Action":"fail",` + store + `}`, nil},
		"another of like name":    {`{"Action":"fail",` + store + `,"Test":"TestAll"}`, nil},
		"never passed":            {`{"Action":"fail",` + store + `,"Test":"TestA/skipped"}`, nil},
		"in another package":      {`{"Action":"fail","Package":"github.com/covernote/covernote/internal/core","Test":"TestA"}`, nil},
	} {
		var got []string
		for _, id := range b.noticed(followed(t, sound), followed(t, c.bitten)) {
			got = append(got, id.name)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: noticed by %q, want %q", name, got, c.want)
		}
	}
}

func TestPatternNamesWholeTestsOnce(t *testing.T) {
	t.Parallel()
	all := []bite{{planted.NoFence, "a", "TestX"}, {planted.NormalSync, "b", "TestZ"}, {planted.NormalSync, "a", "TestX"}, {planted.NormalSync, "a", "TestY"}}
	if got := pattern(all, "a"); got != "^(TestX|TestY)$" {
		t.Errorf("pattern %s", got)
	}
	if got := folders(all); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("folders %q", got)
	}
}

func TestCatchesAreListedWithWhoShouldHave(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	s := &screen{w: &colorprofile.Writer{Forward: &out, Profile: colorprofile.NoTTY}}
	b := bite{planted.NoFence, "internal/store", "TestA"}
	s.listCatches([]catch{{b, []testName{{"p", "TestA/y"}, {"p", "TestA/x"}}}, {b, nil}})
	want := "    no-fence                  ✓ TestA/x and 1 more internal/store\n" +
		"                              ✗ nobody; TestA should have internal/store\n"
	if out.String() != want {
		t.Errorf("said\n%s\nwant\n%s", out.String(), want)
	}
}
