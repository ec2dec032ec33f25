package app_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/store/storetest"
)

// nextSchema is what a newer version may do to a schema: it adds, and takes nothing
// away.
var nextSchema = []string{
	`ALTER TABLE policy ADD COLUMN added TEXT NOT NULL DEFAULT ''`,
	`ALTER TABLE orders ADD COLUMN added BIGINT NOT NULL DEFAULT 0`,
	`ALTER TABLE timer ADD COLUMN added TEXT NOT NULL DEFAULT ''`,
	`CREATE INDEX policy_added ON policy (part, added, id)`,
	`CREATE TABLE added (part TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (part, id))`,
	`INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, ` + yes + `)`,
}

// yes is what both engines take for true in that column.
const yes = `(1 = 1)`

// A node that serves goes on, and says that it does, when a newer one migrates the
// database. One that starts afterwards leaves it to newer ones.
func TestNodesGoOnWhenTheSchemaMovesOn(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		at := newPlace(t, engine)
		node := at.open(t)
		number := node.book(t, order{reference: "BEFORE"})
		crowd := newCrowd(t, node.info, 4)
		crowd.permit(perRound)
		crowd.acknowledged(t, perRound/4)
		storetest.Alter(t, at.dsn(), nextSchema...)
		crowd.acknowledged(t, perRound/4)
		node.controls().want(t, http.StatusOK, http.MethodGet, "/readyz", nil)
		crowd.finish(t)
		eventually(t, "everything is booked", func() bool {
			return len(node.partner().contracts(t, "status=ALL")) == perRound+1
		})
		node.partner().want(t, http.StatusOK, http.MethodPost, "/services/integrator/contracts/"+number+"/cancel",
			[]byte(`{"reason":"WITHDRAWAL"}`))

		o := command(t, nil, append([]string{"sandbox", "--addr", "127.0.0.1:0"}, at.args()...)...)
		if o.status == 0 || !strings.Contains(o.errs, "newer than this program's") {
			t.Errorf("a node started on a newer schema: %+v", o)
		}
		storetest.Exec(t, at.dsn(), `DELETE FROM goose_db_version WHERE version_id = 9999`)
		node.stop(t)
		at.check(t)
	})
}
