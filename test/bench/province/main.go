// Command province writes the invented province of package directorytest as lists (CSV and XLSX) into a folder, for measuring and for trying imports by hand.
//
//	go run ./test/bench/province [-scale 0.01] FOLDER
package main

import (
	"flag"
	"fmt"
	"os"

	"xieshang/internal/directory/directorytest"
)

func main() {
	scale := flag.Float64("scale", 1, "1: 40,000 people; 0.01: a hundredth")
	flag.Parse()
	if flag.NArg() != 1 || *scale <= 0 || *scale > 1 {
		fmt.Fprintln(os.Stderr, "name a folder, and a scale above 0 and not above 1")
		os.Exit(2)
	}
	err := os.MkdirAll(flag.Arg(0), 0o755)
	if err == nil {
		err = directorytest.Write(flag.Arg(0), *scale)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
