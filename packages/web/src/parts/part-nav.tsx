/** The parts of a view, one of which is shown: links, so that each has its address. */

import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { href, type ViewName } from "../router.ts";

/** Links to the parts; the first part is the view's own address. */
export function PartNav(props: {
  readonly view: ViewName;
  readonly label: string;
  readonly parts: readonly { readonly id: string; readonly title: string }[];
  readonly current: string;
}): JSX.Element {
  const { view, label, parts, current } = props;
  const nav = useRef<HTMLElement>(null);
  // On a phone there is no room for all of them: the one that is shown has to be seen.
  useEffect(() => {
    nav.current
      ?.querySelector("[aria-current]")
      ?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [current]);
  return (
    <nav ref={nav} class="part-nav" aria-label={label}>
      {parts.map(({ id, title }, index) => (
        <a
          key={id}
          href={href(view, index === 0 ? [] : [id])}
          class={id === current ? "on" : ""}
          aria-current={id === current ? "page" : undefined}
        >
          {title}
        </a>
      ))}
    </nav>
  );
}
