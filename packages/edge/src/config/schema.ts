/** What may stand in `symbion.yaml`. */

import { z } from "zod";

/** Schemes a camera address may have: what ffmpeg can fetch over a network, and nothing that reads local files. */
export const URL_SCHEMES: readonly string[] = [
  "rtsp",
  "rtsps",
  "rtmp",
  "rtmps",
  "http",
  "https",
  "srt",
  "udp",
  "rtp",
];

function isCameraUrl(text: string): boolean {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\/[^\s]+$/i.exec(text)?.[1]?.toLowerCase();
  return scheme !== undefined && URL_SCHEMES.includes(scheme);
}

/** Values of the `server:` section. */
export type ServerValues = { readonly host: string; readonly port?: number | undefined };

/** Values of an entry of `cameras:`; exactly one of `url` and `file` is there. */
export type CameraValues = {
  readonly id: string;
  readonly name?: string | undefined;
  readonly url?: string | undefined;
  readonly file?: string | undefined;
  readonly loop?: boolean | undefined;
  readonly realtime?: boolean | undefined;
};

/** `server:` section. */
export const serverSchema: z.ZodType<ServerValues> = z.strictObject({
  host: z.string().min(1).max(253).default("127.0.0.1"),
  port: z.int().min(0).max(65535).optional(),
});

/** One entry of `cameras:`. */
export const cameraSchema: z.ZodType<CameraValues> = z
  .strictObject({
    id: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/, "1 to 63 letters, digits, - or _, first no sign"),
    name: z.string().min(1).max(80).optional(),
    url: z
      .string()
      .refine(
        isCameraUrl,
        `an address beginning with ${URL_SCHEMES.map((s) => `${s}://`).join(", ")}`,
      )
      .optional(),
    file: z.string().min(1).optional(),
    loop: z.boolean().optional(),
    realtime: z.boolean().optional(),
  })
  .refine((camera) => (camera.url === undefined) !== (camera.file === undefined), {
    message: 'either "url" or "file"',
  })
  .refine((camera) => camera.url === undefined || camera.loop === undefined, {
    message: '"loop" only beside "file"',
    path: ["loop"],
  })
  .refine((camera) => camera.url === undefined || camera.realtime === undefined, {
    message: '"realtime" only beside "file"',
    path: ["realtime"],
  });

/** Keys of the sections, for "did you mean". */
export const KNOWN_KEYS: Readonly<Record<"root" | "server" | "camera", readonly string[]>> = {
  root: ["server", "cameras"],
  server: ["host", "port"],
  camera: ["id", "name", "url", "file", "loop", "realtime"],
};
