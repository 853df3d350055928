package rosterweb

import (
	"net/http"
	"net/url"
	"time"

	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/ui"
)

// moment is what a page is about: a day, and the day at whose end it was known.
type moment struct {
	directory.When
	today clock.Date
	known clock.Date // zero: now
	bad   bool       // a date in the address was none
}

// moment reads the address. What is known tomorrow is what is known now.
func (h *Pages) moment(r *http.Request) moment {
	m := moment{When: directory.When{Day: h.today()}, today: h.today()}
	q := r.URL.Query()
	if s := q.Get("day"); s != "" {
		d, err := clock.ParseDate(s)
		if err == nil {
			m.Day = d
		}
		m.bad = m.bad || err != nil
	}
	if s := q.Get("known"); s != "" {
		d, err := clock.ParseDate(s)
		if err == nil && d.Before(m.today) {
			m.known = d
			m.Known = d.End().Add(-time.Microsecond)
		}
		m.bad = m.bad || err != nil
	}
	return m
}

// link keeps the moment in an address.
func (m moment) link(path string) string {
	q := url.Values{}
	m.put(q)
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

func (m moment) put(q url.Values) {
	q.Del("day")
	q.Del("known")
	if m.Day != m.today {
		q.Set("day", m.Day.String())
	}
	if !m.known.IsZero() {
		q.Set("known", m.known.String())
	}
}

// hidden are the fields that keep the moment in a form.
func (m moment) hidden() (out [][2]string) {
	q := url.Values{}
	m.put(q)
	for _, k := range []string{"day", "known"} {
		if q.Get(k) != "" {
			out = append(out, [2]string{k, q.Get(k)})
		}
	}
	return out
}

// bar is where the moment is chosen; it keeps what else the address asks for, but not the place in a list.
func (m moment) bar(p *i18n.Printer, r *http.Request) *whenView {
	v := &whenView{Action: r.URL.Path, Day: ui.FieldView{Name: "day", Label: p.T("roster.day"), Value: m.Day.String(), Bare: true},
		Known: ui.FieldView{Name: "known", Label: p.T("roster.known"), Hint: p.T("roster.known.hint"), Value: dateText(m.known), Bare: true}}
	q := r.URL.Query()
	for _, k := range []string{"day", "known", "after", "name"} {
		q.Del(k)
	}
	for k, list := range q {
		for _, s := range list {
			v.Hidden = append(v.Hidden, [2]string{k, s})
		}
	}
	if m.Day != m.today || !m.known.IsZero() {
		v.Now = r.URL.Path
		if len(q) > 0 {
			v.Now += "?" + q.Encode()
		}
	}
	return v
}

// notices say which moment is shown when it is not the present one. differ is how many rows were known otherwise than now, later how many are known now only.
func (m moment) notices(p *i18n.Printer, differ, later int) (out []ui.NoticeView) {
	if m.bad {
		out = append(out, ui.NoticeView{Tone: ui.Warn, Text: p.T("roster.bad-date")})
	}
	if m.Day != m.today {
		out = append(out, ui.NoticeView{Tone: ui.Info, Text: p.T("roster.banner.day", "day", p.Date(m.Day))})
	}
	if !m.Now() {
		t := p.T("roster.banner.same")
		if differ > 0 || later > 0 {
			t = p.T("roster.banner.differs", "differ", differ, "later", later)
		}
		out = append(out, ui.NoticeView{Tone: ui.Warn, Title: p.T("roster.banner.known", "day", p.Date(m.known)), Text: t})
	}
	return out
}

// otherwise marks a row that was known otherwise than it is now.
func otherwise(p *i18n.Printer) ui.Cell {
	return ui.Cell{Content: ui.Badge(ui.BadgeView{Label: p.T("roster.otherwise"), Tone: ui.Second})}
}

// heldKey is what a post was known as: two records with the same key say the same.
type heldKey struct {
	person, organisation   [16]byte
	post                   directory.Post
	sector, name           string
	service                directory.Tenure
	from, to               clock.Date
	startReason, endReason directory.Reason
}

func keyOf(h directory.Holding) heldKey {
	return heldKey{h.Person, h.Organisation, h.Post, h.Sector, h.Name, h.Service, h.Valid.From, h.Valid.To, h.StartReason, h.EndReason}
}

// compare tells which of the rows known then are known otherwise now, and how many are known now only.
func compare(then, now []directory.Holding) (differ map[int]bool, later int) {
	have := make(map[heldKey]bool, len(now))
	for _, h := range now {
		have[keyOf(h)] = true
	}
	differ = map[int]bool{}
	met := 0
	for i, h := range then {
		if have[keyOf(h)] {
			met++
		} else {
			differ[i] = true
		}
	}
	return differ, len(now) - met
}
