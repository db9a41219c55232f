/** The drawing surface over the picture: shapes, corners and edges to take hold of with mouse, finger or keys. */

import type { CameraArea, PicturePoint } from "@symbion/core";
import type { JSX, TargetedKeyboardEvent, TargetedPointerEvent } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import {
  edgeCount,
  edgeEnds,
  inPicture,
  insertVertex,
  KIND_LABEL,
  MIN_POINTS,
  middle,
  moveVertex,
  removeVertex,
  shift,
} from "./model.ts";

/** A shape that is being drawn. */
export type Drawing = {
  readonly kind: CameraArea["kind"];
  readonly points: readonly PicturePoint[];
};

/** What the surface shows, and what it tells. */
export type SurfaceProps = {
  /** Size of the picture in pixels. */
  readonly width: number;
  readonly height: number;
  readonly areas: readonly CameraArea[];
  readonly selected: string | null;
  readonly drawing: Drawing | null;
  readonly onSelect: (id: string | null) => void;
  /** An area has changed; changes with the same `gesture` are one step. */
  readonly onChange: (area: CameraArea, gesture: number | null) => void;
  readonly onDraw: (points: readonly PicturePoint[]) => void;
  readonly onFinish: () => void;
  readonly onCancel: () => void;
};

/** How far a key moves: shares of the picture; with Shift. */
const STEP = 0.005;
const LONG_STEP = 0.05;

/** How close to the first corner a click closes a polygon, CSS pixels. */
const CLOSE_ENOUGH = 14;

type Gesture = {
  readonly number: number;
  readonly start: PicturePoint;
  readonly area: CameraArea;
  readonly hold: { readonly vertex: number } | { readonly edge: number } | { readonly all: true };
};

let nextGesture = 1;

const ARROWS: Readonly<Record<string, PicturePoint>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** An arrow key's way as shares of the picture, or null for other keys. */
function wayOf(event: KeyboardEvent): PicturePoint | null {
  const arrow = ARROWS[event.key];
  if (arrow === undefined || event.ctrlKey || event.metaKey || event.altKey) return null;
  const step = event.shiftKey ? LONG_STEP : STEP;
  return [arrow[0] * step, arrow[1] * step];
}

