#!/usr/bin/env node
/** The `symbion` command. */

import { runCli } from "./cli/program.ts";

process.exitCode = await runCli(process.argv.slice(2));
