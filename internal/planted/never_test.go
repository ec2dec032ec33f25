//go:build !planted

package planted

import "testing"

func TestNothingPlantsABugWithoutTheTag(t *testing.T) {
	for _, n := range All() {
		t.Setenv(Variable, string(n))
		if Bug(n) {
			t.Errorf("%s is planted", n)
		}
	}
}
