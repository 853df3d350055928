// Package app puts the platform together (G3): one place where every module gets what it needs. It decides nothing of the field.
package app

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"xieshang/internal/account"
	"xieshang/internal/branchlife"
	"xieshang/internal/calendar"
	"xieshang/internal/contact"
	"xieshang/internal/coverage"
	"xieshang/internal/directory"
	"xieshang/internal/gathering"
	"xieshang/internal/gathering/diary"
	"xieshang/internal/gathering/signin"
	"xieshang/internal/notice"
	"xieshang/internal/platform/api"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/blob"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/config"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/event"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/intake"
	"xieshang/internal/platform/job"
	"xieshang/internal/platform/mail"
	"xieshang/internal/platform/page"
	"xieshang/internal/platform/password"
	"xieshang/internal/platform/photo"
	"xieshang/internal/platform/secret"
	"xieshang/internal/platform/upload"
	"xieshang/internal/platform/web"
	"xieshang/internal/study"
	"xieshang/internal/suggestion"
)

// App is the whole platform.
type App struct {
	Config      config.Config
	Clock       clock.Clock
	Log         *slog.Logger
	DB          *db.DB
	Blobs       blob.Closer
	Keys        *secret.Ring
	Catalog     *i18n.Catalog
	Intake      *intake.Desk
	Once        *api.Once
	Jobs        *job.Queue
	Bus         *event.Bus
	Directory   *directory.Service
	Accounts    *account.Service
	Calendar    *calendar.Service
	Suggestions *suggestion.Service
	Notices     *notice.Service
	Contacts    *contact.Service
	Gatherings  *gathering.Service
	BranchLife  *branchlife.Service
	SignIn      *signin.Service
	Diary       *diary.Service
	Study       *study.Service
	Coverage    *coverage.Service
	Uploads     *upload.Service
	Photos      *photo.Processor
	Frame       *page.Frame
	Web         *web.Server
	Applied     int // migrations applied at this start
}

// Options change what tests and the demo need otherwise.
type Options struct {
	Clock  clock.Clock // nil: the system's
	Log    *slog.Logger
	DB     *db.DB // nil: opened from the configuration
	Hasher *password.Hasher
	Sender mail.Sender // nil: the configured server, or none
}

// New opens the database, brings it up to date and builds every module. Close it.
func New(ctx context.Context, cfg config.Config, o Options) (*App, error) {
	if err := cfg.Check(); err != nil {
		return nil, err
	}
	a := &App{Config: cfg, Clock: o.Clock, Log: o.Log, DB: o.DB}
	if a.Clock == nil {
		a.Clock = clock.System()
	}
	if a.Log == nil {
		a.Log = slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	if err := a.open(ctx); err != nil {
		a.Close()
		return nil, err
	}
	if err := a.build(o); err != nil {
		a.Close()
		return nil, err
	}
	return a, nil
}

func (a *App) open(ctx context.Context) error {
	var err error
	if a.DB == nil {
		if a.DB, err = db.Open(ctx, a.Config.DB); err != nil {
			return err
		}
	}
	if a.Applied, err = a.DB.Migrate(ctx, Migrations()...); err != nil {
		return err
	}
	if dir := filepath.Dir(a.Config.Keys); dir != "." {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("folder of the key file: %w", err)
		}
	}
	if a.Keys, err = secret.Load(a.Config.Keys, rand.Reader); err != nil {
		return err
	}
	if a.Blobs, err = blob.Open(ctx, a.Config.Files); err != nil {
		return err
	}
	a.Catalog, err = Catalog()
	return err
}

