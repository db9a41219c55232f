/** `symbion link …`: what may be asked for. What is done stands in `link.ts`, loaded when it is needed. */

import { UsageError } from "@symbion/core";
import { type Command, InvalidArgumentError } from "commander";
import type {
  EnrolCommandOptions,
  InviteCommandOptions,
  LinkBenchOptions,
  LinkCommandOptions,
  SbomCommandOptions,
  VerifyCommandOptions,
} from "./link.ts";

const CONFIG = "configuration of the node; default: symbion.yaml here";
const URL_OF_NODE = "address of the node's page; default: where the configuration says";

/** Adds `symbion link` with its commands. */
export function addLinkCommands(program: Command, setExitCode: (code: number) => void): void {
  const link = program
    .command("link")
    .description("quantum-safe links to other nodes: enrol, look, forget; what protects them")
    .helpCommand(false)
    .action((_options, command: Command) => {
      const names = command.commands.map((known) => known.name()).join(", ");
      const [unknown] = command.args;
      const got = unknown === undefined ? "none; see symbion link --help" : `"${unknown}"`;
      throw new UsageError(`expected a command (link ${names}), got ${got}`);
    })
    .allowExcessArguments();

  const add = (name: string, description: string): Command =>
    link
      .command(name)
      .allowExcessArguments(false)
      .description(description)
      .option("-c, --config <file>", CONFIG)
      .option("--url <address>", URL_OF_NODE)
      .option("--json", "one JSON document");

  add("invite", "make an invitation for one other node; this node has to run and to listen")
    .option("--tier <name>", "tier of whoever enrols with it; default: none, and nothing is told")
    .option("--minutes <number>", "how long it holds; default: 60", whole(1, 10_080))
    .action(async (options: InviteCommandOptions) => {
      const { inviteCommand } = await import("./link.ts");
      await inviteCommand(options);
    });
  add("enrol", "enrol with the node that made an invitation")
    .argument("<invitation>", "what symbion link invite printed there; - reads it from stdin")
    .option("--tier <name>", "tier of the other node; default: none, and nothing is told to it")
    .action(async (invitation: string, options: EnrolCommandOptions) => {
      const { enrolCommand } = await import("./link.ts");
      await enrolCommand(invitation, options);
    });
  add("status", "show this node's fingerprint, its peers and what links have cost").action(
    async (options: LinkCommandOptions) => {
      const { statusCommand } = await import("./link.ts");
      await statusCommand(options);
    },
  );
  add("tier", "put another node into a tier, or into none; the policy is signed anew")
    .argument("<peer>", "id of the other node, as symbion link status shows it")
    .argument("<tier>", "name of a tier, or none")
    .action(async (peer: string, tier: string, options: LinkCommandOptions) => {
      const { tierCommand } = await import("./link.ts");
      await tierCommand(peer, tier, options);
    });
  add("forget", "destroy the keys of another node")
    .argument("<peer>", "id of the other node")
    .action(async (peer: string, options: LinkCommandOptions) => {
      const { forgetCommand } = await import("./link.ts");
      await forgetCommand(peer, options);
    });
  add("inventory", "list every algorithm in use: where, and until when it is allowed").action(
    async (options: LinkCommandOptions) => {
      const { inventoryCommand } = await import("./link.ts");
      await inventoryCommand(options);
    },
  );
  add("verify", "check the sealed log of releases; exit code 2 if anything in it was changed")
    .option("--records", "print every release in it, one line of JSON each")
    .action(async (options: VerifyCommandOptions) => {
      const { verifyCommand } = await import("./link.ts");
      setExitCode(await verifyCommand(options));
    });
  link
    .command("sbom")
    .allowExcessArguments(false)
    .description("print the bill of materials of this installation (CycloneDX)")
    .option("-o, --out <file>", "write it to a file instead of standard output")
    .option("--json", "on one line")
    .action(async (options: SbomCommandOptions) => {
      const { sbomCommand } = await import("./link.ts");
      await sbomCommand(options);
    });
  link
    .command("bench")
    .allowExcessArguments(false)
    .description("measure sessions and sealing on this machine, beside their peers")
    .option("--json", "end with one JSON line of all rows")
    .option("--quick", "one run of each instead of the median of five")
    .action(async (options: LinkBenchOptions) => {
      const { linkBenchCommand } = await import("./link.ts");
      await linkBenchCommand(options);
    });
}

function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}.`);
  };
}
