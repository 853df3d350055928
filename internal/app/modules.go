package app

import (
	"io/fs"

	"xieshang/internal/account"
	"xieshang/internal/account/accountweb"
	"xieshang/internal/branchlife"
	"xieshang/internal/branchlife/branchlifeweb"
	"xieshang/internal/calendar"
	"xieshang/internal/calendar/calendarweb"
	"xieshang/internal/contact"
	"xieshang/internal/contact/contactweb"
	"xieshang/internal/coverage"
	"xieshang/internal/coverage/coverageweb"
	"xieshang/internal/directory"
	"xieshang/internal/directory/directoryweb"
	"xieshang/internal/directory/importweb"
	"xieshang/internal/directory/ownweb"
	"xieshang/internal/directory/rosterweb"
	"xieshang/internal/gathering"
	"xieshang/internal/gathering/diary"
	"xieshang/internal/gathering/diaryweb"
	"xieshang/internal/gathering/gatheringweb"
	"xieshang/internal/gathering/signin"
	"xieshang/internal/gathering/signinweb"
	"xieshang/internal/notice"
	"xieshang/internal/notice/noticeweb"
	"xieshang/internal/platform/api"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/intake"
	"xieshang/internal/platform/job"
	"xieshang/internal/platform/job/jobweb"
	"xieshang/internal/platform/page"
	"xieshang/internal/platform/photo"
	"xieshang/internal/platform/sheet"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/upload"
	"xieshang/internal/platform/web"
	"xieshang/internal/setup/setupweb"
	"xieshang/internal/study"
	"xieshang/internal/study/studyweb"
	"xieshang/internal/suggestion"
	"xieshang/internal/suggestion/deskweb"
	"xieshang/internal/suggestion/figuresweb"
	"xieshang/internal/suggestion/suggestionapi"
	"xieshang/internal/suggestion/suggestionweb"
)

// Migrations lists the tables of every module. A new module is a line here.
func Migrations() []fs.FS {
	return []fs.FS{
		job.Migrations,
		intake.Migrations,
		api.Migrations,
		directory.Migrations,
		calendar.Migrations,
		account.Migrations,
		upload.Migrations,
		suggestion.Migrations,
		notice.Migrations,
		contact.Migrations,
		gathering.Migrations,
		signin.Migrations,
		diary.Migrations,
		study.Migrations,
		branchlife.Migrations,
	}
}

// messages lists the texts of every module.
func messages() []fs.FS {
	return []fs.FS{
		web.Messages,
		api.Messages,
		page.Messages,
		ui.Messages,
		upload.Messages,
		intake.Messages,
		photo.Messages,
		sheet.Messages(),
		clock.Messages(),
		accountweb.Messages,
		directory.Messages,
		directoryweb.Messages,
		rosterweb.Messages,
		ownweb.Messages,
		importweb.Messages,
		calendar.Messages,
		calendarweb.Messages,
		setupweb.Messages,
		notice.Messages,
		contact.Messages,
		contactweb.Messages,
		coverage.Messages,
		coverageweb.Messages,
		noticeweb.Messages,
		jobweb.Messages,
		suggestion.Messages,
		deskweb.Messages,
		figuresweb.Messages,
		suggestionapi.Messages,
		suggestionweb.Messages,
		gathering.Messages,
		gatheringweb.Messages,
		study.Messages,
		signin.Messages,
		signinweb.Messages,
		diary.Messages,
		diaryweb.Messages,
		studyweb.Messages,
		branchlife.Messages,
		branchlifeweb.Messages,
	}
}

// Catalog reads every text of the program in both languages.
func Catalog() (*i18n.Catalog, error) { return i18n.Load(messages()...) }
