/** The picture with its signals, and what is drawn over it. */

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { percent } from "../../format.ts";
import { Button, Check, Segmented } from "../../parts/controls.tsx";
import { KIND_COLOURS, RAMP_CSS, WHEEL_CSS } from "../../video/colours.ts";
import type { OverlayMode } from "../../video/overlay.ts";
import { Truth } from "./figures.tsx";
import { runStage } from "./run-stage.ts";
import {
  camera,
  lastField,
  overlay,
  overlayStrength,
  picture,
  showAreas,
  showTracks,
  view,
} from "./stage-state.ts";
import { isAsked } from "./watch-state.ts";

const MODES: readonly {
  readonly mode: OverlayMode;
  readonly label: string;
  readonly help: string;
}[] = [
  {
    mode: "motion",
    label: "Motion",
    help: "Colour is direction, strength is speed. Vectors show where the picture changes, not who or what is there.",
  },
  {
    mode: "mask",
    label: "Mask",
    help: "What changes once the camera's own motion and noise are taken out, gathered over every frame.",
  },
  {
    mode: "kinds",
    label: "Kinds",
    help: "Where each block's prediction comes from: other frames (inter, skip, direct) or its neighbours (intra).",
  },
  {
    mode: "qp",
    label: "QP",
    help: "How coarsely each block is quantised: bright blocks lose more detail.",
  },
  { mode: "bits", label: "Bits", help: "Where the camera spends its bits." },
  {
    mode: "residual",
    label: "Residual",
    help: "What prediction did not explain: sum of the coefficient levels of each block.",
  },
  {
    mode: "kept",
    label: "Kept",
    help: "What the model that answers questions was shown of the last sampled picture: the rest is dimmed.",
  },
  { mode: "off", label: "Off", help: "The picture alone." },
];

/** Picture, overlay and their labels. `children` lie above the picture, `bar` takes the place of the legend. */
export function Stage(props: {
  readonly children?: ComponentChildren;
  readonly bar?: ComponentChildren;
}): JSX.Element {
  const pictureCanvas = useRef<HTMLCanvasElement>(null);
  const overlayCanvas = useRef<HTMLCanvasElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (pictureCanvas.current === null || overlayCanvas.current === null) return;
    return runStage(pictureCanvas.current, overlayCanvas.current);
  }, []);

  const field = lastField.value;
  const ratio = field === null ? "16 / 9" : `${field.width} / ${field.height}`;
  return (
    <figure class="stage">
      <div class="screen" ref={frame} style={{ aspectRatio: ratio }}>
        <canvas
          ref={pictureCanvas}
          class="picture"
          data-testid="picture"
          role="img"
          aria-label={describe()}
        />
        <canvas ref={overlayCanvas} class="overlay" data-testid="overlay" />
        <Message />
        {props.children ?? (
          <>
            <Labels />
            <div class="expand">
              <Button
                icon="expand"
                label="Full screen"
                tone="quiet"
                onClick={() => {
                  if (document.fullscreenElement === null) void frame.current?.requestFullscreen();
                  else void document.exitFullscreen();
                }}
              />
            </div>
          </>
        )}
      </div>
      <figcaption>
        {props.bar ?? (
          <>
            <Truth />
            <Modes />
            <Legend />
          </>
        )}
      </figcaption>
    </figure>
  );
}

function describe(): string {
  const field = lastField.value;
  const moving = field === null ? "" : `, ${percent(field.motionShare)} percent of it moving`;
  const name = title();
  return `Picture of ${name}${moving}`;
}

function title(): string {
  const current = view.value;
  if (current?.kind === "file") return current.file.name;
  if (current?.kind === "device") return "This device's camera";
  return camera.value?.name ?? "No camera";
}

function Labels(): JSX.Element {
  const current = view.value;
  const status = camera.value;
  const local = current !== null && current.kind !== "camera";
  const live = local ? picture.value.state !== "failed" : status?.state === "live";
  return (
    <div class="labels">
      <span class={`label ${live ? "live" : "still"}`}>
        <span class="pulse" aria-hidden="true" />
        {title()}
      </span>
      {status?.simulated === true && <span class="label simulated">Simulated scene</span>}
      {local && <span class="label local">Only in this browser</span>}
    </div>
  );
}

function Message(): JSX.Element | null {
  const status = camera.value;
  const { state, message } = picture.value;
  const trouble =
    status !== null && status.state !== "live" && status.state !== "starting"
      ? status.reason
      : null;
  const text =
    trouble ??
    (state === "playing"
      ? ""
      : message !== ""
        ? message
        : state === "waiting"
          ? "Waiting for the first picture…"
          : "");
  if (text === "") return null;
  const soft = state === "stills" || state === "signals-only";
  return (
    <p class={soft ? "message soft" : "message"} role="status">
      {text}
    </p>
  );
}

function Modes(): JSX.Element {
  const current = overlay.value;
  return (
    <div class="controls">
      <Segmented
        legend="What to draw over the picture"
        name="overlay"
        value={current}
        options={MODES.filter(({ mode }) => mode !== "kept" || isAsked.value).map(
          ({ mode, label }) => ({ value: mode, label }),
        )}
        onChange={(mode) => {
          overlay.value = mode;
        }}
      />
      <div class="layers">
        <Check
          checked={showTracks.value}
          onChange={(on) => {
            showTracks.value = on;
          }}
        >
          Tracks
        </Check>
        {view.value?.kind === "camera" && (
          <Check
            checked={showAreas.value}
            onChange={(on) => {
              showAreas.value = on;
            }}
          >
            Zones
          </Check>
        )}
      </div>
      <label class="strength">
        <span>Strength</span>
        <input
          type="range"
          min="0.2"
          max="1"
          step="0.05"
          value={overlayStrength.value}
          disabled={current === "off"}
          onInput={(event) => {
            overlayStrength.value = Number(event.currentTarget.value);
          }}
        />
      </label>
    </div>
  );
}

function Legend(): JSX.Element {
  const mode = overlay.value;
  const help = MODES.find((entry) => entry.mode === mode)?.help ?? "";
  return (
    <div class="legend">
      {mode === "motion" && (
        <span class="wheel" style={{ background: WHEEL_CSS }} aria-hidden="true" />
      )}
      {mode === "kinds" && (
        <ul class="swatches">
          {Object.values(KIND_COLOURS).map(({ rgb, label }) => (
            <li key={label}>
              <span
                class="swatch"
                style={{ background: `rgb(${rgb.join(" ")})` }}
                aria-hidden="true"
              />
              {label}
            </li>
          ))}
        </ul>
      )}
      {(mode === "qp" || mode === "bits" || mode === "residual") && (
        <span class="ramp">
          low <span class="scale" style={{ background: RAMP_CSS }} aria-hidden="true" /> high
        </span>
      )}
      <p>{help}</p>
    </div>
  );
}
