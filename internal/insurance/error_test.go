package insurance

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
)

func TestErrorAsText(t *testing.T) {
	t.Parallel()
	cases := []struct {
		err  *Error
		want string
	}{
		{Refuse(CodeInternal, ""), "internal"},
		{Refuse(CodeRateLimited, "%d", 7), "rate_limited: 7"},
		{Invalid(FieldInception, "is over %d days ago", 28), "invalid: booking.inception is over 28 days ago"},
		{RefuseField(CodeCoverageUnknown, FieldTerm, "is not offered"), "coverage_unknown: booking.term is not offered"},
		{&Error{Code: CodeInvalid, Detail: "two things", Problems: []Problem{{Field: FieldEmail, Detail: "is required"}, {Item: 1, Field: FieldTariff, Detail: "is required"}}},
			"invalid: two things: policyholder.email is required: booking.tariff is required"},
	}
	for _, c := range cases {
		if c.err.Error() != c.want {
			t.Errorf("says %q", c.err)
		}
	}
	if got := Invalid(FieldEmail, "is required"); !reflect.DeepEqual(got, &Error{Code: CodeInvalid, Problems: []Problem{{Field: FieldEmail, Detail: "is required"}}}) {
		t.Errorf("refused with %+v", got)
	}
}

func TestCodeOf(t *testing.T) {
	t.Parallel()
	refusal := Refuse(CodeBusy, "wait")
	for _, c := range []struct {
		err  error
		want Code
	}{
		{nil, ""},
		{refusal, CodeBusy},
		{fmt.Errorf("book: %w", refusal), CodeBusy},
		{errors.Join(errors.New("disk"), refusal), CodeBusy},
		{errors.New("disk"), CodeInternal},
	} {
		if got := CodeOf(c.err); got != c.want {
			t.Errorf("%v is %q, not %q", c.err, got, c.want)
		}
	}
}
