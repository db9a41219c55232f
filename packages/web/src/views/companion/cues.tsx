/** Consent and live cues: what may be sensed, for what and until when; the light; everything inferred, deletable. */

import {
  consentNotice,
  type Grant,
  type Inference,
  LONGEST_GRANTS,
  type Purpose,
  type Sensor,
} from "@symbion/companion";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { duration, moment, timeOfDay } from "../../format.ts";
import { Button, Check, Empty, Field, Panel, Problem } from "../../parts/controls.tsx";
import { confirm, Dialog } from "../../parts/dialog.tsx";
import { useTask } from "../../parts/task.ts";
import { now, say } from "../../state.ts";
import {
  arousal,
  consentKernel,
  deleteAll,
  forget,
  give,
  grants,
  inferences,
  liveSensors,
  refreshConsent,
  softening,
  withdraw,
} from "./cue-store.ts";
import { cameraStream, sensing, sensorProblem, startSensing, stopSensing } from "./sensing.ts";
import { companion } from "./store.ts";
import { sentence } from "./words.ts";

const TITLES: Readonly<Record<Sensor, string>> = {
  heart: "Heart",
  camera: "Camera",
  microphone: "Voice",
  skin: "Skin",
};

/** Sensors that a page can read, in the order of their worth. */
const SENSORS_HERE: readonly Sensor[] = ["heart", "camera", "microphone"];

const PURPOSE_TEXT: Readonly<Record<Purpose, string>> = {
  show: "to show me the signal",
  soften: "to let the companion choose gentler words",
};

const HOUR = 3_600_000;

/** How long a grant may be asked for, milliseconds; those beyond a sensor's longest are left out. */
const SPANS: readonly (readonly [ms: number, label: string])[] = [
  [HOUR / 4, "15 minutes"],
  [HOUR, "1 hour"],
  [4 * HOUR, "4 hours"],
  [24 * HOUR, "1 day"],
  [7 * 24 * HOUR, "7 days"],
];

/** The whole part. */
export function Cues(): JSX.Element {
  const setting = companion.value?.setting ?? "workplace";
  const kernel = consentKernel(setting);
  const locked = kernel.setting !== "private";
  useEffect(() => {
    const timer = setInterval(refreshConsent, 1000);
    return () => clearInterval(timer);
  }, []);
  const task = useTask();
  const wipe = async (): Promise<void> => {
    const agreed = await confirm({
      title: "Stop and delete everything?",
      text: "All sensors stop, all permissions end, and everything that was inferred is deleted.",
      yes: "Stop and delete",
      danger: true,
    });
    if (!agreed) return;
    await task.run(async () => {
      for (const sensor of SENSORS_HERE) stopSensing(sensor);
      await deleteAll();
      say("Everything is stopped and deleted.", "good");
    });
  };
  if (locked) return <Locked setting={kernel.setting} />;
  return (
    <>
      <section class="panel cue-head" aria-label="Cues">
        <div>
          <div role="status">
            <h2 class="cue-headline">
              {liveSensors.value.length === 0
                ? "Nothing is sensed"
                : `Sensed now: ${[...new Set(liveSensors.value.map(({ sensor }) => TITLES[sensor].toLowerCase()))].join(", ")}`}
            </h2>
          </div>
          <p class="soft">
            Off until you allow it, for each sensor and purpose, and never for ever. Signals are
            computed in this page; they leave it in no form. No feeling is read or named: the only
            thing that is inferred is whether your body is more or less aroused than your own usual.
          </p>
        </div>
        <Button icon="trash" busy={task.busy} onClick={() => void wipe()}>
          Stop and delete everything
        </Button>
        <Problem text={task.problem} />
      </section>
      <ArousalPanel />
      <div class="cue-cards">
        {SENSORS_HERE.map((sensor) => (
          <SensorCard key={sensor} sensor={sensor} />
        ))}
      </div>
      <Inferences />
    </>
  );
}

