package accountweb

import (
	"strings"

	"xieshang/internal/account"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/ui"
)

func sessionRows(p *i18n.Printer, sessions []account.Session) (rows []ui.Row) {
	for _, s := range sessions {
		address := s.Address
		if address == "" {
			address = "—"
		}
		rows = append(rows, ui.Row{Cells: []ui.Cell{{Text: deviceName(p, s)}, {Text: p.DateTime(s.LastUsed)}, {Text: address}, {Content: endSessionButton(s)}}})
	}
	return rows
}

func tokenRows(p *i18n.Printer, tokens []account.Token) (rows []ui.Row) {
	for _, t := range tokens {
		used, ends := p.T("account.tokens.unused"), p.T("account.tokens.forever")
		if !t.LastUsed.IsZero() {
			used = p.DateTime(t.LastUsed)
		}
		if !t.Expires.IsZero() {
			ends = p.DateTime(t.Expires)
		}
		rows = append(rows, ui.Row{Cells: []ui.Cell{{Text: t.Name}, {Text: scopeNames(p, t.Scopes)}, {Text: used}, {Text: ends}, {Content: revokeButton(t)}}})
	}
	return rows
}

// grouped cuts a key into groups of four, to be typed by hand.
func grouped(s string) string {
	var b strings.Builder
	for i, r := range s {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func accountFacts(p *i18n.Printer, v accountView) []ui.Fact {
	login, password, factor := v.Account.Login, p.T("account.facts.none"), p.T("account.factor.off")
	if login == "" {
		login = "—"
	}
	if v.Account.HasPassword {
		password = p.DateTime(v.Account.PasswordAt)
	}
	if v.Account.TwoFactor {
		factor = p.T("account.factor.on")
	}
	return []ui.Fact{{Term: p.T("account.field.login"), Text: login}, {Term: p.T("account.facts.password"), Text: password},
		{Term: p.T("account.factor.title"), Text: factor}, {Term: p.T("account.list.created"), Text: p.DateTime(v.Account.Created)}}
}

func linkLabel(p *i18n.Printer, v accountView) string {
	if v.Account.HasPassword {
		return p.T("account.link.reset")
	}
	return p.T("account.link.invite")
}
