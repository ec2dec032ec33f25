package app_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/store/storetest"
)

// An operator reads what a partner answered, and neither what was sent nor
// anything that steers a terminal.
func TestOperatorReadsAnswers(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		partner := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusUnprocessableEntity)
			_, _ = io.WriteString(w, "{\"errors\":[\"the shop is unknown\"]}\x1b[2J\r\nthe end")
		}))
		t.Cleanup(partner.Close)
		environment := configuration(t, storetest.DSN(t, engine))
		p := access(t, operate(t, environment, "partner", "add", "shop", "--name", "Shop", "--webhook", partner.URL))
		p.url = serve(t, environment).url
		p.want(t, http.StatusOK, http.MethodPost, orderPath, order{reference: "SHOWN"}.body(t))

		line := regexp.MustCompile(`(?m)^\S+ +shop +(\S+) +due +1 +HTTP 422$`)
		var listed []string
		eventually(t, "the first try", func() bool {
			listed = line.FindStringSubmatch(operate(t, environment, "notices", "list", "--state", "due"))
			return listed != nil
		})
		shown := operate(t, environment, "notices", "show", listed[1])
		for _, want := range []string{
			`(?m)^notice +` + regexp.QuoteMeta(listed[1]) + `$`, `(?m)^account +shop$`, `(?m)^state +due$`,
			`(?m)^1 +\S+Z +422 +\S+s`, `(?m)^answer to try 1:\n\{"errors":\["the shop is unknown"\]\}�\[2J\nthe end\n\z`,
		} {
			if !regexp.MustCompile(want).MatchString(shown) {
				t.Errorf("%s is not in\n%s", want, shown)
			}
		}
		if strings.Contains(shown, "Mustername") || strings.Contains(shown, "SHOWN") {
			t.Errorf("what was sent is shown\n%s", shown)
		}
		o := command(t, environment, "notices", "show", "never", "--config", environment["COVERNOTE_CONFIG"])
		if o.status != 1 || !strings.Contains(o.errs, "covernote notices list") {
			t.Errorf("%+v", o)
		}
	})
}
