package directory

import (
	"time"

	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
)

// ledger is everything that was ever recorded of divisions, organisations, fields and terms: a few thousand rows, kept in memory so that any day, as it is known now or was known
// then, is a pass over them and no question to the database.
type ledger struct {
	version       int64
	divisions     []Recorded[Division]
	organisations []Recorded[Organisation]
	fields        []Recorded[dated[Field]]
	terms         []Recorded[Term]
	kept          []keptSnapshot // the latest that were asked for, newest last
	ever          *Snapshot      // made when it is asked for
}

// dated is a fact whose type has no days of its own.
type dated[T any] struct {
	Fact  T
	Valid clock.Interval
}

type keptSnapshot struct {
	a    asOf
	snap *Snapshot
}

// keptSnapshots is how many days' snapshots are kept: some people turning pages of some days at one time.
const keptSnapshots = 6

func readLedger(tx *db.Tx, version int64) (*ledger, error) {
	l := &ledger{version: version}
	var err error
	l.divisions, err = db.All(tx, func(r *db.Row) (f Recorded[Division], err error) {
		d := &f.Fact
		err = r.Scan(id{&d.ID}, &d.Code, &d.Name.ZH, &d.Name.EN, &d.Level, id{&d.Parent}, &d.Lon, &d.Lat, &d.Valid.From, &d.Valid.To, &f.Recorded, &f.Superseded)
		return f, err
	}, `SELECT `+divisionColumns+`, recorded, superseded FROM division_fact ORDER BY code, name_zh, division_id`)
	if err != nil {
		return nil, err
	}
	l.organisations, err = db.All(tx, func(r *db.Row) (f Recorded[Organisation], err error) {
		o := &f.Fact
		err = r.Scan(id{&o.ID}, &o.Kind, &o.Name.ZH, &o.Name.EN, &o.Level, id{&o.Division}, id{&o.Parent}, &o.Code, &o.Valid.From, &o.Valid.To, &f.Recorded, &f.Superseded)
		return f, err
	}, `SELECT `+organisationColumns+`, recorded, superseded FROM organisation_fact ORDER BY recorded, id`)
	if err != nil {
		return nil, err
	}
	l.fields, err = db.All(tx, func(r *db.Row) (f Recorded[dated[Field]], err error) {
		x := &f.Fact
		err = r.Scan(id{&x.Fact.ID}, &x.Fact.Path, &x.Fact.Name.ZH, &x.Fact.Name.EN, id{&x.Fact.Parent}, &x.Fact.Position, &x.Valid.From, &x.Valid.To, &f.Recorded, &f.Superseded)
		return f, err
	}, `SELECT field_id, path, name_zh, name_en, parent_id, position, valid_from, valid_to, recorded, superseded FROM field_fact ORDER BY position, path`)
	if err != nil {
		return nil, err
	}
	l.terms, err = db.All(tx, func(r *db.Row) (f Recorded[Term], err error) {
		t := &f.Fact
		err = r.Scan(id{&t.ID}, id{&t.Committee}, &t.Number, &t.Valid.From, &t.Valid.To, &f.Recorded, &f.Superseded)
		return f, err
	}, `SELECT term_id, committee_id, number, valid_from, valid_to, recorded, superseded FROM term_fact ORDER BY committee_id, valid_from, number`)
	return l, err
}

// knew tells whether a fact was taken for true at a moment, zero meaning now.
func (f Recorded[T]) knew(at time.Time) bool {
	if at.IsZero() {
		return f.Superseded.IsZero()
	}
	return !f.Recorded.After(at) && (f.Superseded.IsZero() || f.Superseded.After(at))
}

// at makes the snapshot of a day, or finds it among those kept.
func (l *ledger) at(a asOf) *Snapshot {
	for _, k := range l.kept {
		if k.a.Day == a.Day && k.a.Known.Equal(a.Known) {
			return k.snap
		}
	}
	ds := facts(l.divisions, a, func(d *Division) clock.Interval { return d.Valid })
	os := facts(l.organisations, a, func(o *Organisation) clock.Interval { return o.Valid })
	var fs []Field
	for _, f := range facts(l.fields, a, func(f *dated[Field]) clock.Interval { return f.Valid }) {
		fs = append(fs, f.Fact)
	}
	var ts []Term
	for i := range l.terms {
		if l.terms[i].knew(a.Known) {
			ts = append(ts, l.terms[i].Fact)
		}
	}
	snap := newSnapshot(ds, os, fs, ts)
	if l.kept = append(l.kept, keptSnapshot{a, snap}); len(l.kept) > keptSnapshots {
		l.kept = l.kept[1:]
	}
	return snap
}

func facts[T any](list []Recorded[T], a asOf, days func(*T) clock.Interval) []T {
	var out []T
	for i := range list {
		if f := &list[i]; f.knew(a.Known) && days(&f.Fact).Contains(a.Day) {
			out = append(out, f.Fact)
		}
	}
	return out
}

// unchanged gives the days around a day on which no fact begins or ends, as known now.
func (l *ledger) unchanged(day clock.Date) clock.Interval {
	out := clock.Interval{From: clock.Of(1, 1, 1)}
	see := func(v clock.Interval) {
		for _, d := range []clock.Date{v.From, v.To} {
			switch {
			case d.IsZero():
			case !d.After(day):
				if d.After(out.From) {
					out.From = d
				}
			case out.To.IsZero() || d.Before(out.To):
				out.To = d
			}
		}
	}
	for i := range l.divisions {
		if l.divisions[i].Superseded.IsZero() {
			see(l.divisions[i].Fact.Valid)
		}
	}
	for i := range l.organisations {
		if l.organisations[i].Superseded.IsZero() {
			see(l.organisations[i].Fact.Valid)
		}
	}
	for i := range l.fields {
		if l.fields[i].Superseded.IsZero() {
			see(l.fields[i].Fact.Valid)
		}
	}
	return out
}
