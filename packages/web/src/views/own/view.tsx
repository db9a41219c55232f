/** A file or this device's camera, read in the browser by the same parser as on the node. */

import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { route } from "../../router.ts";
import { ownFile } from "../../shell/drop.tsx";
import { Counts, Tiles } from "../camera/figures.tsx";
import { Stage } from "../camera/stage.tsx";
import { show, view } from "../camera/stage-state.ts";
import { Ask } from "./ask.tsx";
import { OwnSources } from "./own.tsx";
import "../camera/camera.css";

/** Stage and the choice of what to look at. */
export function OwnView(): JSX.Element {
  const what = route.value.rest[0] ?? "";
  const file = ownFile.value;
  useEffect(() => {
    if (what === "device") show({ kind: "device" });
    else if (what === "file" && file !== null) show({ kind: "file", file });
    else show(null);
    return () => show(null);
  }, [what, file]);
  return (
    <div class="view watching">
      <div class="watch">
        {view.value !== null && (
          <>
            <Stage />
            <Tiles />
            <Counts />
          </>
        )}
      </div>
      <aside aria-label="Your own video">
        {view.value !== null && <Ask />}
        <OwnSources />
      </aside>
    </div>
  );
}
