package similar

import "testing"

// Stored bytes may be damaged; reading them must end in an error, not in a panic.
func FuzzUnpack(f *testing.F) {
	var blocks [][]byte
	head, err := pack([]entry{{rid: 5, tokens: []uint32{1, 9}}, {rid: 700, tokens: []uint32{9, 1 << 31}}}, func(_ int, b []byte) error {
		blocks = append(blocks, append([]byte(nil), b...))
		return nil
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(head, blocks[0])
	f.Add([]byte{255, 255, 255, 255, 1, 0}, []byte{128})
	f.Fuzz(func(t *testing.T, head, block []byte) {
		if s, err := unpackHead(1, head); err == nil {
			if len(s.rids) != len(s.metas) || len(s.tokens) != len(s.ends) {
				t.Fatal("uneven segment")
			}
			(&sheet{sum: make([]float32, len(s.rids))}).addUp(block, 1, 1)
		}
		_, _ = unpackEntry(1, block)
	})
}
