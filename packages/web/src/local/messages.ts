/** What the page and its worker say to each other about sources that stay in this browser. */

import type { StreamHeader, WatchPolicy } from "@symbion/core";

/** From the page. */
export type ToWorker =
  /** Play this file for ever, as if it were a camera. */
  | { readonly type: "file"; readonly file: File }
  /** Pictures of this size and rate will come. */
  | {
      readonly type: "camera";
      readonly width: number;
      readonly height: number;
      readonly frameRate: number;
    }
  /** One picture of the device's camera; the worker closes it. */
  | { readonly type: "picture"; readonly frame: VideoFrame }
  /** Pick pictures for the model at the other end of the port, or stop doing so. */
  | { readonly type: "watch"; readonly port: MessagePort; readonly policy: WatchPolicy }
  | { readonly type: "unwatch" };

/** From the worker. */
export type FromWorker =
  | { readonly type: "record"; readonly header: StreamHeader; readonly body: Uint8Array }
  /** A picture of the device's camera whose signals were read; the page closes it. */
  | { readonly type: "picture"; readonly frame: VideoFrame }
  | { readonly type: "failed"; readonly message: string };
