package app

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/covernote/covernote/internal/core"
)

// noticeCommands look after notices.
type noticeCommands struct {
	List noticeList `cmd:"" help:"List the newest notices in a state."`
	Show noticeShow `cmd:"" help:"Show each try to deliver a notice, and what the partner answered."`
	Skip noticeSkip `cmd:"" help:"Do not send a notice, so that the next about the same order or policy goes out."`
}

type noticeList struct {
	stored
	State string `help:"State of the notices." enum:"due,delivered,given_up,skipped" default:"given_up"`
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

type noticeShow struct {
	stored
	ID string `arg:"" help:"Id of the notice, as the list and Covernote-Delivery-Id have it."`
}

// Run shows the notice, without what was sent.
func (n *noticeShow) Run(t *terminal) error {
	return n.look(t, func(c *core.Core) error {
		line, tries, err := c.NoticeAttempts(t.ctx, n.ID)
		if err != nil {
			return noNotice(err, n.ID)
		}
		return printNotice(t, noticeRows(line), tries)
	})
}

// noNotice says where to find the ids of notices, if there is none of this one.
func noNotice(err error, id string) error {
	if errors.Is(err, core.ErrNoNotice) {
		return fmt.Errorf("there is no notice %q; `covernote notices list --state delivered` shows those that arrived, --state due those on their way", id)
	}
	return err
}

type noticeSkip struct {
	worked
	ID string `arg:"" help:"Id of the notice, as the list and Covernote-Delivery-Id have it."`
}

// Run skips the notice.
func (n *noticeSkip) Run(t *terminal) error {
	return n.work(t, func(c *core.Core) error {
		err := c.SkipNotice(t.ctx, n.ID)
		if errors.Is(err, core.ErrSettled) {
			return fmt.Errorf("notice %q is not on its way; `covernote notices show %[1]s` says what became of it", n.ID)
		}
		return noNotice(err, n.ID)
	})
}

// printNotice prints a notice, its tries and what was answered to them.
func printNotice(t *terminal, rows [][]string, tries []core.Attempt) error {
	if err := printTable(t, rows); err != nil || len(tries) == 0 {
		return err
	}
	if _, err := fmt.Fprintln(t.out); err != nil {
		return err
	}
	if err := printTable(t, tryRows(tries)); err != nil {
		return err
	}
	return printAnswers(t, tries)
}

func noticeRows(l core.NoticeLine) [][]string {
	return [][]string{
		{"notice", l.ID}, {"account", l.Part}, {"endpoint", l.Endpoint}, {"event", l.EventID}, {"state", string(l.State)},
		{"created", l.CreatedAt.Format(time.RFC3339)},
	}
}

func tryRows(tries []core.Attempt) [][]string {
	rows := [][]string{{"TRY", "AT", "STATUS", "TOOK", "FAULT"}}
	for _, a := range tries {
		status := "none"
		if a.Status != 0 {
			status = strconv.Itoa(a.Status)
		}
		rows = append(rows, []string{
			strconv.Itoa(a.Number), a.At.Format(time.RFC3339), status, a.Duration.Round(time.Millisecond).String(), a.Fault,
		})
	}
	return rows
}

// printAnswers prints what was answered to each try.
func printAnswers(t *terminal, tries []core.Attempt) error {
	for _, a := range tries {
		if len(a.Answer) == 0 {
			continue
		}
		if _, err := fmt.Fprintf(t.out, "\nanswer to try %d:\n%s\n", a.Number, harmless(a.Answer)); err != nil {
			return err
		}
	}
	return nil
}

// harmless is the text of a stranger without what would steer a terminal.
func harmless(text []byte) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, strings.TrimSpace(strings.ReplaceAll(string(text), "\r\n", "\n")))
}
