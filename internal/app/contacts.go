package app

import (
	"context"

	"xieshang/internal/contact"
	"xieshang/internal/contact/contactapi"
	"xieshang/internal/contact/contactweb"
	"xieshang/internal/coverage"
	"xieshang/internal/coverage/coverageapi"
	"xieshang/internal/coverage/coverageweb"
	"xieshang/internal/directory"
	"xieshang/internal/platform/api"
	"xieshang/internal/platform/web"
)

// buildContacts makes contact links (C5) and the two full coverages (C2) over one record of who belonged where.
func (a *App) buildContacts() {
	record := a.Directory.Keep(append(contact.Posts(), coverage.Posts()...)...)
	a.Contacts = contact.New(contact.Needs{DB: a.DB, Clock: a.Clock, Directory: a.Directory, Record: record, Sealer: a.Keys})
	a.Coverage = coverage.New(coverage.Needs{Clock: a.Clock, Directory: a.Directory, Record: record, Links: links{a.Contacts}})
}

// links shows the contact links to the coverages.
type links struct{ *contact.Service }

func (l links) Reached(ctx context.Context, sw *directory.Sweep) ([]coverage.Reach, error) {
	list, err := l.Service.Reached(ctx, sw)
	out := make([]coverage.Reach, len(list))
	for i, r := range list {
		out[i] = coverage.Reach(r)
	}
	return out, err
}

// contactPages are the pages of both.
func (a *App) contactPages() []web.Route {
	return append(coverageweb.New(coverageweb.Needs{Service: a.Coverage, Directory: a.Directory, Frame: a.Frame, Clock: a.Clock, Contacts: contactweb.Proposals}).Routes(),
		contactweb.New(contactweb.Needs{Service: a.Contacts, Directory: a.Directory, Frame: a.Frame, Clock: a.Clock}).Routes()...)
}

// contactPrograms are the operations of both for other programs.
func (a *App) contactPrograms(to *api.API) {
	coverageapi.New(to, a.Coverage, a.Directory)
	contactapi.New(to, a.Contacts, a.Directory)
}
