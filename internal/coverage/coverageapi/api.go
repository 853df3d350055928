// Package coverageapi is the JSON face of the two full coverages (C2): the same figures and the same names as the pages, cut to the caller by the service.
package coverageapi

import (
	"context"
	"net/http"

	"xieshang/internal/coverage"
	"xieshang/internal/directory"
	"xieshang/internal/platform/api"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

// Directory is what the API asks of the directory.
type Directory interface {
	Snapshot(ctx context.Context) (*directory.Snapshot, error)
}

// Operations are those of the coverages.
type Operations struct {
	service   *coverage.Service
	directory Directory
}

// New adds every operation to the API.
func New(to *api.API, s *coverage.Service, d Directory) *Operations {
	o := &Operations{service: s, directory: d}
	readers := web.Roles(append(coverage.Readers(), authz.Admin)...)
	api.Add(to, api.Op{ID: "get-coverage", Method: http.MethodGet, Path: "/api/v1/coverage", Tag: "coverage", Summary: "The two full coverages", Who: readers,
		Details: "Figures of a committee and of those below it on a day, by committee and sector, with a trend by month. For staff and leaders of the committee or of one above it. Everything is " +
			"computed from what is recorded now, past months too.", Errors: []int{http.StatusNotFound}}, o.report)
	api.Add(to, api.Op{ID: "list-coverage-gaps", Method: http.MethodGet, Path: "/api/v1/coverage/gaps", Tag: "coverage", Summary: "Who is not reached, by name", Who: readers,
		Details: "For staff and leaders of the committee itself, and of a committee above to which it granted its names.", Errors: []int{http.StatusNotFound}}, o.gaps)
	return o
}

// CoverageFigure counts members on a day.
type CoverageFigure struct {
	Members int `json:"members" example:"120" doc:"members of the committees; somebody who is a member of two counts in each"`
	CPC     int `json:"cpc" example:"50" doc:"CPC members"`
	Placed  int `json:"placed" example:"44" doc:"of these, placed in a members' branch"`
	Others  int `json:"others" example:"66" doc:"members known to be outside the Party"`
	Reached int `json:"reached" example:"60" doc:"of these, with a contact link that holds"`
	Unknown int `json:"unknown" example:"4" doc:"members of whose affiliation nothing is known; in neither coverage"`
}

// CoverageRow is the figures of one committee below.
type CoverageRow struct {
	Committee uuid.UUID      `json:"committee" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f501" doc:"which"`
	Name      string         `json:"name" example:"政协长沙市委员会" doc:"its Chinese name"`
	Own       CoverageFigure `json:"own" doc:"its own members"`
	Whole     CoverageFigure `json:"whole" doc:"with all committees below it"`
}

// CoverageSector is the figures of one sector.
type CoverageSector struct {
	Sector string         `json:"sector" example:"教育界" doc:"as it is recorded; empty where none is"`
	Figure CoverageFigure `json:"figure" doc:"its members"`
}

// CoveragePoint is one day of the trend.
type CoveragePoint struct {
	Day    string         `json:"day" format:"date" example:"2026-02-28" doc:"last day of a month, or the day asked for"`
	Figure CoverageFigure `json:"figure" doc:"on that day"`
}

// CoverageReport is the coverage of a committee.
type CoverageReport struct {
	Committee uuid.UUID        `json:"committee" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f501" doc:"whose"`
	Day       string           `json:"day" format:"date" example:"2026-03-02" doc:"the day"`
	Total     CoverageFigure   `json:"total" doc:"the committee and all below it"`
	Own       CoverageFigure   `json:"own" doc:"the committee alone"`
	Below     []CoverageRow    `json:"below" nullable:"false" doc:"the committees directly below"`
	Sectors   []CoverageSector `json:"sectors" nullable:"false" doc:"by sector, largest first"`
	Trend     []CoveragePoint  `json:"trend" nullable:"false" doc:"earlier first"`
}

// CoverageGap is somebody who is not reached.
type CoverageGap struct {
	Person uuid.UUID `json:"person" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f502" doc:"who"`
	Name   string    `json:"name" example:"李样例" doc:"their name"`
	Sector string    `json:"sector,omitempty" example:"教育界" doc:"their sector"`
	Since  string    `json:"since" format:"date" example:"2023-01-13" doc:"member since"`
}

// CoverageGaps are all who are not reached.
type CoverageGaps struct {
	Unplaced  []CoverageGap `json:"unplaced" nullable:"false" doc:"CPC members in no members' branch"`
	Unreached []CoverageGap `json:"unreached" nullable:"false" doc:"members outside the Party without a contact link"`
	Unknown   []CoverageGap `json:"unknown" nullable:"false" doc:"members of whose affiliation nothing is known"`
}

type reportInput struct {
	Committee string `query:"committee" required:"true" maxLength:"100" example:"430100" doc:"UUID, code or name of the committee"`
	AsOf      string `query:"as_of" maxLength:"10" example:"2026-03-02" doc:"on this civil date; today when left out"`
	Sector    string `query:"sector" maxLength:"100" example:"教育界" doc:"only this sector"`
	Own       bool   `query:"own" example:"false" doc:"only the committee itself"`
	Months    int    `query:"months" minimum:"1" maximum:"60" default:"24" example:"24" doc:"points of the trend"`
}

type gapsInput struct {
	Committee string `query:"committee" required:"true" maxLength:"100" example:"430100" doc:"UUID, code or name of the committee"`
	AsOf      string `query:"as_of" maxLength:"10" example:"2026-03-02" doc:"on this civil date; today when left out"`
	Sector    string `query:"sector" maxLength:"100" example:"教育界" doc:"only this sector"`
}

type (
	reportOutput struct{ Body CoverageReport }
	gapsOutput   struct{ Body CoverageGaps }
)

// query reads what both operations ask.
func (o *Operations) query(ctx context.Context, committee, day, sector string) (coverage.Query, *directory.Snapshot, error) {
	q := coverage.Query{Sector: sector}
	snap, err := o.directory.Snapshot(ctx)
	if err != nil {
		return q, nil, err
	}
	var c problem.Check
	if u, err := uuid.Parse(committee); err == nil {
		q.Committee = u
	} else if k := snap.CommitteeByName(committee); k != nil {
		q.Committee = k.ID
	} else {
		c.Add("committee", "coverage.err.committee")
	}
	if day != "" {
		if q.Day, err = clock.ParseDate(day); err != nil {
			c.Add("as_of", "coverage.err.day")
		}
	}
	return q, snap, c.Err()
}

func (o *Operations) report(ctx context.Context, in *reportInput) (*reportOutput, error) {
	q, snap, err := o.query(ctx, in.Committee, in.AsOf, in.Sector)
	if err != nil {
		return nil, err
	}
	q.Own, q.Months = in.Own, in.Months
	rep, err := o.service.Report(ctx, q)
	if err != nil {
		return nil, err
	}
	out := &reportOutput{CoverageReport{Committee: rep.Committee, Day: rep.Day.String(), Total: CoverageFigure(rep.Total), Own: CoverageFigure(rep.Own), Below: []CoverageRow{},
		Sectors: []CoverageSector{}, Trend: []CoveragePoint{}}}
	for _, x := range rep.Below {
		out.Body.Below = append(out.Body.Below, CoverageRow{Committee: x.Committee, Name: snap.OrganisationName(x.Committee).ZH, Own: CoverageFigure(x.Own), Whole: CoverageFigure(x.Whole)})
	}
	for _, x := range rep.Sectors {
		out.Body.Sectors = append(out.Body.Sectors, CoverageSector{x.Sector, CoverageFigure(x.Figure)})
	}
	for _, x := range rep.Trend {
		out.Body.Trend = append(out.Body.Trend, CoveragePoint{x.Day.String(), CoverageFigure(x.Figure)})
	}
	return out, nil
}

func (o *Operations) gaps(ctx context.Context, in *gapsInput) (*gapsOutput, error) {
	q, _, err := o.query(ctx, in.Committee, in.AsOf, in.Sector)
	if err != nil {
		return nil, err
	}
	g, err := o.service.Gaps(ctx, q)
	if err != nil {
		return nil, err
	}
	list := func(people []coverage.Person) []CoverageGap {
		out := make([]CoverageGap, 0, len(people))
		for _, p := range people {
			out = append(out, CoverageGap{p.ID, p.Name, p.Sector, p.Since.String()})
		}
		return out
	}
	return &gapsOutput{CoverageGaps{list(g.Unplaced), list(g.Unreached), list(g.Unknown)}}, nil
}
