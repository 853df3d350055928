package main

import (
	"fmt"
	"strings"

	"xieshang/internal/platform/i18n"
	wf "xieshang/internal/platform/workflow"
)

// page is the guide's page: what the picture shows, who reads what, every action, and the diagram as Mermaid text.
func page(p *i18n.Printer, t *wf.Table) string {
	var b strings.Builder
	say := func(key string, args ...any) { b.WriteString(p.T(key, args...) + "\n\n") }
	state := func(s wf.State) string { return p.T("suggestion.state." + string(s)) }
	action := func(a wf.Action) string { return p.T("suggestion.action." + string(a)) }
	b.WriteString("<!-- " + p.T("lifedoc.made") + " -->\n# " + p.T("lifedoc.title") + "\n\n")
	say("lifedoc.lead")
	fmt.Fprintf(&b, "![%s](../../pictures/life-%s.svg)\n\n", p.T("lifedoc.title"), p.Lang())
	b.WriteString("## " + p.T("lifedoc.reads") + "\n\n")
	for _, key := range []string{"public", "parties", "staff", "levels", "merged", "member"} {
		b.WriteString("- " + p.T("lifedoc.reads."+key) + "\n")
	}
	b.WriteString("\n## " + p.T("lifedoc.actions") + "\n\n")
	say("lifedoc.actions.lead")
	row := func(cells ...string) {
		for i := range cells {
			cells[i] = strings.ReplaceAll(cells[i], "|", "\\|")
		}
		b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
	}
	row(p.T("lifedoc.col.action"), p.T("lifedoc.col.who"), p.T("lifedoc.col.from"), p.T("lifedoc.col.to"), p.T("lifedoc.col.reads"), p.T("lifedoc.col.inputs"))
	row("---", "---", "---", "---", "---", "---")
	comma := p.T("lifedoc.comma")
	for _, tr := range t.Transitions {
		var who, from, to, inputs []string
		for _, r := range tr.Who {
			who = append(who, p.T("lifedoc.who."+string(r)))
		}
		for _, s := range tr.From {
			from = append(from, state(s))
		}
		if len(tr.From) == len(t.States)-1 { // everything but a draft
			from = []string{p.T("lifedoc.everywhere")}
		}
		for _, s := range tr.To {
			to = append(to, state(s))
		}
		if tr.Stays() {
			to = []string{p.T("lifedoc.stays")}
		}
		for _, i := range tr.Inputs {
			name := p.T("suggestion.input." + i.Name)
			if i.Required {
				name += "*"
			}
			inputs = append(inputs, name)
		}
		row(action(tr.Action)+" `"+string(tr.Action)+"`", strings.Join(who, comma), strings.Join(from, comma), strings.Join(to, comma), p.T("suggestion.audience."+string(tr.Audience)), strings.Join(inputs, comma))
	}
	b.WriteString("\n## Mermaid\n\n```mermaid\n" + t.Mermaid(state, action) + "```\n")
	return b.String()
}
