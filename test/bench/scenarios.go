package main

import "time"

// What a scenario is compared with.
const (
	barePage   = "bare page"
	bareInsert = "bare insert"
)

// scenario is one kind of request. Each has a list of requests in the lists folder, made by the prepare command or,
// failing that, collected from the running server (collect.go).
type scenario struct {
	Name   string
	Method string
	List   string        // file in the lists folder: paths, one a line; for POST bodies, one JSON object a line
	Path   string        // for POST: where the bodies go
	Token  bool          // sent with the bearer token
	Key    bool          // sent with an Idempotency-Key of its own
	Status int           // what the server answers when all is well
	Versus string        // barePage or bareInsert; "" when only the latency has a target
	Share  float64       // one part in so many of Versus that must be reached; 0 for none
	P99    time.Duration // with 16 connections
}

// scenarios is the table of what is measured, in the order of the report. The one that writes comes last, so that the
// others read the prepared data.
func scenarios() []scenario {
	return []scenario{
		{Name: "public list page of 20, filtered", Method: "GET", List: "list.txt", Status: 200, Versus: barePage, Share: 25, P99: 30 * time.Millisecond},
		{Name: "detail page with its timeline", Method: "GET", List: "detail.txt", Status: 200, Versus: barePage, Share: 20, P99: 25 * time.Millisecond},
		{Name: "detail as JSON", Method: "GET", List: "detail-api.txt", Status: 200, Versus: barePage, Share: 10, P99: 15 * time.Millisecond},
		{Name: "search page, 20 best with the words marked", Method: "GET", List: "search.txt", Status: 200, Versus: barePage, Share: 50, P99: 30 * time.Millisecond},
		{Name: "likely duplicates while typing", Method: "GET", List: "similar.txt", Token: true, Status: 200, P99: 10 * time.Millisecond},
		{Name: "raise a suggestion by API token", Method: "POST", List: "raise.jsonl", Path: "/api/v1/suggestions", Token: true, Key: true, Status: 201,
			Versus: bareInsert, Share: 4, P99: 50 * time.Millisecond},
	}
}

// similarP99 is the target for likely duplicates, which grows with the data: the issue names two sizes.
func similarP99(size int) time.Duration {
	if size > 50_000 {
		return 40 * time.Millisecond
	}
	return 10 * time.Millisecond
}

// What the whole program must keep to.
const (
	maxReady    = 500 * time.Millisecond // from the start of the process to the first good /readyz
	maxIdle     = 60 << 20               // resident bytes before the first request
	maxLoaded   = 150 << 20              // resident bytes at most, while serving
	maxSlowdown = 0.15                   // of the throughput, from 16 to 64 connections
)
