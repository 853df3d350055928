package api

import "embed"

// Messages holds the texts of refusals.
//
//go:embed messages
var Messages embed.FS
