package accountweb

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"xieshang/internal/account"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/intake"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/sheet"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

// bulkColumns are those of a list of invitations.
func bulkColumns() []sheet.Column {
	return []sheet.Column{{Name: "name", Aliases: []string{"姓名"}, Required: true}, {Name: "role", Aliases: []string{"角色", "身份"}, Required: true}, {Name: "place", Aliases: []string{"单位", "所属单位"}},
		{Name: "login", Aliases: []string{"登录名"}}, {Name: "email", Aliases: []string{"邮箱", "电子邮箱"}}}
}

// invited is one row of a list with what became of it.
type invited struct {
	row   sheet.Row
	in    account.Invitation
	roles string
	place string
	link  account.Link
}

type bulkView struct {
	Page  ui.PageView
	Head  ui.HeadView
	Table ui.TableView
	Known string
	Empty bool
}

func (p *Pages) bulkView(w http.ResponseWriter, r *http.Request) intake.View {
	t := text(r)
	v := intake.View{Page: p.frame.Staff(w, r, t.T("account.bulk.title")), Action: "/admin/accounts/bulk", Back: ui.Link{Label: t.T("account.list.back"), Href: "/admin/accounts"},
		Links: []ui.Link{{Label: t.T("account.bulk.template"), Href: "/admin/accounts/bulk/template.xlsx"}}}
	v.Head = ui.HeadView{Crumbs: []ui.Link{{Label: t.T("account.list.title"), Href: "/admin/accounts"}, {Label: v.Page.Title}}, Title: v.Page.Title, Lead: t.T("account.bulk.lead")}
	meaning := map[string]string{"name": "account.bulk.column.name", "role": "account.bulk.column.role", "place": "account.bulk.column.place", "login": "account.bulk.column.login", "email": "account.bulk.column.email"}
	for _, c := range bulkColumns() {
		v.Columns = append(v.Columns, intake.Column{Titles: c.Aliases[0] + " · " + c.Name, Required: c.Required, Text: t.T(meaning[c.Name])})
	}
	v.Buttons = []ui.ButtonView{{Label: t.T("account.bulk.xlsx"), Kind: "primary", Icon: "download", Name: "as", Value: "xlsx"}, {Label: t.T("account.bulk.print"), Icon: "print", Name: "as", Value: "page"}}
	return v
}

func (p *Pages) bulkForm(w http.ResponseWriter, r *http.Request) error {
	if _, err := p.accounts.GivableRoles(r.Context()); err != nil {
		return err
	}
	return p.desk.Show(w, r, p.bulkView(w, r))
}

// bulk invites everybody of a list and hands the links over, once.
func (p *Pages) bulk(w http.ResponseWriter, r *http.Request) error {
	var made []invited
	known := 0
	list := intake.List{Kind: "invitations", Columns: bulkColumns(), Run: func(ctx context.Context, t *sheet.Table, dry, skip bool) (out intake.Outcome, err error) {
		made, known, out, err = p.readBulk(ctx, t)
		if err != nil || dry || out.Bad.Total() > 0 && !skip {
			return out, err
		}
		all := make([]account.Invitation, len(made))
		for i, m := range made {
			all[i] = m.in
		}
		links, err := p.accounts.InviteMany(ctx, all)
		for i := range links {
			made[i].link = links[i]
		}
		return out, err
	}}
	return p.desk.Post(w, r, list, p.bulkView(w, r), func(_ intake.Outcome, form url.Values) error {
		if form.Get("as") == "xlsx" {
			return p.bulkSheet(w, r, made)
		}
		return p.bulkPage(w, r, made, known)
	})
}

