// Command testlog reads `go test -json` from standard input and shows what a reader of a gate needs: one line a
// package as it ends, the whole output of what failed, and the totals in a file. A skipped test counts as a failure,
// because a gate that skips has not looked.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

// event is one line of `go test -json`; the fields are those of cmd/test2json and of the build events.
type event struct {
	Action     string
	Package    string
	ImportPath string
	Test       string
	Output     string
	Elapsed    float64
}

type totals struct {
	packages, passed, failed, skipped int
	lines                             []string // one a package, as go test itself prints them
}

func main() {
	file := flag.String("results", "", "append the package lines to this file")
	flag.Parse()
	result, err := read(os.Stdin, os.Stdout)
	if err == nil && *file != "" {
		err = appendLines(*file, result.lines)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "testlog:", err)
		os.Exit(1)
	}
	fmt.Printf("%d tests passed, %d failed, %d skipped in %d packages\n", result.passed, result.failed, result.skipped, result.packages)
	if result.failed > 0 || result.skipped > 0 || result.packages == 0 {
		os.Exit(1)
	}
}

// read shows the events on out and counts them. A package that fails without a failed test (it does not build, it
// panics) counts as one failure.
func read(in io.Reader, out io.Writer) (totals, error) {
	var sum totals
	output := map[string][]string{} // package and test -> lines
	failedTests := map[string]int{} // package -> number
	built := map[string][]string{}  // import path -> the compiler's words
	scanner := bufio.NewScanner(in)
	scanner.Buffer(make([]byte, 0, 1<<16), 1<<24)
	for scanner.Scan() {
		line := scanner.Text()
		if !strings.HasPrefix(line, "{") {
			fmt.Fprintln(out, line) // the go command itself speaks plain text
			continue
		}
		var e event
		if err := json.Unmarshal(scanner.Bytes(), &e); err != nil {
			return sum, fmt.Errorf("line %q: %w", line, err)
		}
		key := e.Package + "\x00" + e.Test
		switch e.Action {
		case "build-output":
			built[e.ImportPath] = append(built[e.ImportPath], e.Output)
		case "build-fail":
			fmt.Fprint(out, strings.Join(built[e.ImportPath], ""))
		case "output":
			if e.Test == "" && strings.HasPrefix(e.Output, "FAIL") {
				continue // said again below, in one line
			}
			output[key] = append(output[key], e.Output)
		case "pass", "fail", "skip":
			if e.Test != "" {
				switch e.Action {
				case "pass":
					sum.passed++
				case "skip":
					sum.skipped++
					fmt.Fprint(out, strings.Join(output[key], ""))
				case "fail":
					sum.failed++
					failedTests[e.Package]++
					fmt.Fprint(out, strings.Join(output[key], ""))
				}
				delete(output, key)
				continue
			}
			if e.Action == "skip" {
				continue // a package without tests
			}
			sum.packages++
			if e.Action == "fail" && failedTests[e.Package] == 0 {
				sum.failed++
			}
			if e.Action == "fail" {
				// A test that a panic or a time limit cut off has no end of its own; what it said is still here.
				for k, lines := range output {
					if strings.HasPrefix(k, e.Package+"\x00") {
						fmt.Fprint(out, strings.Join(lines, ""))
						delete(output, k)
					}
				}
			}
			word := "ok  "
			if e.Action == "fail" {
				word = "FAIL"
			}
			result := fmt.Sprintf("%s\t%s\t%.3fs", word, e.Package, e.Elapsed)
			sum.lines = append(sum.lines, result)
			fmt.Fprintln(out, result)
		}
	}
	if err := scanner.Err(); err != nil {
		return sum, fmt.Errorf("read the events: %w", err)
	}
	return sum, nil
}

func appendLines(file string, lines []string) error {
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteString(strings.Join(lines, "\n") + "\n")
	if closing := f.Close(); err == nil {
		err = closing
	}
	return err
}
