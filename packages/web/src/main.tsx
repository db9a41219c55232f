import { render } from "preact";
import { followNode } from "./api/live.ts";
import { installServiceWorker } from "./pwa/install.ts";
import { keepInstallPrompt } from "./pwa/prompt.ts";
import { followRoute } from "./router.ts";
import { App } from "./shell/app.tsx";
import { followTheme } from "./shell/theme.tsx";
import { now } from "./state.ts";

followTheme();
followRoute();
installServiceWorker();
keepInstallPrompt();
setInterval(() => {
  now.value = Date.now();
}, 1000);
void followNode();
const root = document.getElementById("app");
if (root !== null) render(<App />, root);
