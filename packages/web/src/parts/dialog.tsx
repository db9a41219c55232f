/** Dialogs: the browser's own element keeps the focus inside and gives it back. */

import { type Signal, signal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Button } from "./controls.tsx";

/** A modal dialog; closing it (Escape, the cross, its own buttons) calls `onClose`. */
export function Dialog(props: {
  readonly title: string;
  readonly onClose: () => void;
  readonly wide?: boolean;
  readonly children: ComponentChildren;
}): JSX.Element {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    dialog?.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      class={props.wide === true ? "dialog large" : "dialog"}
      aria-label={props.title}
      onCancel={(event) => {
        event.preventDefault();
        props.onClose();
      }}
    >
      <div class="dialog-head">
        <h2>{props.title}</h2>
        <Button icon="close" label="Close" tone="quiet" onClick={props.onClose} />
      </div>
      {props.children}
    </dialog>
  );
}

type Question = {
  readonly title: string;
  readonly text: string;
  readonly yes: string;
  readonly danger: boolean;
  readonly answer: (yes: boolean) => void;
};

const question: Signal<Question | null> = signal(null);

/** Asks the person; resolves with whether they agreed. */
export function confirm(options: {
  readonly title: string;
  readonly text: string;
  /** What the agreeing button says ("Delete clip"). */
  readonly yes: string;
  readonly danger?: boolean;
}): Promise<boolean> {
  question.value?.answer(false);
  return new Promise((resolve) => {
    question.value = {
      ...options,
      danger: options.danger ?? false,
      answer: (yes) => {
        question.value = null;
        resolve(yes);
      },
    };
  });
}

/** Where {@link confirm} shows its question; once on the page. */
export function Confirmation(): JSX.Element | null {
  const current = question.value;
  if (current === null) return null;
  return (
    <Dialog title={current.title} onClose={() => current.answer(false)}>
      <p class="dialog-text">{current.text}</p>
      <div class="dialog-actions">
        <Button onClick={() => current.answer(false)}>Cancel</Button>
        <Button tone={current.danger ? "danger" : "primary"} onClick={() => current.answer(true)}>
          {current.yes}
        </Button>
      </div>
    </Dialog>
  );
}
