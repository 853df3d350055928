package content

import (
	"hash/fnv"
	"iter"
	"math/rand/v2"
	"strings"
	"unicode/utf8"
)

// Sex of a person.
type Sex string

// The sexes that the generator gives.
const (
	Male   Sex = "male"
	Female Sex = "female"
)

// Office is what a member does in a committee.
type Office string

// The offices, highest first.
const (
	Chair            Office = "chair"
	ViceChair        Office = "vice-chair"
	SecretaryGeneral Office = "secretary-general"
	Standing         Office = "standing"
	Ordinary         Office = "member"
)

// Person is an invented person.
type Person struct {
	Zh, En    string // 刘砚禾, "Liu Yanhe"
	Sex       Sex
	BirthYear int
	Sector    string // key of Sectors
	Special   string // key of SpecialCommittees
	Office    Office
	Work      string // occupation, Chinese
}

// random returns a source that depends on the seed and on a name, so that one list does not shift when another grows.
func random(seed uint64, name string) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // a hash never fails to write
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

// People is an endless stream of invented people without offices, the same for the same seed and label.
func People(seed uint64, label string) iter.Seq[Person] {
	return func(yield func(Person) bool) {
		w, sectors, special := words("names.txt"), Sectors(), SpecialCommittees()
		r := random(seed, "people/"+label)
		for {
			p := Person{Sex: Male, BirthYear: 1956 + r.IntN(42), Office: Ordinary,
				Sector: sectors[r.IntN(len(sectors))].Key, Special: special[r.IntN(len(special))].Key, Work: pick(r, w["work"])}
			set := "male"
			if r.IntN(100) < 42 {
				p.Sex, set = Female, "female"
			}
			// The first surnames of the list are the common ones of the province: the smaller of two draws favours them.
			sz, se := cutPinyin(w["surname"][min(r.IntN(len(w["surname"])), r.IntN(len(w["surname"])))])
			az, ae := cutPinyin(pick(r, w[set+"1"]))
			bz, be := cutPinyin(pick(r, w[set+"2"]))
			if az == bz {
				continue
			}
			if strings.ContainsRune("aeo", rune(be[0])) {
				be = "'" + be
			}
			p.Zh, p.En = sz+az+bz, capital(se)+" "+capital(ae+be)
			if !yield(p) {
				return
			}
		}
	}
}

// Members returns n invented members of a division's committee with different names: the chair, four vice-chairs, the secretary-general,
// about one in six standing members, then the others. n is bounded by 8,000, below the number of names there are.
func Members(seed uint64, d Division, n int) []Person {
	n = max(0, min(n, 8000))
	out := make([]Person, 0, n)
	seen := make(map[string]bool, n)
	for p := range People(seed, "members/"+d.Code) {
		if len(out) >= n {
			break
		}
		if seen[p.Zh] || d.Level != Province && (p.Sector == "hongkong" || p.Sector == "macao") {
			continue
		}
		seen[p.Zh] = true
		switch i := len(out); {
		case i == 0:
			p.Office = Chair
		case i <= 4:
			p.Office = ViceChair
		case i == 5:
			p.Office = SecretaryGeneral
		case i < 6+n/6:
			p.Office = Standing
		}
		out = append(out, p)
	}
	return out
}

// StaffTitles returns what the office of a committee calls its people.
func StaffTitles() []string { return words("names.txt")["staff"] }

func pick[T any](r *rand.Rand, s []T) T { return s[r.IntN(len(s))] }

// cutPinyin parts "砚yan" into the character and its reading.
func cutPinyin(s string) (zh, en string) {
	_, n := utf8.DecodeRuneInString(s)
	return s[:n], s[n:]
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