// readBulk reads and checks a list; only rows that can be invited are in made.
func (p *Pages) readBulk(ctx context.Context, t *sheet.Table) (made []invited, known int, out intake.Outcome, err error) {
	out.Bad = sheet.NewErrors(500)
	printer := i18n.From(ctx)
	var all []invited
	for row, err := range t.Rows() {
		var x invited
		if err == nil {
			x, err = p.readRow(ctx, printer, row)
		}
		if err == nil {
			all = append(all, x)
			continue
		}
		if !out.Bad.Add(err) {
			return nil, 0, out, err
		}
	}
	list := make([]account.Invitation, len(all))
	for i, x := range all {
		list[i] = x.in
	}
	checked, err := p.accounts.CheckMany(ctx, list)
	if err != nil {
		return nil, 0, out, err
	}
	for i, c := range checked {
		switch {
		case c.Err != nil:
			out.Bad.Add(rowError(all[i].row, c.Err))
		case c.Known:
			out.Same++
		default:
			made = append(made, all[i])
			out.New++
			if len(out.Changes) < 200 {
				out.Changes = append(out.Changes, intake.Change{Line: all[i].row.Line, Name: all[i].in.Name + " · " + all[i].roles + " · " + all[i].place, New: true})
			}
		}
	}
	return made, out.Same, out, nil
}

// rowError puts a refusal beside the cell that it is about.
func rowError(row sheet.Row, err error) error {
	pr, ok := problem.Of(err)
	if !ok {
		return err
	}
	if len(pr.Fields) == 0 {
		return row.Err("", pr.Key, pr.Args...)
	}
	f := pr.Fields[0]
	switch f.Name {
	case "name", "role", "place", "login", "email":
		return row.Err(f.Name, f.Key, f.Args...)
	}
	return row.Err("", f.Key, f.Args...)
}

func (p *Pages) readRow(ctx context.Context, printer *i18n.Printer, row sheet.Row) (x invited, err error) {
	x.row = row
	if x.in.Name, err = row.Need("name"); err != nil {
		return x, err
	}
	x.in.Login, x.in.Email = row.Clean("login"), row.Clean("email")
	if _, err = row.Need("role"); err != nil {
		return x, err
	}
	words := strings.FieldsFunc(row.Clean("role"), func(c rune) bool { return strings.ContainsRune("、,，;；/", c) })
	var names []string
	for _, word := range words {
		role, ok := parseRole(printer, strings.TrimSpace(word))
		if !ok {
			return x, row.Err("role", "account.bulk.role", "text", word)
		}
		x.in.Grants = append(x.in.Grants, account.NewGrant{Role: role})
		names = append(names, printer.T("role."+string(role)))
	}
	x.roles = strings.Join(names, printer.T("account.list.and"))
	for i := range x.in.Grants {
		g := &x.in.Grants[i]
		if g.Role == authz.Admin {
			continue
		}
		place, err := p.placeOf(ctx, row, g.Role)
		if err != nil {
			return x, err
		}
		g.Place, x.place = place.ID, printer.Name(place.Name)
	}
	return x, nil
}

// placeOf finds the place that a row names: by its whole name, or by a part of it that fits only one.
func (p *Pages) placeOf(ctx context.Context, row sheet.Row, role authz.Role) (account.Place, error) {
	name, err := row.Need("place")
	if err != nil {
		return account.Place{}, err
	}
	if u, err := uuid.Parse(name); err == nil {
		if found, err := p.accounts.PlacesByID(ctx, []uuid.UUID{u}); err == nil && found[u].ID == u {
			return found[u], nil
		}
	}
	found, err := p.accounts.FindPlaces(ctx, name, 200)
	if err != nil {
		return account.Place{}, err
	}
	var whole, part []account.Place
	for _, v := range found {
		if v.Department != role.OfDepartment() {
			continue
		}
		part = append(part, v)
		if v.Name.ZH == name || strings.EqualFold(v.Name.EN, name) {
			whole = append(whole, v)
		}
	}
	switch {
	case len(whole) == 1:
		return whole[0], nil
	case len(whole) > 1 || len(part) > 1:
		return account.Place{}, row.Err("place", "account.bulk.place-several", "text", name)
	case len(part) == 1:
		return part[0], nil
	}
	return account.Place{}, row.Err("place", "account.bulk.place-unknown", "text", name)
}

