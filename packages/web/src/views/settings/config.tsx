/** The configuration file as it is: text, line numbers, what is wrong, checked while it is typed. */

import type { ConfigDocument, ConfigOutcome } from "@symbion/core";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiFailure, request } from "../../api/request.ts";
import { Button, Empty, Panel, Problem } from "../../parts/controls.tsx";
import { Icon } from "../../parts/icon.tsx";
import { useLoaded, useTask } from "../../parts/task.ts";
import { guardLeaving } from "../../router.ts";
import { say } from "../../state.ts";
import { offsetOf, type PlacedProblem, placeOf } from "./problems.ts";

/** Wait after the last key before the text is checked, milliseconds. */
const CHECK_DELAY = 450;

const read = (signal?: AbortSignal): Promise<ConfigDocument> =>
  request<ConfigDocument>("GET", "/api/config", { signal });

/** The editor. */
export function ConfigEditor(): JSX.Element {
  const { data, problem, loading, set } = useLoaded(read, "config");
  if (data === null) return loading ? <Empty>Reading the file…</Empty> : <Problem text={problem} />;
  return <Editor document={data} onDocument={set} />;
}

function Editor(props: {
  readonly document: ConfigDocument;
  readonly onDocument: (document: ConfigDocument) => void;
}): JSX.Element {
  const { document: file, onDocument } = props;
  const [text, setText] = useState(file.text);
  const [problems, setProblems] = useState(file.problems);
  const [checking, setChecking] = useState(false);
  const [conflict, setConflict] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const gutter = useRef<HTMLDivElement>(null);
  const task = useTask();
  const isDirty = text !== file.text;
  const placed = problems.map(placeOf);

  useEffect(() => {
    if (text === file.text) {
      setProblems(file.problems);
      return;
    }
    const ending = new AbortController();
    const timer = setTimeout(() => {
      setChecking(true);
      request<{ readonly problems: readonly string[] }>("POST", "/api/config/check", {
        body: { text },
        signal: ending.signal,
      }).then(
        (answer) => {
          if (ending.signal.aborted) return;
          setProblems(answer.problems);
          setChecking(false);
        },
        // Saving will tell what is wrong.
        () => setChecking(false),
      );
    }, CHECK_DELAY);
    return () => {
      clearTimeout(timer);
      ending.abort();
    };
  }, [text, file]);

  useEffect(() => {
    if (!isDirty) return;
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener("beforeunload", warn);
    const release = guardLeaving(() =>
      globalThis.confirm("The configuration is not saved. Leave and lose the changes?"),
    );
    return () => {
      removeEventListener("beforeunload", warn);
      release();
    };
  }, [isDirty]);

  const save = (options: { readonly force?: boolean; readonly version?: string } = {}): void => {
    void task.run(async () => {
      const body = {
        version: options.version ?? file.version,
        text,
        ...(options.force === true ? { force: true } : {}),
      };
      try {
        const outcome = await request<ConfigOutcome>("PUT", "/api/config", { body });
        setProblems(outcome.problems);
        if (!outcome.saved) {
          throw new Error(
            "Not saved: some lines cannot be used. Mend them, or save all the same; what is wrong is then left out.",
          );
        }
        onDocument({ ...file, text, version: outcome.version, problems: outcome.problems });
        setConflict(false);
        say("Saved. The node uses it now.", "good");
      } catch (error) {
        if (!(error instanceof ApiFailure) || error.status !== 409) throw error;
        setConflict(true);
      }
    });
  };
  const overwrite = async (): Promise<void> => {
    const { version } = await read();
    save({ version, force: true });
  };
  const takeOther = (): void => {
    void task.run(async () => {
      const fresh = await read();
      onDocument(fresh);
      setText(fresh.text);
      setConflict(false);
    });
  };
  const jump = ({ line, column }: PlacedProblem): void => {
    const element = area.current;
    if (element === null || line === 0) return;
    const at = offsetOf(text, line, column);
    element.focus();
    element.setSelectionRange(at, at);
    const height = Number.parseFloat(getComputedStyle(element).lineHeight);
    element.scrollTop = (line - 1) * height - element.clientHeight / 3;
  };
  const wrongLines = new Set(placed.map(({ line }) => line));
  const lines = text.split("\n").length;
  return (
    <Panel
      title="Configuration file"
      note={<code>{file.path}</code>}
      actions={
        <>
          {isDirty && (
            <Button small onClick={() => setText(file.text)}>
              Discard
            </Button>
          )}
          <Button small tone="primary" busy={task.busy} disabled={!isDirty} onClick={() => save()}>
            Save
          </Button>
        </>
      }
    >
      {conflict && (
        <div class="note bad conflict" role="alert">
          <p>The file has been changed elsewhere in the meantime, so nothing was saved.</p>
          <Button small onClick={() => void overwrite()}>
            Save mine all the same
          </Button>
          <Button small onClick={takeOther}>
            Take the other one
          </Button>
        </div>
      )}
      <Problem text={task.problem} />
      {task.problem !== null && problems.length > 0 && (
        <Button small onClick={() => save({ force: true })}>
          Save all the same
        </Button>
      )}
      <div class="editor">
        <div class="editor-lines" ref={gutter} aria-hidden="true">
          {Array.from({ length: lines }, (_, index) => (
            // A line's number is its name.
            <span key={index} class={wrongLines.has(index + 1) ? "wrong" : ""}>
              {index + 1}
            </span>
          ))}
        </div>
        <textarea
          ref={area}
          aria-label="Text of the configuration"
          wrap="off"
          spellcheck={false}
          autocapitalize="off"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          onScroll={(event) => {
            if (gutter.current !== null) gutter.current.scrollTop = event.currentTarget.scrollTop;
          }}
          onKeyDown={(event) => {
            if (!(event.ctrlKey || event.metaKey) || event.key !== "s") return;
            event.preventDefault();
            if (isDirty) save();
          }}
        />
      </div>
      <div class="editor-foot" aria-live="polite">
        {placed.length === 0 ? (
          <p class="soft">
            {checking ? "Checking…" : "Every line can be used."} Comments stay as you write them.
          </p>
        ) : (
          <ul>
            {placed.map((one) => (
              <li key={`${one.line}:${one.column}:${one.text}`}>
                <button type="button" onClick={() => jump(one)}>
                  <Icon name="alert" />
                  {one.line > 0 && <b>Line {one.line}</b>}
                  <span>{one.text}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Panel>
  );
}
