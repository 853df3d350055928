package demo

import (
	"context"
	"fmt"

	"xieshang/internal/account"
	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"

	"github.com/google/uuid"
)

// accounts makes one account of every role at the province, one city and one county, and clerks and heads of the departments there.
func (p *province) accounts(ctx context.Context) error {
	type row struct {
		login, name, place string
		grants             []authz.Grant
	}
	g := func(r authz.Role, place uuid.UUID) authz.Grant { return authz.Grant{Role: r, Place: place} }
	rows := []row{{"admin", "管理员（演示）", "全平台 / whole platform", []authz.Grant{g(authz.Admin, uuid.Nil)}}}
	for _, l := range []struct{ prefix, code, zh, place string }{{"sheng", "430000", "省", "省级 / province"}, {"shi", "430100", "市", "市级 / city (430100)"}, {"xian", "430102", "区", "区级 / district (430102)"}} {
		k := p.committees[l.code]
		rows = append(rows,
			row{l.prefix + "-weiyuan", l.zh + "委员甲（演示）", l.place, []authz.Grant{g(authz.Member, k)}},
			row{l.prefix + "-weiyuan2", l.zh + "委员乙（演示）", l.place, []authz.Grant{g(authz.Member, k), g(authz.Instructor, k)}},
			row{l.prefix + "-shenhe", l.zh + "审核员（演示）", l.place, []authz.Grant{g(authz.Reviewer, k)}},
			row{l.prefix + "-jiaoban", l.zh + "交办员（演示）", l.place, []authz.Grant{g(authz.Dispatcher, k)}},
			row{l.prefix + "-bianji", l.zh + "编辑（演示）", l.place, []authz.Grant{g(authz.Editor, k)}},
			row{l.prefix + "-zuzhi", l.zh + "组织联络员（演示）", l.place, []authz.Grant{g(authz.Organiser, k)}},
			row{l.prefix + "-lingdao", l.zh + "领导（演示）", l.place, []authz.Grant{g(authz.Leader, k)}},
			row{l.prefix + "-ducha", l.zh + "督查室（演示）", l.place, []authz.Grant{g(authz.Clerk, p.offices[l.code])}},
			row{l.prefix + "-zhujian", l.zh + "住建经办（演示）", l.place, []authz.Grant{g(authz.Clerk, p.departments[l.code+"/housing"])}},
			row{l.prefix + "-zhujian-fuze", l.zh + "住建负责人（演示）", l.place, []authz.Grant{g(authz.Head, p.departments[l.code+"/housing"])}},
			row{l.prefix + "-jiaotong", l.zh + "交通经办兼负责人（演示）", l.place, []authz.Grant{g(authz.Clerk, p.departments[l.code+"/transport"]), g(authz.Head, p.departments[l.code+"/transport"])}},
		)
	}
	rows = append(rows, row{secretaryLogin, "市支部书记（演示）", "市级 / city (430100)", []authz.Grant{g(authz.Member, p.committees["430100"])}})
	from := clock.Interval{From: clock.Of(2020, 1, 1)}
	b := &directory.Batch{}
	for _, r := range rows {
		in := account.Invitation{Login: r.login, Name: r.name}
		if place := r.grants[0].Place; place != uuid.Nil {
			in.Person = p.holder(b, r.login, r.name, place, post(r.grants[0].Role), from)
		}
		for _, x := range r.grants {
			in.Grants = append(in.Grants, account.NewGrant{Role: x.Role, Place: x.Place, Days: from})
		}
		id, err := p.Accounts.Create(ctx, in, Password)
		if err != nil {
			return fmt.Errorf("account %s: %w", r.login, err)
		}
		p.people[r.login] = authz.Actor{Account: id, Person: in.Person, Name: r.name, Grants: r.grants}
		p.logins = append(p.logins, Login{Login: r.login, Name: r.name, Roles: r.grants, Place: r.place})
	}
	return p.Directory.Record(ctx, b)
}

// post is what somebody with the role is called in the directory.
func post(r authz.Role) directory.Post {
	switch r {
	case authz.Member:
		return directory.MemberPost
	case authz.Clerk:
		return directory.ClerkPost
	case authz.Head:
		return directory.HeadPost
	}
	return directory.StaffPost
}
