package coverage

import "embed"

// Messages holds the refusals of this module.
//
//go:embed messages
var Messages embed.FS
