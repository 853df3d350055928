package app

import (
	"xieshang/internal/platform/rekey"
)

// Sealed lists where the database holds sealed values. A test looks for sealed values that stand anywhere else.
func Sealed() []rekey.Column {
	return []rekey.Column{
		{Table: "person_fact", Key: "id", Name: "phone", Place: rekey.Fixed("person.phone")},
		{Table: "person_fact", Key: "id", Name: "identity", Place: rekey.Fixed("person.identity")},
		{Table: "suggestion_author", Key: "id", Name: "name", Place: rekey.Fixed("suggestion_author.name")},
		{Table: "suggestion_author", Key: "id", Name: "phone", Place: rekey.Fixed("suggestion_author.phone")},
		{Table: "account", Key: "id", Name: "email_sealed", Place: rekey.Bound("account.email_sealed:")},
		{Table: "account_totp", Key: "account_id", Name: "sealed", Place: rekey.Bound("account_totp.sealed:")},
		{Table: "contact_log", Key: "id", Name: "words", Place: rekey.Fixed("contact_log.words")},
		{Table: "gathering_signin", Key: "gathering_id", Name: "secret_sealed", Place: rekey.Bound("gathering.signin:")},
		{Table: "gathering_feed", Key: "id", Name: "sealed", Place: rekey.Bound("gathering.feed:")},
		{Table: "directory_import", Key: "id", Name: "content", Place: rekey.Bound("directory_import.content:")},
		{Table: "directory_import", Key: "id", Name: "choices", Place: rekey.Bound("directory_import.choices:")},
		{Table: "directory_import", Key: "id", Name: "result", Place: rekey.Bound("directory_import.result:")},
		{Table: "intake_file", Key: "id", Name: "content", Place: rekey.Bound("intake_file.content:")},
	}
}
