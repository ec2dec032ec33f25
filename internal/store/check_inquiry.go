package store

// Tables that are gone through by numbers, or by keys that outlive a page, are
// read after the last id of the page before; 0 or "" begins.

// InquiriesAfter reads the next inquiries of a part by their ids. Content is
// empty if the version is missing or cannot be read; InquiryContent says which.
func (v *View) InquiriesAfter(part string, id int64, limit int) ([]Inquiry, error) {
	return list(v, scanInquiryAsItIs, `SELECT `+inquiryColumns+`, COALESCE(v.body, '') FROM inquiry i
		LEFT JOIN inquiry_version v ON v.part = i.part AND v.inquiry_id = i.id AND v.version = i.version
		WHERE i.part = $1 AND i.id > $2 ORDER BY i.id LIMIT $3`, part, id, limit)
}

func scanInquiryAsItIs(scan func(...any) error) (Inquiry, error) {
	i, body, err := scanInquiryRow(scan)
	i.Content, _ = readInquiryContent(i.Part, body)
	return i, err
}

// InquiryVersions reads the number of the last version of an inquiry, and how
// many versions there are.
func (v *View) InquiryVersions(part string, id int64) (last, count int64, err error) {
	err = v.row(`SELECT COALESCE(MAX(version), 0), COUNT(*) FROM inquiry_version WHERE part = $1 AND inquiry_id = $2`,
		part, id).Scan(&last, &count)
	return last, count, err
}

// BrokersAfter reads the next brokers of a part by their ids.
func (v *View) BrokersAfter(part, id string, limit int) ([]Broker, error) {
	return list(v, scanBroker, selectBroker+` WHERE part = $1 AND id > $2 ORDER BY id LIMIT $3`, part, id, limit)
}

// CountAllInquiries counts what InquiriesAfter will meet.
func (v *View) CountAllInquiries(part string) (int64, error) { return v.countRows("inquiry", part) }