/** The surface; it fills the picture's box and fits its content like the picture does. */
export function Surface(props: SurfaceProps): JSX.Element {
  const { width, height, drawing } = props;
  const svg = useRef<SVGSVGElement>(null);
  const gesture = useRef<Gesture | null>(null);
  const [scale, setScale] = useState(1);
  const [cursor, setCursor] = useState<PicturePoint | null>(null);

  useEffect(() => {
    const element = svg.current;
    if (element === null) return;
    const measure = (): void => {
      const box = element.getBoundingClientRect();
      setScale(1 / Math.max(0.05, Math.min(box.width / width, box.height / height)));
    };
    const watcher = new ResizeObserver(measure);
    watcher.observe(element);
    measure();
    return () => watcher.disconnect();
  }, [width, height]);

  const drawn = drawing !== null;
  // Before the next key can be pressed, so that none is lost.
  useLayoutEffect(() => {
    setCursor(drawn ? [0.5, 0.5] : null);
    if (drawn) svg.current?.focus();
  }, [drawn]);

  const placeOf = (event: { readonly clientX: number; readonly clientY: number }): PicturePoint => {
    const matrix = svg.current?.getScreenCTM();
    if (matrix === null || matrix === undefined) return [0, 0];
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    return [x / width, y / height];
  };

  /** Adds a corner to what is being drawn, or finishes it where that is what the place means. */
  const put = (point: PicturePoint, byKey: boolean): void => {
    if (drawing === null) return;
    const { points, kind } = drawing;
    const near = (other: PicturePoint | undefined, distance: number): boolean =>
      other !== undefined &&
      Math.hypot((other[0] - point[0]) * width, (other[1] - point[1]) * height) <= distance * scale;
    const enough = points.length >= MIN_POINTS[kind];
    if (enough && kind !== "line" && near(points[0], CLOSE_ENOUGH)) props.onFinish();
    else if (near(points.at(-1), 4)) {
      // Enter twice in one place, or a double click.
      if (enough && (byKey || kind === "line")) props.onFinish();
    } else props.onDraw([...points, inPicture(point)]);
  };

  const onPointerDown = (event: TargetedPointerEvent<SVGSVGElement>): void => {
    if (event.button !== 0) return;
    if (drawing !== null) {
      event.preventDefault();
      svg.current?.focus();
      put(placeOf(event), false);
      return;
    }
    const target = (event.target as Element).closest<SVGElement>("[data-hold]");
    const id = target?.dataset.area;
    const area = props.areas.find((one) => one.id === id);
    if (target === null || area === undefined) {
      props.onSelect(null);
      return;
    }
    if (area.id !== props.selected) props.onSelect(area.id);
    const start = placeOf(event);
    const index = Number(target.dataset.index);
    const number = nextGesture++;
    const hold = target.dataset.hold;
    if (hold === "middle") {
      const grown = insertVertex(area, index, start);
      if (grown === area) return;
      props.onChange(grown, number);
      gesture.current = { number, start, area: grown, hold: { vertex: index + 1 } };
    } else if (hold === "vertex") {
      gesture.current = { number, start, area, hold: { vertex: index } };
    } else if (hold === "edge") gesture.current = { number, start, area, hold: { edge: index } };
    else gesture.current = { number, start, area, hold: { all: true } };
    svg.current?.setPointerCapture(event.pointerId);
    if (hold !== "vertex") event.preventDefault();
  };

  const onPointerMove = (event: TargetedPointerEvent<SVGSVGElement>): void => {
    const at = placeOf(event);
    if (drawing !== null) {
      setCursor(inPicture(at));
      return;
    }
    const held = gesture.current;
    if (held === null) return;
    const way: PicturePoint = [at[0] - held.start[0], at[1] - held.start[1]];
    const { area, hold } = held;
    const point = "vertex" in hold ? area.points[hold.vertex] : undefined;
    const next =
      "vertex" in hold && point !== undefined
        ? moveVertex(area, hold.vertex, [point[0] + way[0], point[1] + way[1]])
        : shift(area, "edge" in hold ? edgeEnds(area, hold.edge) : null, way);
    props.onChange(next, held.number);
  };

  const onPointerUp = (): void => {
    gesture.current = null;
  };

  const onKeyDown = (event: TargetedKeyboardEvent<SVGSVGElement>): void => {
    if (drawing === null) return;
    const way = wayOf(event);
    if (way !== null) {
      const [x, y] = cursor ?? [0.5, 0.5];
      setCursor(inPicture([x + way[0] * 2, y + way[1] * 2]));
    } else if (event.key === "Enter" || event.key === " ") put(cursor ?? [0.5, 0.5], true);
    else if (event.key === "Backspace") props.onDraw(drawing.points.slice(0, -1));
    else if (event.key === "Escape") props.onCancel();
    else return;
    event.preventDefault();
  };

  return (
    // While drawing, keys move a cross over the picture.
    <svg
      ref={svg}
      class={drawing === null ? "surface" : "surface drawing"}
      viewBox={`0 0 ${width} ${height}`}
      tabindex={drawing === null ? -1 : 0}
      role="application"
      aria-label={
        drawing === null
          ? "Zones and lines over the picture"
          : `Drawing a ${KIND_LABEL[drawing.kind].toLowerCase()}: arrow keys move the cross, Enter puts a corner, Enter twice finishes, Escape stops`
      }
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={onPointerUp}
      onDblClick={() => {
        if (drawing !== null && drawing.points.length >= MIN_POINTS[drawing.kind]) props.onFinish();
      }}
      onKeyDown={onKeyDown}
    >
      <defs>
        <pattern
          id="hatch"
          width="10"
          height="10"
          patternUnits="userSpaceOnUse"
          patternTransform={`rotate(45) scale(${scale})`}
        >
          <line x1="0" y1="0" x2="0" y2="10" class="hatch-line" />
        </pattern>
      </defs>
      {/* The chosen shape lies above the others: its corners can be taken hold of. */}
      {inOrder(props.areas, props.selected).map((area) => (
        <Shape
          key={area.id}
          area={area}
          scale={scale}
          width={width}
          height={height}
          selected={area.id === props.selected && drawing === null}
          onChange={props.onChange}
          onSelect={props.onSelect}
        />
      ))}
      {drawing !== null && (
        <Sketch drawing={drawing} cursor={cursor} scale={scale} width={width} height={height} />
      )}
    </svg>
  );
}

