/** What is wrong, above everything else, with what follows from it. */

import type { JSX } from "preact";
import { duration } from "../format.ts";
import { Icon } from "../parts/icon.tsx";
import { href, route } from "../router.ts";
import { cameras, connection, node, now, seenAt } from "../state.ts";

/** Lost connection, configuration, store, simulated pictures. */
export function Banners(): JSX.Element {
  const status = node.value;
  const lost = connection.value === "lost";
  const problems = status?.problems ?? [];
  const simulated =
    route.value.view === "live" &&
    cameras.value.length > 0 &&
    cameras.value.every((c) => c.simulated);
  return (
    <div class="banners">
      {lost && (
        <p class="banner bad" role="alert">
          <Icon name="alert" />
          <span>
            The node does not answer.{" "}
            {status === null
              ? "This page goes on by itself as soon as it does."
              : `This is its last state, ${duration(Math.max(0, (now.value - seenAt.value) / 1000))} old.`}
          </span>
        </p>
      )}
      {!lost && status !== null && !status.config.lastGood && (
        <p class="banner bad" role="alert">
          <Icon name="alert" />
          <span>
            The configuration file cannot be read; the node goes on with the last one that could.{" "}
            <a href={href("settings", ["config"])}>Look at it</a>
          </span>
        </p>
      )}
      {status !== null && status.store.problem !== null && (
        <p class="banner bad" role="alert">
          <Icon name="alert" />
          <span>
            Nothing can be stored: {status.store.problem}. Live pictures and alerts go on.{" "}
            <a href={href("health")}>See the disk</a>
          </span>
        </p>
      )}
      {problems.length > 0 && <ConfigProblems problems={problems} />}
      {!lost && simulated && (
        <p class="banner">
          <Icon name="info" />
          <span>
            What you see is <b>simulated</b>, drawn by a program.{" "}
            <a href={href("sources", ["add"])}>Add your own camera</a>
          </span>
        </p>
      )}
    </div>
  );
}

function ConfigProblems({ problems }: { readonly problems: readonly string[] }): JSX.Element {
  return (
    <div class="banner bad" role="alert">
      <Icon name="alert" />
      <div>
        <p>
          {problems.length === 1 ? "One line" : `${problems.length} lines`} of the configuration
          cannot be used. Everything else runs. <a href={href("settings", ["config"])}>Mend it</a>
        </p>
        <ul>
          {problems.slice(0, 3).map((problem) => (
            <li key={problem}>
              <code>{problem}</code>
            </li>
          ))}
          {problems.length > 3 && <li>and {problems.length - 3} more</li>}
        </ul>
      </div>
    </div>
  );
}
