package app

import (
	"fmt"
	"time"

	"github.com/covernote/covernote/internal/core"
)

// noticeCommands look after notices.
type noticeCommands struct {
	List noticeList `cmd:"" help:"List the newest notices in a state."`
}

type noticeList struct {
	stored
	State string `help:"State of the notices." enum:"due,delivered,given_up" default:"given_up"`
	Limit int    `help:"Most lines per partner." default:"50"`
}

// Run lists the notices.
func (n *noticeList) Run(t *terminal) error {
	return n.look(t, func(c *core.Core) error {
		lines, err := c.FindNotices(t.ctx, core.NoticeState(n.State), n.Limit)
		if err != nil {
			return err
		}
		rows := [][]string{{"CREATED", "ACCOUNT", "NOTICE", "STATE", "TRIES", "LAST OUTCOME"}}
		for _, l := range lines {
			rows = append(rows, []string{
				l.CreatedAt.Format(time.RFC3339), l.Part, l.ID, string(l.State), fmt.Sprint(l.Attempts), l.Outcome,
			})
		}
		return printTable(t, rows)
	})
}
