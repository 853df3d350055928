package main

import (
	"strings"
	"testing"
)

func TestReadCountsAndShowsWhatFailed(t *testing.T) {
	in := strings.Join([]string{
		`{"Action":"build-output","ImportPath":"x/c","Output":"c.go:1: syntax error\n"}`,
		`{"Action":"build-fail","ImportPath":"x/c"}`,
		`{"Action":"fail","Package":"x/c","Elapsed":0}`,
		`{"Action":"output","Package":"x/a","Test":"TestGood","Output":"quiet words\n"}`,
		`{"Action":"pass","Package":"x/a","Test":"TestGood","Elapsed":0.1}`,
		`{"Action":"output","Package":"x/a","Test":"TestBad","Output":"want 1, got 2\n"}`,
		`{"Action":"fail","Package":"x/a","Test":"TestBad","Elapsed":0.1}`,
		`{"Action":"fail","Package":"x/a","Elapsed":0.25}`,
		`{"Action":"output","Package":"x/b","Test":"TestShy","Output":"no browser\n"}`,
		`{"Action":"skip","Package":"x/b","Test":"TestShy","Elapsed":0}`,
		`{"Action":"pass","Package":"x/b","Elapsed":1.5}`,
		`{"Action":"output","Package":"x/d","Test":"TestCut","Output":"panic: out of time\n"}`,
		`{"Action":"fail","Package":"x/d","Elapsed":2}`,
		`{"Action":"skip","Package":"x/empty","Elapsed":0}`,
	}, "\n")
	var out strings.Builder
	sum, err := read(strings.NewReader(in), &out)
	if err != nil {
		t.Fatal(err)
	}
	if sum.passed != 1 || sum.failed != 3 || sum.skipped != 1 || sum.packages != 4 {
		t.Errorf("counted %+v", sum)
	}
	for _, want := range []string{"syntax error", "want 1, got 2", "no browser", "panic: out of time", "FAIL\tx/a\t0.250s", "ok  \tx/b\t1.500s"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("not shown: %q in\n%s", want, &out)
		}
	}
	if strings.Contains(out.String(), "quiet words") {
		t.Error("the output of a passed test is shown")
	}
}

func TestReadRefusesBrokenEvents(t *testing.T) {
	if _, err := read(strings.NewReader(`{"Action":`), &strings.Builder{}); err == nil {
		t.Error("half an event was accepted")
	}
}
