package demo

import (
	"context"
	"time"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
)

// imports brings two lists in as the city's organiser would this morning, so that there is something to look at and to undo; a third waits for its mistake to be mended.
func (p *province) imports(ctx context.Context) error {
	organiser, committee := authz.With(ctx, p.people["shi-zuzhi"]), p.committees["430100"]
	for i, l := range []struct {
		kind       directory.ListKind
		name, text string
		store      bool
	}{
		{directory.PeopleList, "新到干部.csv", "姓名,性别,出生年份,政治面貌,入党日期\n白样例（演示）,女,1986,中共党员,2010-07-01\n黑样例（演示）,男,1991,民盟,2019-05-01\n", true},
		{directory.MembershipList, "新到干部任职.csv", "姓名,单位,职务,任职日期,产生方式\n白样例（演示）,430100,工作人员,2026-01-05,转入\n黑样例（演示）,430100,工作人员,2026-01-05,任命\n", true},
		{directory.PeopleList, "干部名册（待核）.csv", "姓名,出生年份,政治面貌,入党日期\n白样例（演示）,1986,中共党员,2011-07-01\n灰样例（演示）,一九九零,无党派,\n", false},
	} {
		p.Clock.Set(p.Now.Add(time.Duration(i-9) * 20 * time.Minute))
		u, err := p.Directory.BeginImport(organiser, l.kind, committee, l.name, []byte(l.text))
		if err != nil {
			return err
		}
		if l.store {
			if err := p.Directory.ConfirmImport(organiser, u, false); err != nil {
				return err
			}
		}
	}
	return nil
}
