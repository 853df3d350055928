// Command generate writes the labelled set for likely duplicates (corpus.json and pairs.json) from the demo's kernels.
// Run it in the repository's root after a change to the kernels: go run ./test/bench/similar/generate
package main

import (
	"fmt"
	"os"

	"xieshang/test/bench/similar"
)

func main() {
	if err := similar.Write("test/bench/similar"); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}