func (a *App) build(o Options) error {
	a.Jobs = job.New(a.DB, a.Clock, a.Log)
	a.Bus = event.NewBus(a.DB, a.Jobs, a.Clock)
	a.Intake = intake.New(a.DB, a.Clock, a.Keys)
	a.Once = api.NewOnce(a.DB, a.Clock)
	a.Directory = directory.New(a.DB, a.Clock, a.Keys)
	a.Directory.UseJobs(a.Jobs)
	hasher := o.Hasher
	if hasher == nil {
		hasher = password.New(password.Default(), runtime.GOMAXPROCS(0), 64, rand.Reader)
	}
	sender, err := a.sender(o)
	if err != nil {
		return err
	}
	var notifier account.Notifier // a nil one tells accounts that nothing is mailed
	if sender != nil {
		notifier = letters{a}
	}
	a.Accounts, err = account.New(account.Options{DB: a.DB, Clock: a.Clock, Random: rand.Reader, Keys: a.Keys, Hasher: hasher, Events: a.Bus, Jobs: a.Jobs,
		Places: places{a.Directory}, Notifier: notifier, Log: a.Log, Issuer: "协商云", Rules: account.DefaultRules()})
	if err != nil {
		return err
	}
	a.Calendar = calendar.New(a.DB, a.Clock, a.Bus)
	a.Suggestions = suggestion.New(suggestion.Needs{DB: a.DB, Clock: a.Clock, Directory: a.Directory, Sealer: a.Keys, Bus: a.Bus, Jobs: a.Jobs,
		Calendar: a.Calendar.Calendar, Random: rand.Reader, Log: a.Log})
	a.buildContacts()
	a.Bus.Subscribe("redate", a.redate, calendar.ImportedEvent)
	if err := a.buildNotices(sender); err != nil {
		return err
	}
	a.buildGatherings()
	a.buildBranchLife()
	if err := a.buildSignIn(sender); err != nil {
		return err
	}
	if a.Uploads, err = upload.New(a.DB, a.Blobs, a.Clock, upload.DefaultLimits()); err != nil {
		return err
	}
	if a.Photos, err = photo.New(photo.DefaultLimits()); err != nil {
		return err
	}
	return a.routes()
}

// redate computes provisional dates anew when the calendar of a year came.
func (a *App) redate(ctx context.Context, e event.Event) error {
	var in calendar.Imported
	if err := json.Unmarshal(e.Payload, &in); err != nil {
		return fmt.Errorf("read event: %w", err)
	}
	n, err := a.Suggestions.Redate(authz.With(ctx, authz.System()), in.Years)
	if n > 0 {
		a.Log.Info("dates computed anew", "years", in.Years, "matters", n)
	}
	return err
}

// Close waits for running writes and closes everything that was opened.
func (a *App) Close() error {
	var errs []error
	if a.DB != nil {
		errs = append(errs, a.DB.Close())
	}
	if a.Blobs != nil {
		errs = append(errs, a.Blobs.Close())
	}
	return errors.Join(errs...)
}

// Serve answers on l until ctx ends, then lets running requests finish (10 seconds at most) and stops the workers.
func (a *App) Serve(ctx context.Context, l net.Listener) error {
	srv := &http.Server{Handler: a.Web.Handler(), ReadHeaderTimeout: 10 * time.Second, MaxHeaderBytes: 64 << 10, IdleTimeout: 2 * time.Minute, ErrorLog: slog.NewLogLogger(a.Log.Handler(), slog.LevelDebug)}
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	var wg sync.WaitGroup
	wg.Go(func() { a.Jobs.Run(work, 2) })
	wg.Go(func() { a.tick(work) })
	wg.Go(func() { a.tidy(work) })
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		err = srv.Shutdown(grace)
		cancel()
	}
	stop()
	wg.Wait()
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return err
}

// tick does what time brings: reminders, closings, clean-up. Every process may do it; each piece is safe to repeat.
func (a *App) tick(ctx context.Context) {
	t := time.NewTicker(time.Minute)
	defer t.Stop()
	for {
		a.onTick(ctx)
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// tidy keeps the index of likely duplicates in few pieces, and gives back to the system what starting took.
func (a *App) tidy(ctx context.Context) {
	t := time.NewTicker(10 * time.Second)
	defer t.Stop()
	for first := true; ; first = false {
		if err := a.Suggestions.Maintain(authz.With(ctx, authz.System())); err != nil && ctx.Err() == nil {
			a.Log.Error("tick", "what", "duplicates", "error", err)
		}
		if first {
			debug.FreeOSMemory()
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

func (a *App) onTick(ctx context.Context) {
	ctx = authz.With(ctx, authz.System())
	for name, f := range map[string]func(context.Context) error{
		"uploads":    func(ctx context.Context) error { _, err := a.Uploads.Sweep(ctx); return err },
		"guard":      a.Suggestions.SweepGuard,
		"due":        a.Suggestions.Tick,
		"notices":    a.Notices.Tick,
		"accounts":   func(ctx context.Context) error { _, err := a.Accounts.Sweep(ctx); return err },
		"intake":     a.Intake.Sweep,
		"answers":    a.Once.Sweep,
		"contacts":   func(ctx context.Context) error { _, err := a.Contacts.Tick(ctx); return err },
		"gatherings": a.Gatherings.Tick,
		"branchlife": a.BranchLife.Tick,
		"sign-in":    a.SignIn.Sweep,
		"imports":    a.Directory.SweepImports,
	} {
		if err := f(ctx); err != nil && ctx.Err() == nil {
			a.Log.Error("tick", "what", name, "error", err)
		}
	}
}
