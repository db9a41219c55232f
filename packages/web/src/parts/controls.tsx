/** Small controls that many views share. */

import { type ComponentChildren, cloneElement, type JSX, type VNode } from "preact";
import { useId } from "preact/hooks";
import { Icon, type IconName } from "./icon.tsx";

/** A button with an icon, a text, or both. Without a text, `label` names it. */
export function Button(props: {
  readonly onClick?: (() => void) | undefined;
  readonly icon?: IconName;
  readonly label?: string;
  readonly tone?: "plain" | "primary" | "danger" | "quiet";
  readonly small?: boolean;
  readonly disabled?: boolean | undefined;
  readonly busy?: boolean | undefined;
  readonly pressed?: boolean | undefined;
  readonly type?: "button" | "submit";
  readonly title?: string | undefined;
  readonly children?: ComponentChildren;
}): JSX.Element {
  const { icon, label, tone = "plain", children } = props;
  const bare = children === undefined;
  const classes = ["button", tone, bare ? "bare" : "", props.small === true ? "small" : ""];
  return (
    <button
      type={props.type ?? "button"}
      class={classes.filter((name) => name !== "").join(" ")}
      aria-label={bare ? label : undefined}
      title={props.title ?? (bare ? label : undefined)}
      aria-pressed={props.pressed}
      aria-busy={props.busy}
      disabled={props.disabled === true || props.busy === true}
      onClick={props.onClick}
    >
      {icon !== undefined && <Icon name={icon} />}
      {children !== undefined && <span>{children}</span>}
    </button>
  );
}

/** A group of choices of which one holds: radio buttons, so that arrow keys move within and Tab leaves. */
export function Segmented<T extends string>(props: {
  readonly legend: string;
  readonly name: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly onChange: (value: T) => void;
  readonly disabled?: boolean;
}): JSX.Element {
  return (
    <fieldset class="segmented" disabled={props.disabled}>
      <legend class="hidden">{props.legend}</legend>
      {props.options.map(({ value, label }) => (
        <label key={value} class={value === props.value ? "on" : ""}>
          <input
            type="radio"
            name={props.name}
            value={value}
            checked={value === props.value}
            onChange={() => props.onChange(value)}
          />
          {label}
        </label>
      ))}
    </fieldset>
  );
}

/** A labelled control: its only child. Hint or error are read after its name. */
export function Field(props: {
  readonly label: string;
  readonly hint?: ComponentChildren;
  readonly error?: string | null;
  readonly children: VNode;
}): JSX.Element {
  const { error = null, hint } = props;
  const id = useId();
  const note = error ?? hint;
  return (
    <div class={error === null ? "field" : "field wrong"}>
      <label class="field-label" for={id}>
        {props.label}
      </label>
      {cloneElement(props.children, {
        id,
        "aria-describedby": note === undefined ? undefined : `${id}-note`,
        "aria-invalid": error === null ? undefined : true,
      })}
      {note !== undefined && (
        <span id={`${id}-note`} class={error === null ? "field-hint" : "field-error"}>
          {note}
        </span>
      )}
    </div>
  );
}

/** A choice from a list, with a label that only screen readers need. */
export function Select(props: {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, label: string])[];
  readonly onChange: (value: string) => void;
  readonly disabled?: boolean | undefined;
}): JSX.Element {
  return (
    <select
      class="select"
      aria-label={props.label}
      value={props.value}
      disabled={props.disabled}
      onChange={(event) => props.onChange(event.currentTarget.value)}
    >
      {props.options.map(([value, label]) => (
        <option key={value} value={value} selected={value === props.value}>
          {label}
        </option>
      ))}
    </select>
  );
}

/** Something on or off, with its name. */
export function Check(props: {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly disabled?: boolean | undefined;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={props.checked}
        disabled={props.disabled}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      <span>{props.children}</span>
    </label>
  );
}

/** A titled part of a view. */
export function Panel(props: {
  readonly title: string;
  readonly actions?: ComponentChildren;
  readonly note?: ComponentChildren;
  readonly class?: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <section class={`panel ${props.class ?? ""}`} aria-label={props.title}>
      <div class="panel-head">
        <h2>{props.title}</h2>
        {props.note !== undefined && <span class="panel-note">{props.note}</span>}
        {props.actions !== undefined && <div class="panel-actions">{props.actions}</div>}
      </div>
      {props.children}
    </section>
  );
}

/** A sentence where there is nothing to show. */
export function Empty({ children }: { readonly children: ComponentChildren }): JSX.Element {
  return <p class="empty">{children}</p>;
}

/** A sentence about what went wrong, said at once. */
export function Problem({ text }: { readonly text: string | null }): JSX.Element | null {
  if (text === null) return null;
  return (
    <p class="note bad" role="alert">
      <Icon name="alert" />
      <span>{text}</span>
    </p>
  );
}
