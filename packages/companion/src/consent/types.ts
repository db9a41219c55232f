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
 * grants (Regulation (EU) 2024/1689, Article 5(1)(f)).
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
