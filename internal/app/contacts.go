package app

import "xieshang/internal/contact"

// buildContacts makes contact links (C5) over the record of who belonged where, which the coverages (C2) share.
func (a *App) buildContacts() {
	record := a.Directory.Keep(contact.Posts()...)
	a.Contacts = contact.New(contact.Needs{DB: a.DB, Clock: a.Clock, Directory: a.Directory, Record: record, Sealer: a.Keys})
}
