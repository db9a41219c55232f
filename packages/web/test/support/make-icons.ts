/**
 * Makes the page's PNG icons out of `public/icon.svg`: `node --conditions=source packages/web/test/support/make-icons.ts`.
 * The maskable one fills its whole square, with the drawing inside the circle that every system keeps.
 */

import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { launch } from "./browser.ts";

const PUBLIC = new URL("../../public/", import.meta.url);
const ICONS = [
  { name: "icon-192.png", size: 192, maskable: false },
  { name: "icon-512.png", size: 512, maskable: false },
  { name: "icon-maskable-512.png", size: 512, maskable: true },
];

const svg = await readFile(new URL("icon.svg", PUBLIC), "utf8");
const source = `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`;
const browser = await launch();
for (const { name, size, maskable } of ICONS) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const inset = maskable ? size * 0.13 : 0;
  const ground = maskable ? "#0d1417" : "transparent";
  await page.setContent(
    `<body style="margin:0;background:${ground}"><img src="${source}" style="display:block;margin:${inset}px;width:${size - 2 * inset}px">`,
  );
  await page.waitForTimeout(100);
  await writeFile(
    fileURLToPath(new URL(name, PUBLIC)),
    await page.screenshot({ omitBackground: true }),
  );
  await page.close();
}
await browser.close();
