/** Puts the chosen view on the stage: connects its source, its player and the two canvases. */

import { effect, untracked } from "@preact/signals";
import type { StreamHeader } from "@symbion/core";
import { cameraPath } from "../../api/request.ts";
import { followCamera } from "../../api/streams.ts";
import { LocalMeter } from "../../local/meter.ts";
import { type LocalEvents, playCamera, playFile } from "../../local/source.ts";
import { node } from "../../state.ts";
import { Overlay, type OverlayLook } from "../../video/overlay.ts";
import { openSignals, Player, type Signals } from "../../video/player.ts";
import { watchVisibility } from "../../visibility.ts";
import {
  bufferMs,
  drawnAreas,
  lastField,
  missedFrames,
  overlay,
  overlayStrength,
  type PictureState,
  picture,
  showTracks,
  type View,
  view,
} from "./stage-state.ts";
import { planAt } from "./watch-state.ts";

/** How often a still picture is fetched where the browser has no decoder, milliseconds. */
const STILL_INTERVAL = 500;

/** Drives the stage's canvases until the returned function is called. */
export function runStage(
  pictureCanvas: HTMLCanvasElement,
  overlayCanvas: HTMLCanvasElement,
): () => void {
  const context = pictureCanvas.getContext("2d");
  if (context === null) throw new Error("canvas: expected a 2D context, got none");
  const layer = new Overlay(overlayCanvas);
  let drawn: Signals | null = null;
  const look = (): OverlayLook => ({
    mode: overlay.value,
    strength: overlayStrength.value,
    tracks: showTracks.value,
    areas: drawnAreas.value,
    planAt,
  });

  const drawPicture = (source: CanvasImageSource, width: number, height: number): void => {
    if (pictureCanvas.width !== width || pictureCanvas.height !== height) {
      pictureCanvas.width = width;
      pictureCanvas.height = height;
    }
    context.drawImage(source, 0, 0, width, height);
  };
  const drawSignals = (signals: Signals): void => {
    const { header } = signals;
    drawn = signals;
    lastField.value = header;
    if (picture.value.state === "signals-only" && pictureCanvas.width !== header.width) {
      pictureCanvas.width = header.width;
      pictureCanvas.height = header.height;
    }
    layer.draw(signals, look());
  };

  const stopRedraw = effect(() => {
    const next = look();
    if (drawn !== null) layer.draw(drawn, next);
  });

  const visible = watchVisibility();
  const stopView = effect(() => {
    const current = view.value;
    const shown = visible.isVisible.value;
    if (current === null || (!shown && current.kind === "camera")) return;
    return untracked(() => {
      drawn = null;
      layer.clear();
      context.clearRect(0, 0, pictureCanvas.width, pictureCanvas.height);
      return start(current, drawPicture, drawSignals);
    });
  });
  return () => {
    stopView();
    stopRedraw();
    visible.stop();
  };
}

/** Starts a view; the returned function ends it. */
function start(
  current: View,
  drawPicture: (source: CanvasImageSource, width: number, height: number) => void,
  drawSignals: (signals: Signals) => void,
): () => void {
  const ending = new AbortController();
  const set = (state: PictureState, message = ""): void => {
    const before = picture.value;
    if (before.state !== state || before.message !== message) picture.value = { state, message };
  };
  const player = new Player({
    onPicture: (source, width, height) => {
      // Tens of milliseconds are enough for a figure that people read.
      bufferMs.value = Math.round(player.bufferMs / 10) * 10;
      drawPicture(source, width, height);
    },
    onField: drawSignals,
    onMissed: (frames) => {
      missedFrames.value = frames;
    },
    onState: (state, message) => {
      if (state === "playing") set("playing");
      else if (state === "unsupported") withoutDecoder(current, ending.signal, set, drawPicture);
      else set("waiting", `A damaged picture could not be decoded (${message}).`);
    },
  });
  const push = (header: StreamHeader, body: Uint8Array): void => player.push(header, body);

  if (current.kind === "camera") {
    void followCamera(current.id, ending.signal, push);
  } else {
    const meter = new LocalMeter(ending.signal);
    const events: LocalEvents = {
      onRecord: (header, body) => {
        meter.take(header);
        // Pictures of the device's camera come by themselves, right after their field.
        if (header.kind === "field" && current.kind === "device") {
          const signals = openSignals(header, body);
          if (signals !== null) drawSignals(signals);
        } else push(header, body);
      },
      onPicture: (frame) => {
        set("playing");
        drawPicture(frame, frame.displayWidth, frame.displayHeight);
      },
      onFailed: (message) => set("failed", message),
    };
    if (current.kind === "file") playFile(current.file, ending.signal, events);
    else void playCamera(ending.signal, events);
  }
  return () => {
    ending.abort();
    player.close();
  };
}

/** Without a decoder in the browser: still pictures from the node, or the signals alone. */
function withoutDecoder(
  current: View,
  signal: AbortSignal,
  set: (state: PictureState, message: string) => void,
  drawPicture: (source: CanvasImageSource, width: number, height: number) => void,
): void {
  if (current.kind !== "camera" || node.value?.snapshots !== true) {
    set(
      "signals-only",
      "This browser cannot decode H.264: you see the signals without the picture.",
    );
    return;
  }
  set("stills", "This browser cannot decode H.264: the node sends still pictures instead.");
  const fetchStill = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        const response = await fetch(cameraPath(current.id, "/snapshot.jpg"), { signal });
        if (response.ok) {
          const bitmap = await createImageBitmap(await response.blob());
          if (!signal.aborted) drawPicture(bitmap, bitmap.width, bitmap.height);
          bitmap.close();
        }
      } catch {
        // The next still may come.
      }
      await new Promise((resolve) => setTimeout(resolve, STILL_INTERVAL));
    }
  };
  void fetchStill();
}
