package contactapi

import (
	"context"

	"xieshang/internal/contact"
	"xieshang/internal/platform/problem"
)

func (o *Operations) links(ctx context.Context, in *committeeInput) (*listOf[ContactLink], error) {
	var c problem.Check
	snap, k, err := o.committee(ctx, &c, in.Committee)
	if err != nil {
		return nil, err
	}
	on := day(&c, "as_of", in.AsOf)
	if err := c.Err(); err != nil {
		return nil, err
	}
	all, err := o.service.OfCommittee(ctx, k, on)
	if err != nil {
		return nil, err
	}
	out := &listOf[ContactLink]{ContactList[ContactLink]{[]ContactLink{}}}
	for _, r := range all.Rows {
		name := r.TargetName
		if r.Kind != contact.ToMember {
			name = snap.OrganisationName(r.Target).ZH
		}
		out.Body.Items = append(out.Body.Items, ContactLink{ID: r.ID, Kind: string(r.Kind), Contact: r.Contact, Name: r.ContactName, Target: r.Target, Who: name, From: r.Held.From.String(), To: r.Held.To.String(),
			Reason: string(r.Ends), Holds: r.Now, Times: r.Times})
	}
	return out, nil
}

func (o *Operations) proposals(ctx context.Context, in *proposalsInput) (*listOf[ContactProposal], error) {
	var c problem.Check
	_, k, err := o.committee(ctx, &c, in.Committee)
	if err != nil {
		return nil, err
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	all, err := o.service.Propose(ctx, k)
	if err != nil {
		return nil, err
	}
	out := &listOf[ContactProposal]{ContactList[ContactProposal]{[]ContactProposal{}}}
	for _, p := range all.List {
		x := ContactProposal{Member: p.Member.ID, Name: p.Member.Name, Contact: p.Contact.ID, Who: p.Contact.Name, Near: []string{}, Above: p.Above}
		for _, n := range p.Contact.Near {
			x.Near = append(x.Near, string(n))
		}
		out.Body.Items = append(out.Body.Items, x)
	}
	return out, nil
}

func (o *Operations) put(ctx context.Context, in *putInput) (*madeOutput, error) {
	var c problem.Check
	_, k, err := o.committee(ctx, &c, in.Body.Committee)
	if err != nil {
		return nil, err
	}
	l := contact.Link{Committee: k, Kind: contact.Kind(in.Body.Kind), Contact: in.Body.Contact, Target: in.Body.Target}
	l.Valid.From = day(&c, "from", in.Body.From)
	if err := c.Err(); err != nil {
		return nil, err
	}
	if in.Body.ID != nil {
		l.ID = *in.Body.ID
	}
	out := &madeOutput{}
	out.Body.ID, err = o.service.Put(ctx, l)
	return out, err
}

func (o *Operations) end(ctx context.Context, in *endInput) (*struct{}, error) {
	var c problem.Check
	_, k, err := o.committee(ctx, &c, in.Body.Committee)
	if err != nil {
		return nil, err
	}
	from := day(&c, "from", in.Body.From)
	if err := c.Err(); err != nil {
		return nil, err
	}
	return &struct{}{}, o.service.End(ctx, k, in.ID, from, contact.Reason(in.Body.Reason))
}

func (o *Operations) mine(ctx context.Context, _ *struct{}) (*listOf[ContactTie], error) {
	m, err := o.service.Mine(ctx)
	if err != nil {
		return nil, err
	}
	snap, err := o.directory.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	out := &listOf[ContactTie]{ContactList[ContactTie]{[]ContactTie{}}}
	for _, x := range []struct {
		side string
		list []contact.Tie
	}{{"contact", m.Contact}, {"target", m.Targets}, {"branch", m.Branch}} {
		for _, t := range x.list {
			name := t.Name
			if t.Kind != contact.ToMember {
				name = snap.OrganisationName(t.Target).ZH
			}
			out.Body.Items = append(out.Body.Items, ContactTie{Side: x.side, Committee: t.Committee, Contact: t.Contact, Target: t.Target, Kind: string(t.Kind), Name: name, Since: t.Since.String(), Holds: t.Now, Times: t.Times})
		}
	}
	return out, nil
}

func (o *Operations) entries(ctx context.Context, in *pairInput) (*listOf[ContactEntry], error) {
	list, err := o.service.Entries(ctx, contact.Pair(*in))
	if err != nil {
		return nil, err
	}
	out := &listOf[ContactEntry]{ContactList[ContactEntry]{[]ContactEntry{}}}
	for _, e := range list {
		out.Body.Items = append(out.Body.Items, ContactEntry{ID: e.ID, Day: e.Day.String(), How: string(e.How), Words: e.Words, Author: e.Author, Recorded: e.Recorded})
	}
	return out, nil
}

func (o *Operations) note(ctx context.Context, in *noteInput) (*madeOutput, error) {
	var c problem.Check
	on := day(&c, "day", in.Body.Day)
	if err := c.Err(); err != nil {
		return nil, err
	}
	out := &madeOutput{}
	var err error
	out.Body.ID, err = o.service.Log(ctx, contact.Pair{Committee: in.Body.Committee, Contact: in.Body.Contact, Target: in.Body.Target}, on, contact.How(in.Body.How), in.Body.Words)
	return out, err
}
