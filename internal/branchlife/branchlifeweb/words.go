package branchlifeweb

import (
	"strconv"

	"xieshang/internal/branchlife"
	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"

	"github.com/google/uuid"
)

// span says a period in words: 3月, 第二季度, 上半年, 全年.
func span(p *i18n.Printer, e branchlife.Every, days clock.Interval) string {
	n := (int(days.From.Month)-1)/max(1, e.Months()) + 1
	if e == branchlife.Year {
		return p.T("branchlifeweb.span.year", "year", strconv.Itoa(days.From.Year))
	}
	return p.T("branchlifeweb.span." + string(e) + "." + strconv.Itoa(n))
}

// stands says how a period stands, with the reason and what is only provisional.
func stands(p *i18n.Printer, x branchlife.Slot) string {
	word := p.T("branchlife.state." + string(x.State))
	switch {
	case x.State == branchlife.Done && x.Provisional:
		return p.T("branchlifeweb.provisional")
	case x.State == branchlife.Exempt:
		return word + p.T("branchlifeweb.because", "why", p.T("branchlife.why."+string(x.Why)))
	case x.Wanted > 1:
		return word + p.T("branchlifeweb.of", "have", x.Have, "wanted", x.Wanted)
	}
	return word
}

// asks says a rule in words: 每季度 1 次.
func asks(p *i18n.Printer, r branchlife.Rule) string {
	return p.N("branchlifeweb.asks", r.Times, "every", p.T("branchlife.every."+string(r.Every)))
}

func source(p *i18n.Printer, r branchlife.Rule) string {
	if p.Lang() == i18n.EN && r.SourceEN != "" {
		return r.SourceEN
	}
	return r.Source
}

func kindWord(p *i18n.Printer, k directory.Kind) string { return p.T("directory.kind." + string(k)) }

func named(p *i18n.Printer, snap *directory.Snapshot, u uuid.UUID) string {
	if name := p.Name(snap.OrganisationName(u)); name != "" {
		return name
	}
	return p.T("branchlifeweb.gone")
}

// planAddress is where a gathering for an organisation is planned.
func planAddress(c branchlife.Counts, o uuid.UUID) string {
	return "/gatherings/new?kind=" + string(c) + "&holder=" + o.String()
}