func parseRole(p *i18n.Printer, word string) (authz.Role, bool) {
	chinese := map[string]authz.Role{"委员": authz.Member, "审核": authz.Reviewer, "审核员": authz.Reviewer, "交办": authz.Dispatcher, "分办": authz.Dispatcher, "交办员": authz.Dispatcher, "编辑": authz.Editor, "组织联络": authz.Organiser, "经办人": authz.Clerk, "联络员": authz.Clerk,
		"负责人": authz.Head, "领导": authz.Leader, "指导员": authz.Instructor, "管理员": authz.Admin}
	if r, ok := chinese[word]; ok {
		return r, true
	}
	for _, r := range authz.Roles() {
		if strings.EqualFold(word, string(r)) || strings.EqualFold(word, p.T("role."+string(r))) {
			return r, true
		}
	}
	return "", false
}

func (p *Pages) bulkPage(w http.ResponseWriter, r *http.Request, made []invited, known int) error {
	t := text(r)
	v := bulkView{Page: p.frame.Staff(w, r, t.T("account.bulk.done"))}
	v.Head = ui.HeadView{Crumbs: []ui.Link{{Label: t.T("account.list.title"), Href: "/admin/accounts"}, {Label: v.Page.Title}}, Title: v.Page.Title, Lead: t.T("account.bulk.done.lead")}
	v.Table = ui.TableView{Caption: v.Page.Title, Stack: true, Columns: []ui.Column{{Label: t.T("account.field.name")}, {Label: t.T("account.list.roles")}, {Label: t.T("account.link.address")}, {Label: t.T("account.link.until")}}}
	for _, m := range made {
		if m.link.Path == "" {
			known++
			continue
		}
		v.Table.Rows = append(v.Table.Rows, ui.Row{Cells: []ui.Cell{{Text: m.in.Name}, {Text: m.roles, Sub: m.place}, {Text: linkText(r, m.link)}, {Text: t.DateTime(m.link.Expires)}}})
	}
	if known > 0 {
		v.Known = t.N("account.bulk.known", known)
	}
	v.Empty = len(v.Table.Rows) == 0
	return web.Render(w, r, http.StatusOK, bulkDonePage(v))
}

func (p *Pages) bulkSheet(w http.ResponseWriter, r *http.Request, made []invited) error {
	t := text(r)
	out := attachment(w, "invitations.xlsx", t.T("account.bulk.sheet"))
	err := out.Header(sheet.Head{Name: "name", Title: t.T("account.field.name"), Width: 16}, sheet.Head{Name: "role", Title: t.T("account.list.roles"), Width: 24}, sheet.Head{Name: "place", Title: t.T("account.field.place"), Width: 30},
		sheet.Head{Name: "link", Title: t.T("account.link.address"), Width: 70}, sheet.Head{Name: "until", Title: t.T("account.link.until"), Width: 20})
	for _, m := range made {
		if m.link.Path != "" {
			err = errors.Join(err, out.Row(m.in.Name, m.roles, m.place, linkText(r, m.link), t.DateTime(m.link.Expires)))
		}
	}
	return errors.Join(err, out.Close())
}

func (p *Pages) bulkTemplate(w http.ResponseWriter, r *http.Request) error {
	out := attachment(w, "invitations-template.xlsx", text(r).T("account.bulk.sheet"))
	var heads []sheet.Head
	for _, c := range bulkColumns() {
		heads = append(heads, sheet.Head{Name: c.Name, Title: c.Aliases[0], Width: 20})
	}
	return errors.Join(out.Header(heads...), out.Row("王样例", "审核、交办", "政协样例市委员会", "wangyangli", ""), out.Close())
}

func attachment(w http.ResponseWriter, name, sheetName string) *sheet.Writer {
	w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	return sheet.NewXLSX(w, sheetName)
}
