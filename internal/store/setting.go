package store

import "errors"

// Setting is a value that is true of the whole installation. Version 0 means
// that it was never set.
type Setting struct {
	Value   string
	Version int64
}

// Setting reads a setting; one that was never set is the zero Setting.
func (v *View) Setting(name string) (Setting, error) {
	var s Setting
	err := v.row(`SELECT value, version FROM setting WHERE name = $1`, name).Scan(&s.Value, &s.Version)
	if errors.Is(err, errNoRow) {
		return Setting{}, nil
	}
	return s, err
}

// PutSetting replaces a setting that is still at the version read.
func (c *Changes) PutSetting(name string, was Setting, value string) {
	guard := "setting/" + name
	if was.Version == 0 {
		c.insert(guard, `INSERT INTO setting (name, value, version) VALUES ($1, $2, 1) ON CONFLICT DO NOTHING`, name, value)
		return
	}
	c.update(guard, `UPDATE setting SET value = $1, version = version + 1 WHERE name = $2 AND version = $3`, value, name, was.Version)
}
