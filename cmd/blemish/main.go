// Command blemish finds defects in 3D scans, and makes the data for it.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"blemish/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Main(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