function inOrder(areas: readonly CameraArea[], selected: string | null): readonly CameraArea[] {
  const chosen = areas.find(({ id }) => id === selected);
  return chosen === undefined ? areas : [...areas.filter((area) => area !== chosen), chosen];
}

function pathOf(
  points: readonly PicturePoint[],
  closed: boolean,
  width: number,
  height: number,
): string {
  const steps = points.map(([x, y]) => `${(x * width).toFixed(2)},${(y * height).toFixed(2)}`);
  return `M${steps.join("L")}${closed ? "Z" : ""}`;
}

function Sketch(props: {
  readonly drawing: Drawing;
  readonly cursor: PicturePoint | null;
  readonly scale: number;
  readonly width: number;
  readonly height: number;
}): JSX.Element {
  const { drawing, cursor, scale, width, height } = props;
  const points = cursor === null ? drawing.points : [...drawing.points, cursor];
  const arm = 9 * scale;
  return (
    <g class={`shape ${drawing.kind} sketch`}>
      {points.length > 1 && (
        <>
          <path class="under" d={pathOf(points, false, width, height)} />
          <path class="edge-line" d={pathOf(points, false, width, height)} />
        </>
      )}
      {drawing.points.map(([x, y], index) => (
        <circle
          // Corners have no other name than their place.
          key={index}
          class={index === 0 ? "vertex first" : "vertex"}
          cx={x * width}
          cy={y * height}
          r={(index === 0 ? 8 : 5.5) * scale}
        />
      ))}
      {cursor !== null && (
        <path
          class="cross"
          d={`M${cursor[0] * width - arm},${cursor[1] * height}h${2 * arm}M${cursor[0] * width},${cursor[1] * height - arm}v${2 * arm}`}
        />
      )}
    </g>
  );
}

