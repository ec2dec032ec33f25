package app_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/store/storetest"
)

// An operator pauses an endpoint, sees what waits for it, lets it catch up, and
// may skip instead.
func TestOperatorPausesAnEndpoint(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		environment := configuration(t, storetest.DSN(t, engine))
		told := newReceiver(t)
		p := access(t, operate(t, environment, "partner", "add", "shop", "--name", "Shop", "--webhook", told.url))
		listed := operate(t, environment, "partner", "endpoints", "shop")
		name := regexp.MustCompile(`(?m)^shop +(\S+) +events +active `).FindStringSubmatch(listed)
		if name == nil {
			t.Fatalf("listed\n%s", listed)
		}
		operate(t, environment, "partner", "endpoint", "shop", name[1], "--pause")
		p.url = serve(t, environment).url
		p.want(t, http.StatusOK, http.MethodPost, orderPath, order{reference: "KEPT"}.body(t))
		waits := regexp.MustCompile(`(?m)^shop +\S+ +events +paused \(operator\) since \S+ +0 +- +- +- +1 +default +default$`)
		eventually(t, "the notice that waits", func() bool {
			return waits.MatchString(operate(t, environment, "partner", "endpoints"))
		})
		wantMetric(t, p.url, "covernote_endpoints_paused", 1)
		operate(t, environment, "partner", "endpoint", "shop", name[1], "--at-once", "2", "--per-minute", "600", "--standard-headers")
		operate(t, environment, "partner", "endpoint", "shop", name[1], "--resume")
		eventually(t, "the webhook", func() bool { return len(told.all()) == 1 })
		if h := told.all()[0].header; h.Get("Webhook-Id") != h.Get("Covernote-Delivery-Id") || h.Get("Webhook-Signature") == "" {
			t.Errorf("headers are %v", h)
		}
		wantMetric(t, p.url, "covernote_endpoints_paused", 0)

		operate(t, environment, "partner", "endpoint", "shop", name[1], "--pause")
		p.want(t, http.StatusOK, http.MethodPost, orderPath, order{reference: "SKIPPED", serial: "SN-2"}.body(t))
		eventually(t, "the notice that waits", func() bool {
			return strings.Contains(operate(t, environment, "notices", "list", "--state", "due"), "shop")
		})
		operate(t, environment, "partner", "endpoint", "shop", name[1], "--resume", "--skip")
		if list := operate(t, environment, "notices", "list", "--state", "skipped"); !strings.Contains(list, "shop") {
			t.Errorf("skipped are\n%s", list)
		}
		if n := len(told.all()); n != 1 {
			t.Errorf("%d webhooks came", n)
		}
		o := command(t, environment, "partner", "endpoint", "shop", "nowhere", "--pause", "--config", environment["COVERNOTE_CONFIG"])
		if o.status != 1 || !strings.Contains(o.errs, "covernote partner endpoints shop") {
			t.Errorf("%+v", o)
		}
	})
}