function Locked({ setting }: { readonly setting: string }): JSX.Element {
  return (
    <section class="panel cue-head" aria-label="Cues">
      <div>
        <h2 class="cue-headline">Cues are off here, and cannot be switched on</h2>
        <p class="soft">
          This companion is set up for {setting === "education" ? "education" : "a workplace"}.
          There nothing is inferred from anybody’s body, whoever agrees (Regulation (EU) 2024/1689,
          Article 5(1)(f)). The page keeps this in mind even if the configuration is changed later.
        </p>
      </div>
    </section>
  );
}

function ArousalPanel(): JSX.Element | null {
  const newest = arousal.value;
  if (newest === null) return null;
  const { change, probability, confidence, why } = newest.value;
  const text = {
    higher: "Higher than your usual",
    usual: "Like your usual",
    lower: "Lower than your usual",
    unknown: "Cannot be said",
  }[change];
  return (
    <Panel title="Arousal, against your own baseline" note={timeOfDay(newest.at)}>
      <div class="arousal">
        <p class={`arousal-text ${change}`} role="status">
          {text}
        </p>
        {probability !== null && (
          <svg
            class="arousal-scale"
            viewBox="0 0 300 26"
            role="img"
            aria-label={`${text}, confidence ${Math.round(100 * confidence)} %`}
          >
            <line x1="4" x2="296" y1="13" y2="13" />
            <line class="middle" x1="150" x2="150" y1="5" y2="21" />
            <circle cx={4 + 292 * probability} cy="13" r={5 + 6 * confidence} />
          </svg>
        )}
        <p class="soft">
          {sentence(why)}{" "}
          {probability !== null && <>Confidence {Math.round(100 * confidence)} %. </>}
          {softening.value && <b>The companion’s words are gentler for it.</b>}
        </p>
      </div>
    </Panel>
  );
}

function SensorCard({ sensor }: { readonly sensor: Sensor }): JSX.Element {
  const [asking, setAsking] = useState(false);
  const mine = grants.value.filter((grant) => grant.sensor === sensor);
  const light = liveSensors.value.find((live) => live.sensor === sensor);
  const state = sensing.value[sensor];
  const impossible = sensorProblem(sensor);
  const task = useTask();
  return (
    <Panel
      title={TITLES[sensor]}
      class="cue-card"
      note={
        <span class={light === undefined ? "cue-light" : `cue-light ${light.state}`}>
          {light === undefined ? "off" : light.state === "live" ? "being read" : "closing"}
        </span>
      }
    >
      {impossible !== null && <p class="soft">{impossible}</p>}
      {mine.map((grant) => (
        <GrantLine key={grant.purpose} grant={grant} />
      ))}
      {mine.length === 0 && <p class="soft">No permission.</p>}
      <div class="form-actions">
        <Button small icon="shield" disabled={impossible !== null} onClick={() => setAsking(true)}>
          {mine.length === 0 ? "Allow…" : "Change…"}
        </Button>
        {mine.length > 0 &&
          (state.running ? (
            <Button small icon="close" onClick={() => stopSensing(sensor)}>
              Stop
            </Button>
          ) : (
            <Button
              small
              tone="primary"
              icon="play"
              busy={task.busy}
              disabled={impossible !== null}
              onClick={() => void task.run(() => startSensing(sensor))}
            >
              Start
            </Button>
          ))}
      </div>
      <Problem text={task.problem ?? state.problem} />
      {sensor === "camera" && state.running && <CameraPreview />}
      {state.quality !== null && (
        <div class="cue-quality">
          <meter
            min={0}
            max={1}
            low={0.34}
            high={0.67}
            optimum={1}
            value={state.quality.score}
            aria-label="Quality of the signal"
          />
          <span class="soft">{state.quality.usable ? "usable" : sentence(state.quality.why)}</span>
        </div>
      )}
      {state.measures.length > 0 && (
        <dl class="cue-measures">
          {state.measures.map(({ name, value, unit }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <span class="value">{value}</span> <span class="unit">{unit}</span>
              </dd>
            </div>
          ))}
        </dl>
      )}
      {asking && <GrantDialog sensor={sensor} onClose={() => setAsking(false)} />}
    </Panel>
  );
}

