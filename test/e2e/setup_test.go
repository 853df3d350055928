package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"xieshang/internal/app/apptest"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/browsertest"
)

// TestTheAdministratorsPages looks at every page of set-up, directory and calendar on a phone and on a desk, in both languages and looks. With XIESHANG_PICTURES set
// to a folder it leaves a picture of each there.
func TestTheAdministratorsPages(t *testing.T) {
	s, _ := site(t)
	s.Account("chief", authz.Admin)
	list := filepath.Join(t.TempDir(), "list.csv")
	if err := os.WriteFile(list, []byte("代码,名称,级别,开始日期\n999901,样例区,县,2020-01-01\n99990,坏县,县,2020-01-01\n999902,样例县,县,2020-02-30\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	b := browsertest.New(t)
	for name, v := range map[string]browsertest.View{"phone-zh": {Width: 360, Height: 740, Lang: "zh-CN"}, "phone-en-dark": {Width: 360, Height: 740, Lang: "en", Dark: true}, "desk-en": {Width: 1440, Height: 900, Lang: "en"},
		"desk-zh-dark": {Width: 1440, Height: 900, Lang: "zh-CN", Dark: true}} {
		p := b.Page(v)
		look := func(page string) {
			p.Accessible()
			p.NoHorizontalScroll()
			if dir := os.Getenv("XIESHANG_PICTURES"); dir != "" {
				p.Screenshot(filepath.Join(dir, page+"-"+name+".png"))
			}
		}
		p.Go(s.URL + "/login?next=/admin/setup")
		p.Fill("#login", "chief")
		p.Fill("#password", apptest.Password)
		p.Click("main button[type=submit]")
		p.Wait(".setup-steps")
		look("setup")
		for _, path := range []string{"/admin/directory", "/admin/directory/organisations/new", "/admin/directory/organisations/" + s.Committee.String(), "/admin/directory/divisions", "/admin/directory/divisions/" + s.Division.String(),
			"/admin/directory/fields", "/admin/directory/people", "/admin/directory/people/new", "/admin/directory/import/organisations", "/admin/calendar", "/admin/calendar/import", "/admin/accounts/bulk"} {
			p.Go(s.URL + path)
			look(strings.ReplaceAll(strings.TrimPrefix(strings.ReplaceAll(strings.ReplaceAll(path, s.Committee.String(), "one"), s.Division.String(), "one"), "/admin/"), "/", "-"))
		}
		p.Go(s.URL + "/admin/directory/import/divisions")
		p.Upload("#file", list)
		p.Click("form#intake button[type=submit]")
		p.Wait("form#confirm")
		look("preview")
	}
}
