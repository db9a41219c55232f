/**
 * A real Request Tracker 5 of Debian's packages, with a throw-away SQLite database in a folder of its own, on a free
 * port of this machine. Nothing is left of it afterwards, and no mail leaves it.
 */

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const SERVER = "/usr/share/request-tracker5/libexec/rt-server";
const SETUP = "/usr/sbin/rt-setup-database-5";

/** Why the tests with a real Request Tracker cannot run here; null where they can. */
export function requestTrackerAbsent(): string | null {
  if (existsSync(SERVER) && existsSync(SETUP)) return null;
  return "needs Request Tracker: apt-get install --no-install-recommends request-tracker5 rt5-db-sqlite";
}

export type RequestTracker = {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** Kills it and starts it again on the same port and database. */
  restart(): Promise<void>;
  /** Kills it; it can be started again. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

export async function startRequestTracker(): Promise<RequestTracker> {
  const folder = await mkdtemp(join(tmpdir(), "symbion-rt-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    ...process.env,
    RT_SITE_CONFIG: join(folder, "RT_SiteConfig.pm"),
    RT_SITE_CONFIG_DIR: join(folder, "d"),
    TMPDIR: folder,
  };
  let child: ChildProcess | null = null;
  // A test run that ends early takes the server with it.
  const last = (): void => {
    if (child?.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  };
  process.once("exit", last);
  const stop = async (): Promise<void> => {
    const running = child;
    child = null;
    if (running?.pid === undefined) return;
    const gone = new Promise((resolve) => running.once("exit", resolve));
    // It has workers of its own: the whole group goes.
    process.kill(-running.pid, "SIGKILL");
    await gone;
  };
  const start = async (): Promise<void> => {
    const log: string[] = [];
    const started = spawn(
      SERVER,
      ["--host", "127.0.0.1", "--port", String(port), "--max-workers", "2"],
      {
        env,
        detached: true,
        stdio: ["ignore", "ignore", "pipe"],
      },
    );
    child = started;
    started.stderr?.on("data", (chunk: Buffer) => log.push(chunk.toString()));
    const deadline = Date.now() + 60_000;
    while (started.exitCode === null && Date.now() < deadline) {
      const answer = await fetch(`${url}/REST/2.0/rt`, { signal: AbortSignal.timeout(5000) }).catch(
        () => null,
      );
      await answer?.body?.cancel();
      if (answer?.status === 401) return;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new Error(`Request Tracker did not start: ${log.join("").slice(-500)}`);
  };
  try {
    for (const name of ["d", "var", "mason", "session"]) await mkdir(join(folder, name));
    await writeFile(join(folder, "RT_SiteConfig.pm"), config(folder, port));
    const password = `pass-${port}-${process.pid}`;
    await writeFile(join(folder, "password"), password, { mode: 0o600 });
    await promisify(execFile)(
      SETUP,
      ["--action", "init", "--skip-create", "--root-password-file", join(folder, "password")],
      { env },
    );
    await writeFile(join(folder, "fields"), FIELDS);
    await promisify(execFile)(
      SETUP,
      ["--action", "insert", "--skip-create", "--datafile", join(folder, "fields")],
      { env },
    );
    await start();
    const end = async (): Promise<void> => {
      await stop();
      process.off("exit", last);
      await rm(folder, { recursive: true, force: true });
    };
    return {
      url,
      user: "root",
      password,
      stop,
      restart: async () => {
        await stop();
        await start();
      },
      [Symbol.asyncDispose]: end,
    };
  } catch (error) {
    await stop();
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** A custom field, as RT's own data files say it. */
const FIELDS = `@CustomFields = ({
  Name => 'CSAT', Type => 'Freeform', MaxValues => 1, LookupType => 'RT::Queue-RT::Ticket', Queue => 0,
});
1;
`;

function config(folder: string, port: number): string {
  return `Set($rtname, 'symbion-test');
Set($Organization, 'symbion.test');
Set($WebDomain, '127.0.0.1');
Set($WebPort, ${port});
Set($DatabaseType, 'SQLite');
Set($DatabaseName, '${folder}/rt.sqlite');
Set($LogToSyslog, undef);
Set($LogToSTDERR, 'error');
Set($MailCommand, 'sendmailpipe');
Set($SendmailPath, '/bin/true');
Set($Timezone, 'America/New_York');
$RT::VarPath = '${folder}/var';
$RT::MasonDataDir = '${folder}/mason';
$RT::MasonSessionDir = '${folder}/session';
1;
`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