function Shape(props: {
  readonly area: CameraArea;
  readonly scale: number;
  readonly width: number;
  readonly height: number;
  readonly selected: boolean;
  readonly onChange: (area: CameraArea, gesture: number | null) => void;
  readonly onSelect: (id: string) => void;
}): JSX.Element {
  const { area, scale, width, height, selected, onChange } = props;
  const closed = area.kind !== "line";
  const path = pathOf(area.points, closed, width, height);
  const group = useRef<SVGGElement>(null);
  const focusVertex = (index: number): void => {
    requestAnimationFrame(() => {
      group.current?.querySelector<SVGElement>(`.vertex[data-index="${index}"]`)?.focus();
    });
  };
  const onVertexKey = (event: TargetedKeyboardEvent<SVGElement>, index: number): void => {
    const way = wayOf(event);
    const point = area.points[index];
    if (point === undefined) return;
    if (way !== null) {
      onChange(moveVertex(area, index, [point[0] + way[0], point[1] + way[1]]), null);
    } else if (event.key === "Enter") {
      const edge = Math.min(index, edgeCount(area) - 1);
      const grown = insertVertex(area, edge, middle(area, edge));
      if (grown !== area) {
        onChange(grown, null);
        focusVertex(edge + 1);
      }
    } else if (event.key === "Delete" || event.key === "Backspace") {
      const next = removeVertex(area, index);
      if (next !== area) {
        onChange(next, null);
        focusVertex(Math.min(index, next.points.length - 1));
      }
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const place = (x: number, y: number): { cx: number; cy: number } => ({
    cx: x * width,
    cy: y * height,
  });
  return (
    <g ref={group} class={`shape ${area.kind}${selected ? " selected" : ""}`}>
      {area.kind === "ignore" && <path class="hatch" d={path} fill="url(#hatch)" />}
      <path
        class="body"
        d={path}
        data-hold="all"
        data-area={area.id}
        data-testid={`area-${area.id}`}
      />
      <path class="under" d={path} />
      <path class="edge-line" d={path} />
      {!closed && <path class="edge-hit" d={path} data-hold="all" data-area={area.id} />}
      {area.kind === "line" && <Arrows area={area} scale={scale} width={width} height={height} />}
      {selected && (
        <>
          {Array.from({ length: edgeCount(area) }, (_, edge) => {
            const [from, to] = edgeEnds(area, edge);
            const ends = [area.points[from] ?? [0, 0], area.points[to] ?? [0, 0]] as const;
            return (
              <path
                // Edges have no other name than their place.
                key={edge}
                class="edge-hit"
                d={pathOf(ends, false, width, height)}
                data-hold="edge"
                data-area={area.id}
                data-index={edge}
              />
            );
          })}
          {Array.from({ length: edgeCount(area) }, (_, edge) => (
            <circle
              key={edge}
              class="middle"
              {...place(...middle(area, edge))}
              r={4.5 * scale}
              data-hold="middle"
              data-area={area.id}
              data-index={edge}
            />
          ))}
          {area.points.map(([x, y], index) => (
            // biome-ignore lint/a11y/useSemanticElements: a corner in a drawing cannot be a button element
            <circle
              key={index}
              class="vertex"
              {...place(x, y)}
              r={7 * scale}
              tabindex={0}
              role="button"
              aria-label={`Corner ${index + 1} of ${area.points.length} of ${area.name}: ${Math.round(x * 100)} % from the left, ${Math.round(y * 100)} % from the top. Arrow keys move it, Enter inserts, Delete removes`}
              data-hold="vertex"
              data-area={area.id}
              data-index={index}
              onKeyDown={(event) => onVertexKey(event, index)}
            />
          ))}
        </>
      )}
    </g>
  );
}

/** Arrows across a line's middle edge, for the crossings that count. */
function Arrows(props: {
  readonly area: CameraArea;
  readonly scale: number;
  readonly width: number;
  readonly height: number;
}): JSX.Element | null {
  const { area, scale, width, height } = props;
  const edge = Math.floor((area.points.length - 1) / 2 - 0.01);
  const a = area.points[Math.max(0, edge)];
  const b = area.points[Math.max(0, edge) + 1];
  if (a === undefined || b === undefined) return null;
  const dx = (b[0] - a[0]) * width;
  const dy = (b[1] - a[1]) * height;
  const length = Math.hypot(dx, dy) || 1;
  const x = ((a[0] + b[0]) / 2) * width;
  const y = ((a[1] + b[1]) / 2) * height;
  const sides = area.direction === "both" ? [1, -1] : [area.direction === "right" ? 1 : -1];
  const path = sides
    .map((side) => {
      // Seen along the line, right is a quarter turn clockwise on the screen.
      const ux = (-dy / length) * side;
      const uy = (dx / length) * side;
      const tipX = x + ux * 24 * scale;
      const tipY = y + uy * 24 * scale;
      const head = 7 * scale;
      return `M${x},${y}L${tipX},${tipY}M${tipX - head * (ux - uy)},${tipY - head * (uy + ux)}L${tipX},${tipY}L${tipX - head * (ux + uy)},${tipY - head * (uy - ux)}`;
    })
    .join("");
  return (
    <>
      <path class="under" d={path} />
      <path class="edge-line arrow" d={path} />
    </>
  );
}
