package rosterweb

import (
	"time"

	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/ui"
)

// traceTable is everything that was ever recorded of a thing; nothing in it is overwritten.
func traceTable(p *i18n.Printer) ui.TableView {
	return ui.TableView{Caption: p.T("directory.history"), Stack: true, Columns: []ui.Column{{Label: p.T("roster.fact")}, {Label: p.T("directory.field.from")}, {Label: p.T("directory.field.to")}, {Label: p.T("directory.recorded")}, {Label: p.T("directory.superseded")}}}
}

func traceRow(p *i18n.Printer, name, sub string, v clock.Interval, recorded, superseded time.Time) ui.Row {
	until := ui.Cell{Content: ui.Badge(ui.BadgeView{Label: p.T("directory.known-now"), Tone: ui.OK})}
	if !superseded.IsZero() {
		until = ui.Cell{Text: p.DateTime(superseded)}
	}
	return ui.Row{Cells: []ui.Cell{{Text: name, Sub: sub}, {Text: day(p, v.From)}, {Text: day(p, v.To)}, {Text: p.DateTime(recorded)}, until}}
}