function GrantLine({ grant }: { readonly grant: Grant }): JSX.Element {
  const { sensor, purpose, until } = grant;
  return (
    <p class="cue-grant">
      <span>
        Allowed {PURPOSE_TEXT[purpose]}, for {duration(Math.max(0, until - now.value) / 1000)} more
      </span>
      <Button
        small
        tone="quiet"
        onClick={() => {
          withdraw(sensor, purpose);
          if (!grants.value.some((one) => one.sensor === sensor)) stopSensing(sensor);
        }}
      >
        Withdraw
      </Button>
    </p>
  );
}

function GrantDialog(props: {
  readonly sensor: Sensor;
  readonly onClose: () => void;
}): JSX.Element {
  const { sensor, onClose } = props;
  const language = navigator.language.startsWith("it") ? "it" : "en";
  const notice = consentNotice(sensor, language);
  const [read, setRead] = useState(false);
  const [soften, setSoften] = useState(false);
  const spans = SPANS.filter(([ms]) => ms <= LONGEST_GRANTS[sensor]);
  const [span, setSpan] = useState(String(HOUR));
  const [problem, setProblem] = useState<string | null>(null);
  const agree = (): void => {
    try {
      give(sensor, "show", Number(span));
      if (soften) give(sensor, "soften", Number(span));
      else if (grants.value.some((one) => one.sensor === sensor && one.purpose === "soften")) {
        withdraw(sensor, "soften");
      }
      onClose();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <Dialog title={notice.title} onClose={onClose}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled with keys */}
      <div class="notice" lang={language} tabIndex={0}>
        {notice.paragraphs.map((paragraph) => (
          <p key={paragraph}>{paragraph}</p>
        ))}
      </div>
      <form
        class="form notice-form"
        onSubmit={(event) => {
          event.preventDefault();
          agree();
        }}
      >
        <Check checked={read} onChange={setRead}>
          I have read this, and allow it {PURPOSE_TEXT.show}
        </Check>
        {sensor === "heart" && (
          <Check checked={soften} onChange={setSoften}>
            and {PURPOSE_TEXT.soften}
          </Check>
        )}
        <Field label="For" hint="It ends by itself then, and at any time before by one press.">
          <select value={span} onChange={(event) => setSpan(event.currentTarget.value)}>
            {spans.map(([ms, label]) => (
              <option key={ms} value={String(ms)}>
                {label}
              </option>
            ))}
          </select>
        </Field>
        <Problem text={problem} />
        <div class="dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" tone="primary" disabled={!read}>
            Allow
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** What the camera sees, mirrored, with the region whose colour is measured. */
function CameraPreview(): JSX.Element {
  const video = useRef<HTMLVideoElement>(null);
  const stream = cameraStream.value;
  useEffect(() => {
    if (video.current !== null) video.current.srcObject = stream;
  }, [stream]);
  return (
    <div class="cue-camera">
      <video ref={video} autoplay muted playsinline />
      <div class="cue-region" aria-hidden="true" />
      <p class="soft">Bring bare skin into the frame, in even light, and hold still.</p>
    </div>
  );
}

function Inferences(): JSX.Element {
  const all = inferences.value;
  return (
    <Panel title="What was inferred in this visit" note="held in memory only">
      {all.length === 0 ? (
        <Empty>Nothing.</Empty>
      ) : (
        <ul class="inferences">
          {all.slice(0, 50).map((one) => (
            <li key={one.id}>
              <span class="soft">{moment(one.at, now.value)}</span>
              <span>{one.kind}</span>
              <code>{valueText(one)}</code>
              <Button
                small
                tone="quiet"
                icon="trash"
                label={`Delete ${one.kind}`}
                onClick={() => forget(one.id)}
              />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function valueText({ value }: Inference): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
