/** A tile's picture: decoded only while it can be seen, drawn at the size at which it is shown. */

import type { CameraArea, FieldHeader } from "@symbion/core";
import { cameraPath } from "../../api/request.ts";
import type { TileStreams } from "../../api/streams.ts";
import { node } from "../../state.ts";
import { Player } from "../../video/player.ts";
import { drawAreas, drawTracks, Trails } from "../../video/scene.ts";

/** How often a still picture is fetched where the browser has no decoder, milliseconds. */
const STILL_INTERVAL = 2000;

/** What a tile needs, and what it tells. */
export type TileParts = {
  readonly id: string;
  readonly canvas: HTMLCanvasElement;
  readonly streams: TileStreams;
  /** Areas to draw now. */
  readonly areas: () => readonly CameraArea[];
  /** Share of the picture that is active, with every frame. */
  readonly onActivity: (share: number) => void;
  /** A sentence where the picture is not what it should be; empty where it is. */
  readonly onMessage: (text: string) => void;
};

/** Runs a tile until the returned function is called. */
export function runTile(parts: TileParts): () => void {
  const { canvas } = parts;
  let stop: (() => void) | null = null;
  let inSight = false;
  const update = (): void => {
    const wanted = inSight && !document.hidden;
    if (wanted && stop === null) stop = play(parts);
    else if (!wanted && stop !== null) {
      stop();
      stop = null;
    }
  };
  const watcher = new IntersectionObserver(
    (entries) => {
      inSight = entries.at(-1)?.isIntersecting ?? false;
      update();
    },
    { rootMargin: "80px" },
  );
  watcher.observe(canvas);
  document.addEventListener("visibilitychange", update);
  return () => {
    watcher.disconnect();
    document.removeEventListener("visibilitychange", update);
    stop?.();
  };
}

function play(parts: TileParts): () => void {
  const { canvas, id } = parts;
  const context = canvas.getContext("2d");
  if (context === null) return () => undefined;
  const ending = new AbortController();
  const trails = new Trails();
  const draw = (source: CanvasImageSource, width: number, height: number): void => {
    const shown = Math.max(1, canvas.clientWidth * Math.min(2, devicePixelRatio));
    const scale = Math.min(1, shown / width);
    const w = Math.round(width * scale);
    const h = Math.round(height * scale);
    if (canvas.width !== w || canvas.height !== h) {
      canvas.width = w;
      canvas.height = h;
    }
    context.globalAlpha = 1;
    context.drawImage(source, 0, 0, w, h);
  };
  let decoding = false;
  const drawScene = (header: FieldHeader): void => {
    parts.onActivity(header.activity);
    // Over a still picture, marks of many frames would pile up.
    if (!decoding) return;
    const { width, height } = canvas;
    const surface = { context, width, height, scale: width / Math.max(1, canvas.clientWidth) };
    drawAreas(surface, parts.areas(), false);
    trails.take(header.tracks, header.timestamp);
    drawTracks(surface, header.tracks, trails, header.timestamp, false);
  };
  const player = new Player({
    onPicture: (source, width, height) => {
      decoding = true;
      draw(source, width, height);
    },
    onField: ({ header }) => drawScene(header),
    onMissed: () => undefined,
    onState: (state) => {
      if (state === "unsupported") withStills(id, ending.signal, draw, parts.onMessage);
      else if (state === "playing") parts.onMessage("");
    },
  });
  const leave = parts.streams.watch(id, (header, body) => player.push(header, body));
  return () => {
    ending.abort();
    leave();
    player.close();
  };
}

function withStills(
  id: string,
  signal: AbortSignal,
  draw: (source: CanvasImageSource, width: number, height: number) => void,
  onMessage: (text: string) => void,
): void {
  if (node.value?.snapshots !== true) {
    onMessage("This browser cannot decode the video.");
    return;
  }
  onMessage("Still pictures: this browser cannot decode the video.");
  const turn = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        const response = await fetch(cameraPath(id, "/snapshot.jpg"), { signal });
        if (response.ok) {
          const bitmap = await createImageBitmap(await response.blob());
          if (!signal.aborted) draw(bitmap, bitmap.width, bitmap.height);
          bitmap.close();
        }
      } catch {
        // The next still may come.
      }
      await new Promise((resolve) => setTimeout(resolve, STILL_INTERVAL));
    }
  };
  void turn();
}
