package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"xieshang/internal/app"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/config"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
)

type userCmd struct {
	Add      userAddCmd      `cmd:"" help:"Make an account; with --admin the first administrator."`
	Password userPasswordCmd `cmd:"" help:"Set the password of an account."`
}

type userAddCmd struct {
	Name  string `arg:"" help:"Login name."`
	Admin bool   `name:"admin" help:"Make it an administrator."`
}

type userPasswordCmd struct {
	Name string `arg:"" help:"Login name."`
}

type tokenCmd struct {
	Add tokenAddCmd `cmd:"" help:"Make an API token; it is printed this one time."`
}

type tokenAddCmd struct {
	Name  string `arg:"" help:"Login name of the account."`
	Label string `name:"label" default:"command line" help:"What the token is for."`
	Scope string `name:"scope" default:"read,write" help:"read, write, admin; with commas."`
	Days  int    `name:"days" default:"365" help:"Days until it ends."`
}

// console opens the platform for one operation of the command line.
func console(ctx context.Context, cfg *config.Config, do func(ctx context.Context, a *app.App) error) error {
	a, err := app.New(ctx, *cfg, app.Options{})
	if err != nil {
		return err
	}
	defer a.Close()
	err = do(authz.With(ctx, authz.System()), a)
	if p, ok := problem.Of(err); ok {
		printer := a.Catalog.Printer(i18n.EN)
		text := printer.T(p.Key, p.Args...)
		for _, f := range p.Fields {
			text += " " + f.Name + ": " + printer.T(f.Key, f.Args...)
		}
		return fmt.Errorf("%s", text)
	}
	return err
}

// readPassword reads one line from standard input, so that no password stands in a list of processes.
func readPassword() (string, error) {
	if onTerminal(os.Stdin) {
		fmt.Fprint(os.Stderr, "Password: ")
	}
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if line = strings.TrimRight(line, "\r\n"); line == "" {
		return "", fmt.Errorf("no password on standard input: %v", err)
	}
	return line, nil
}

// Run makes the account; its password is read from standard input.
func (c *userAddCmd) Run(ctx context.Context, cfg *config.Config) error {
	plain, err := readPassword()
	if err != nil {
		return err
	}
	return console(ctx, cfg, func(ctx context.Context, a *app.App) error {
		if _, err := a.Accounts.AddUser(ctx, c.Name, plain, c.Admin); err != nil {
			return err
		}
		fmt.Println("account", c.Name, "made")
		return nil
	})
}

// Run sets the password, read from standard input, and ends the account's sessions.
func (c *userPasswordCmd) Run(ctx context.Context, cfg *config.Config) error {
	plain, err := readPassword()
	if err != nil {
		return err
	}
	return console(ctx, cfg, func(ctx context.Context, a *app.App) error {
		return a.Accounts.SetPassword(ctx, c.Name, plain)
	})
}

// Run prints the token, which is not shown again.
func (c *tokenAddCmd) Run(ctx context.Context, cfg *config.Config) error {
	return console(ctx, cfg, func(ctx context.Context, a *app.App) error {
		var scopes []authz.Scope
		for _, s := range strings.Split(c.Scope, ",") {
			scopes = append(scopes, authz.Scope(strings.TrimSpace(s)))
		}
		plain, err := a.Accounts.AddToken(ctx, c.Name, c.Label, scopes, time.Duration(c.Days)*24*time.Hour)
		if err != nil {
			return err
		}
		fmt.Println(plain)
		return nil
	})
}
