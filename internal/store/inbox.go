package store

// InboxMessage is a webhook or an e-mail that the sandbox's inbox caught.
type InboxMessage struct {
	ID         string
	ReceivedAt int64
	Partner    string
	Method     string
	Path       string
	Headers    string // JSON
	Body       []byte
}

// InboxAnswer is how the inbox answers the next deliveries.
type InboxAnswer struct {
	ID      string
	Partner string
	Status  int64
	Delay   int64
	Times   int64
}

// Inbox reads the newest messages, newest first.
func (v *View) Inbox(limit int) ([]InboxMessage, error) {
	return list(v, scanInboxMessage, `SELECT id, received_at, partner, method, path, headers, body FROM inbox
		ORDER BY id DESC LIMIT $1`, limit)
}

func scanInboxMessage(scan func(...any) error) (InboxMessage, error) {
	var m InboxMessage
	err := scan(&m.ID, &m.ReceivedAt, &m.Partner, &m.Method, &m.Path, &m.Headers, &m.Body)
	return m, err
}

// NextInboxAnswer reads how the next delivery of a partner is answered; ok is
// false if nothing special was asked for.
func (v *View) NextInboxAnswer(partner string) (a InboxAnswer, ok bool, err error) {
	err = v.row(`SELECT id, partner, status, delay, times FROM inbox_answer
		WHERE times > 0 AND (partner = '' OR partner = $1) ORDER BY id LIMIT 1`, partner).
		Scan(&a.ID, &a.Partner, &a.Status, &a.Delay, &a.Times)
	return found(a, err)
}

// AddInboxMessage keeps a message.
func (c *Changes) AddInboxMessage(m InboxMessage) {
	c.insert("inbox/"+m.ID, `INSERT INTO inbox (id, received_at, partner, method, path, headers, body)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
		m.ID, m.ReceivedAt, m.Partner, m.Method, m.Path, m.Headers, blob(m.Body))
}

// EmptyInbox forgets all messages.
func (c *Changes) EmptyInbox() { c.exec(`DELETE FROM inbox`) }

// AddInboxAnswer asks for an answer.
func (c *Changes) AddInboxAnswer(a InboxAnswer) {
	c.exec(`DELETE FROM inbox_answer WHERE times <= 0`)
	c.insert("answer/"+a.ID, `INSERT INTO inbox_answer (id, partner, status, delay, times)
		VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`, a.ID, a.Partner, a.Status, a.Delay, a.Times)
}

// UseInboxAnswer counts an answer as given, unless another was faster.
func (c *Changes) UseInboxAnswer(a InboxAnswer) {
	c.update("answer/"+a.ID, `UPDATE inbox_answer SET times = times - 1 WHERE id = $1 AND times = $2`, a.ID, a.Times)
}
