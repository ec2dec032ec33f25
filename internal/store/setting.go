package store

// Setting is a value that is true of the whole installation. Version 0 means
// that it was never set.
type Setting struct {
	Value   string
	Version int64
}

// Setting reads a setting; one that was never set is the zero Setting. There are
// only a few, and most readers need two: a snapshot reads all at once.
func (v *View) Setting(name string) (Setting, error) {
	if v.settings == nil {
		all, err := v.readSettings()
		if err != nil {
			return Setting{}, err
		}
		v.settings = all
	}
	return v.settings[name], nil
}

func (v *View) readSettings() (map[string]Setting, error) {
	all := make(map[string]Setting)
	return all, v.each(func(scan func(...any) error) error {
		var name string
		var s Setting
		err := scan(&name, &s.Value, &s.Version)
		all[name] = s
		return err
	}, `SELECT name, value, version FROM setting`)
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
