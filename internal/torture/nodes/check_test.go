package nodes

import "testing"

func TestFindingsAreReadAsTheyArePrinted(t *testing.T) {
	t.Parallel()
	found := parseFindings("I1  hepster 019aab00: order is lost\naudit  xcover x: nothing\n12 rows checked in 3ms, 2 findings.\n")
	if len(found) != 2 || found[0] != (Finding{"I1", "hepster 019aab00: order is lost"}) || found[1].Invariant != "audit" {
		t.Errorf("read %+v", found)
	}
}

func TestWhatIsUsedBeyondBefore(t *testing.T) {
	t.Parallel()
	before := Vitals{Goroutines: 100, Descriptors: 50, Resident: 100 << 20}
	if said := (Vitals{Goroutines: 110, Descriptors: 60, Resident: 120 << 20}).Beyond(before); said != "" {
		t.Errorf("a little more is %q", said)
	}
	if said := (Vitals{Goroutines: 100, Descriptors: 5000, Resident: 100 << 20}).Beyond(before); said != "5000 file descriptors, before 50" {
		t.Errorf("a leak is %q", said)
	}
}
