package xcover

import (
	"fmt"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
)

// tellMail writes to the policyholder, with a link to the certificate.
func (d *Dialect) tellMail(n core.Notice) (dialect.Message, error) {
	if n.New == nil || n.New.Holder.Email == "" {
		return dialect.Message{}, fmt.Errorf("nobody is there to write to of %s", n.Event.Type)
	}
	s := d.scribe(n.Partner, *n.New)
	letter, err := n.Letter(s.pageLanguage(), s.coi(s.segment()).URL, d.sandbox)
	if err != nil {
		return dialect.Message{}, err
	}
	return dialect.Message{Mail: &dialect.Mail{
		To: n.New.Holder.Email, Subject: letter.Subject, Text: letter.Text, HTML: letter.HTML,
	}}, nil
}
