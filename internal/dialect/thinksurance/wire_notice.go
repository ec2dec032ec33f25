package thinksurance

// wireNotice is a webhook of V2: what happened, and where to read of it.
type wireNotice struct {
	EventType        string           `json:"eventType"`
	EventTime        string           `json:"eventTime"`
	EventID          string           `json:"eventId"`
	NotificationID   string           `json:"notificationId"`
	AccountReference string           `json:"accountReference"`
	BrokerReference  string           `json:"brokerReference"`
	Translations     wireTranslations `json:"translations"`
	Affected         []wireAffected   `json:"affected"`
}

type wireTranslations struct {
	EventType wireTranslation `json:"eventType"`
}

type wireTranslation struct {
	German string `json:"de_DE"`
}

// wireAffected is something that an event concerns.
type wireAffected struct {
	ReferenceType string     `json:"referenceType"`
	ReferenceID   string     `json:"referenceId"`
	Links         []wireLink `json:"links"`
}

type wireLink struct {
	ContentType string `json:"contentType"`
	Href        string `json:"href"`
}
