/** Backup, restore, and the bundle for somebody who is to help. */

import type { RestoreReport } from "@symbion/core";
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { request } from "../../api/request.ts";
import { bytes, count, moment } from "../../format.ts";
import { Button, Check, Panel, Problem } from "../../parts/controls.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Icon } from "../../parts/icon.tsx";
import { useTask } from "../../parts/task.ts";
import { node, say } from "../../state.ts";

/** Downloads and the upload. */
export function Maintenance(): JSX.Element {
  const [clips, setClips] = useState(false);
  const [archive, setArchive] = useState<File | null>(null);
  const [report, setReport] = useState<RestoreReport | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const task = useTask();
  const look = (file: File): void => {
    void task.run(async () => {
      const answer = await request<RestoreReport>("POST", "/api/restore?dry-run=1", { body: file });
      setArchive(file);
      setReport(answer);
    });
  };
  const restore = async (): Promise<void> => {
    if (archive === null) return;
    const worked = await task.run(async () => {
      const answer = await request<RestoreReport>("POST", "/api/restore", { body: archive });
      if (!answer.ok) throw new Error(answer.reason ?? "The backup could not be restored.");
      say("Restored. The node starts again with it.", "good");
    });
    if (worked) setReport(null);
  };
  return (
    <Panel title="Backup and support">
      <div class="upkeep">
        <p>
          <b>Backup</b>
          <span class="soft">
            Configuration, events, alerts and, if you like, clips in one file.
          </span>
        </p>
        <Check checked={clips} onChange={setClips}>
          With clips, {bytes(node.value?.store.clipBytes ?? 0)}
        </Check>
        <a class="button" href={`/api/backup?clips=${clips ? 1 : 0}`} download>
          <Icon name="download" />
          <span>Download backup</span>
        </a>
        <p>
          <b>Restore</b>
          <span class="soft">
            First you see what the file would bring; nothing changes until then.
          </span>
        </p>
        <Button icon="upload" busy={task.busy} onClick={() => input.current?.click()}>
          Choose a backup
        </Button>
        <input
          ref={input}
          type="file"
          class="hidden"
          tabIndex={-1}
          aria-label="Backup file"
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            event.currentTarget.value = "";
            if (file !== undefined) look(file);
          }}
        />
        {report === null && <Problem text={task.problem} />}
        <p>
          <b>Support bundle</b>
          <span class="soft">
            Versions, configuration without secrets, logs and figures, for whoever helps you.
          </span>
        </p>
        <a class="button" href="/api/support" download>
          <Icon name="download" />
          <span>Download support bundle</span>
        </a>
      </div>
      {report !== null && (
        <Dialog title="Restore this backup?" onClose={() => setReport(null)}>
          {report.ok ? (
            <>
              <dl class="facts">
                {report.createdAt !== null && (
                  <div>
                    <dt>Made</dt>
                    <dd>{moment(report.createdAt)}</dd>
                  </div>
                )}
                <div>
                  <dt>Version</dt>
                  <dd>
                    {report.version ?? "unknown"}, schema {report.schema ?? "unknown"}
                  </dd>
                </div>
                <div>
                  <dt>Holds</dt>
                  <dd>
                    {count(report.insights)} events, {count(report.alerts)} alerts,{" "}
                    {count(report.clips)} clips
                    {report.config ? ", the configuration" : ", no configuration"}
                  </dd>
                </div>
              </dl>
              <p class="dialog-text after">It takes the place of what the node has now.</p>
            </>
          ) : (
            <Problem text={report.reason ?? "This file cannot be restored."} />
          )}
          <Problem text={task.problem} />
          <div class="dialog-actions">
            <Button onClick={() => setReport(null)}>Cancel</Button>
            {report.ok && (
              <Button tone="danger" busy={task.busy} onClick={() => void restore()}>
                Restore
              </Button>
            )}
          </div>
        </Dialog>
      )}
    </Panel>
  );
}
