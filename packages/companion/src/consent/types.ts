/** Who may sense what, for what, and until when. */

/** Things that can be sensed of a person; each is granted by itself. */
export const SENSORS = ["heart", "skin", "camera", "microphone"] as const;

/** One of {@link SENSORS}; `skin` is electrodermal activity. */
export type Sensor = (typeof SENSORS)[number];

/** What for: `show` signals to the person alone; `soften` let the companion choose gentler words. */
export const PURPOSES = ["show", "soften"] as const;

/** One of {@link PURPOSES}. */
export type Purpose = (typeof PURPOSES)[number];

/**
 * Where the companion is used. At `workplace` and in `education` nothing is inferred from a body, whatever anybody
 * grants (Regulation (EU) 2024/1689, Article 5(1)(f)). The node's configuration says which; neither the person on the
 * page nor whoever writes to the page's storage can.
 */
export const SETTINGS = ["private", "workplace", "education"] as const;

/** One of {@link SETTINGS}. */
export type Setting = (typeof SETTINGS)[number];

/** A person's permission. */
export type Grant = {
  /** What may be sensed. */
  readonly sensor: Sensor;
  /** What it may be used for; another use needs another grant. */
  readonly purpose: Purpose;
  /** Milliseconds since 1970. */
  readonly from: number;
  /** Milliseconds since 1970; no grant is for ever. */
  readonly until: number;
  /** Version of the notice that was read before it was given. */
  readonly notice: string;
};

/** What a person says yes to. */
export type GrantRequest = {
  /** What may be sensed. */
  readonly sensor: Sensor;
  /** What it may be used for. */
  readonly purpose: Purpose;
  /** Milliseconds, above 0 and at most the sensor's entry in `LONGEST_GRANTS`. */
  readonly forMs: number;
  /** Version of the notice that the person has read; only `NOTICE_VERSION` is taken. */
  readonly notice: string;
};

/** A sensor that is being read, for the light on the page. */
export type LiveSensor = {
  /** What is read. */
  readonly sensor: Sensor;
  /** Under which permission. */
  readonly purpose: Purpose;
  /** Milliseconds since 1970 at the first read. */
  readonly since: number;
  /**
   * `live`: samples pass; `closing`: none passes any more, but the source has not confirmed that it is shut, so the
   * light stays on.
   */
  readonly state: "live" | "closing";
};

/** What something was inferred from, and what it says. */
export type InferenceDraft = {
  /** Signals that it was made of; each needs a live grant. */
  readonly sensors: readonly Sensor[];
  /** What it is used for. */
  readonly purpose: Purpose;
  /** What sort of thing it is, as a short name: "heart rate", "arousal". */
  readonly kind: string;
  /** The whole of it, as plain data that can be shown to the person. */
  readonly value: unknown;
};

/** Something inferred, as the person sees it in the list. Held in memory only. */
export type Inference = InferenceDraft & {
  /** Names it in `forget`; counts from 1 within a kernel. */
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly at: number;
};

/** Where grants are kept between visits: one text. Both calls may throw; the kernel then lets nothing pass. */
export type ConsentStorage = {
  /** The text last written, or null where there is none. */
  read(): string | null;
  /** Replaces the text; null removes it. */
  write(text: string | null): void;
};
