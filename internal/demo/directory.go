package demo

import (
	"context"

	"xieshang/internal/demo/content"
	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
)

// directory records divisions, committees, departments and fields as they are today, standing since before the earliest membership that is recorded.
func (p *province) directory(ctx context.Context) error {
	since := clock.Interval{From: founded}
	b := &directory.Batch{FieldsFrom: since.From}
	committees := content.Committees()
	for i, d := range content.Divisions() {
		id := newID()
		p.divisions[d.Code] = id
		l := level(d.Level)
		b.Divisions = append(b.Divisions, directory.Division{ID: id, Code: d.Code, Name: i18n.Name{ZH: d.Zh, EN: d.En}, Level: l, Parent: p.divisions[d.Parent],
			Lon: d.Lon, Lat: d.Lat, Valid: since})
		k := committees[i]
		p.committees[d.Code] = newID()
		b.Organisations = append(b.Organisations, directory.Organisation{ID: p.committees[d.Code], Kind: directory.Committee, Name: i18n.Name{ZH: k.Zh, EN: k.En}, Level: l,
			Division: id, Code: d.Code, Valid: since})
		s := content.Supervision(d)
		p.offices[d.Code] = newID()
		b.Organisations = append(b.Organisations, directory.Organisation{ID: p.offices[d.Code], Kind: directory.Office, Name: i18n.Name{ZH: s.Zh, EN: s.En}, Level: l, Division: id, Valid: since})
		for _, x := range content.Departments(d) {
			dept := newID()
			p.departments[d.Code+"/"+x.Kind] = dept
			b.Organisations = append(b.Organisations, directory.Organisation{ID: dept, Kind: directory.Department, Name: i18n.Name{ZH: x.Zh, EN: x.En}, Level: l, Division: id, Valid: since})
		}
		p.members(b, d)
		if d.Level == content.County {
			continue
		}
		for _, x := range content.SpecialCommittees() {
			b.Organisations = append(b.Organisations, directory.Organisation{Kind: directory.SpecialCommittee, Name: i18n.Name{ZH: x.Zh, EN: x.En}, Level: l, Division: id,
				Parent: p.committees[d.Code], Valid: since})
		}
	}
	names := map[string]string{}
	for i, f := range content.Fields() {
		p.fields[f.Key] = newID()
		names[f.Key] = f.Zh
		b.Fields = append(b.Fields, directory.Field{ID: p.fields[f.Key], Path: directory.PathOf(names[f.Parent], f.Zh), Name: i18n.Name{ZH: f.Zh, EN: f.En},
			Parent: p.fields[f.Parent], Position: i})
	}
	return p.Directory.Record(ctx, b)
}
