/** The recorded video: plays the clip of the playhead's moment, seeks while it is dragged. */

import type { Clip } from "@symbion/core";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { failureText, request } from "../../api/request.ts";
import { bytes, duration, moment } from "../../format.ts";
import { Button } from "../../parts/controls.tsx";
import { confirm } from "../../parts/dialog.tsx";
import { Icon } from "../../parts/icon.tsx";
import { href } from "../../router.ts";
import { cameraName, isAdmin, say } from "../../state.ts";
import type { Timeline } from "./store.ts";

/** Address of a clip's file. */
function clipUrl(clip: Clip): string {
  return `/api/clips/${encodeURIComponent(clip.id)}.mp4`;
}

/** Video with what can be done with its clip. */
export function ClipPlayer({ timeline }: { readonly timeline: Timeline }): JSX.Element {
  const playing = timeline.playing.value;
  const clip = playing.state === "clip" ? playing.clip : null;
  return (
    <figure class="clip">
      <div class="clip-screen">
        {clip !== null && playing.state === "clip" ? (
          <Video timeline={timeline} clip={clip} at={playing.at} seek={playing.seek} />
        ) : (
          <Nothing timeline={timeline} />
        )}
      </div>
      <figcaption class="clip-bar">
        {clip === null ? (
          <span class="soft">No clip</span>
        ) : (
          <>
            <span class="clip-what">
              <b>{cameraName(clip.source)}</b>
              <span>{moment(clip.from)}</span>
              <span>{duration((clip.to - clip.from) / 1000)}</span>
              <span class="wide-only">
                {clip.width} × {clip.height}
              </span>
              <span class="wide-only">{bytes(clip.bytes)}</span>
            </span>
            <a
              class="button small"
              href={`${clipUrl(clip)}?download=1`}
              download={`${clip.source}-${new Date(clip.from).toISOString().slice(0, 19).replaceAll(":", "")}.mp4`}
            >
              <Icon name="download" />
              <span>Export</span>
            </a>
            {isAdmin.value && (
              <Button
                icon="trash"
                small
                label="Delete clip"
                onClick={() => void remove(timeline, clip)}
              />
            )}
          </>
        )}
      </figcaption>
    </figure>
  );
}

async function remove(timeline: Timeline, clip: Clip): Promise<void> {
  const sure = await confirm({
    title: "Delete this clip?",
    text: `${cameraName(clip.source)}, ${moment(clip.from)}, ${duration((clip.to - clip.from) / 1000)}. The event stays in the list; its video is gone for good.`,
    yes: "Delete clip",
    danger: true,
  });
  if (!sure) return;
  try {
    await request("DELETE", `/api/clips/${encodeURIComponent(clip.id)}`);
    timeline.forget(clip);
    say("Clip deleted.", "good");
  } catch (error) {
    say(failureText(error), "bad");
  }
}

function Nothing({ timeline }: { readonly timeline: Timeline }): JSX.Element {
  const playing = timeline.playing.value;
  if (playing.state === "none") {
    return (
      <div class="clip-nothing">
        <p>
          {cameraName(playing.source)} has no recording at {moment(playing.at)}.
        </p>
        <a class="button small" href={href("camera", [playing.source])}>
          Watch it live
        </a>
      </div>
    );
  }
  if (playing.state === "failed") {
    return (
      <div class="clip-nothing" role="alert">
        <p>{playing.message}</p>
      </div>
    );
  }
  return (
    <div class="clip-nothing">
      {playing.state === "searching" ? (
        <p>Looking for the clip…</p>
      ) : (
        <p>Choose an event, or drag the playhead.</p>
      )}
    </div>
  );
}

function Video(props: {
  readonly timeline: Timeline;
  readonly clip: Clip;
  readonly at: number;
  readonly seek: number;
}): JSX.Element {
  const { timeline, clip, at, seek } = props;
  const video = useRef<HTMLVideoElement>(null);
  const wanted = useRef<{ readonly to: number; readonly seek: number } | null>(null);
  const served = useRef(0);
  const [problem, setProblem] = useState<string | null>(null);

  // `seek` changes with every wish, also for the same moment.
  useEffect(() => {
    const element = video.current;
    if (element === null) return;
    setProblem(null);
    wanted.current = { to: Math.max(0, (at - clip.from) / 1000), seek };
    // A seek under way is not interrupted: the newest wish is served when it is done.
    if (element.readyState >= HTMLMediaElement.HAVE_METADATA && !element.seeking) serve();
  }, [clip.id, at, seek]);

  const serve = (): void => {
    const element = video.current;
    const wish = wanted.current;
    if (element === null || wish === null) return;
    wanted.current = null;
    served.current = wish.seek;
    element.currentTime = Math.min(wish.to, Math.max(0, element.duration - 0.05));
    element.play().catch(() => {
      // Some browsers want a click first; the controls are there.
    });
  };
  return (
    <>
      {/* A camera's clip has no sound. */}
      <video
        ref={video}
        data-testid="clip"
        src={clipUrl(clip)}
        aria-label={`Clip of ${cameraName(clip.source)}, ${moment(clip.from)}`}
        controls
        playsInline
        muted
        preload="auto"
        onLoadedMetadata={serve}
        onSeeked={serve}
        onTimeUpdate={() => {
          const element = video.current;
          if (element !== null && wanted.current === null && !element.seeking && !element.paused) {
            timeline.played(clip.from + element.currentTime * 1000, served.current);
          }
        }}
        onError={() => {
          setProblem(
            video.current?.error?.code === MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED
              ? "This clip cannot be played here: it is gone, or the browser cannot decode H.264."
              : "The clip's transfer broke off.",
          );
        }}
      />
      {problem !== null && (
        <p class="message" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}

/** Plays or pauses the clip on the screen; answers whether there is one. */
export function togglePlay(): boolean {
  const video = document.querySelector<HTMLVideoElement>(".clip video");
  if (video === null) return false;
  if (video.paused) void video.play();
  else video.pause();
  return true;
}
