// Command xieshang runs the platform of a consultative assembly and the operations around it (G3); see docs/operating.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"xieshang/internal/platform/config"

	"github.com/alecthomas/kong"
)

// version is set by the linker: -ldflags "-X main.version=1.2.3".
var version = "development"

// cli is every command; each has a file of its own.
type cli struct {
	config.Config

	Serve   serveCmd   `cmd:"" help:"Run the platform."`
	Demo    demoCmd    `cmd:"" help:"Run a throw-away platform with the model province in it; nothing to set up."`
	Import  importCmd  `cmd:"" help:"Bring in matters or a list of the directory from CSV or XLSX."`
	Export  exportCmd  `cmd:"" help:"Write matters or a list of the directory to standard output."`
	Backup  backupCmd  `cmd:"" help:"Write database and attachments into one file, while the platform serves."`
	Restore restoreCmd `cmd:"" help:"Bring a backup back into an empty place."`
	User    userCmd    `cmd:"" help:"Accounts."`
	Token   tokenCmd   `cmd:"" help:"API tokens."`
	Sealing keysCmd    `cmd:"" name:"keys" help:"Keys that seal personal values."`
	Show    configCmd  `cmd:"" name:"config" help:"Show the settings in force; secrets are left out."`
	Version versionCmd `cmd:"" help:"Show the version."`
	Help    helpCmd    `cmd:"" help:"Show this help."`
}

// Exit statuses, as other programs rely on them.
const (
	done    = 0
	refused = 1
	usage   = 2
)

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	var c cli
	parser, err := kong.New(&c, kong.Name("xieshang"), kong.Description("协商云 · the working platform of a consultative assembly."), kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.Exit(func(code int) { os.Exit(code) }))
	if err != nil {
		fmt.Fprintln(os.Stderr, "xieshang:", err)
		return usage
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintln(os.Stderr, "xieshang:", err)
		return usage
	}
	parsed.BindTo(ctx, (*context.Context)(nil))
	parsed.Bind(&c.Config)
	if err := parsed.Run(); err != nil {
		if !errors.Is(err, errSaid) {
			fmt.Fprintln(os.Stderr, "xieshang:", err)
		}
		return refused
	}
	return done
}

// errSaid ends a command with status 1 after it has said why itself.
var errSaid = errors.New("said")

type versionCmd struct{}

func (versionCmd) Run() error {
	fmt.Println("xieshang", version)
	return nil
}

type helpCmd struct{}

func (helpCmd) Run(k *kong.Context) error {
	k.Path = k.Path[:1]
	return k.PrintUsage(false)
}
