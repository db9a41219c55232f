import { render } from "preact";
import { followStatus } from "./connection.ts";
import { App } from "./view/app.tsx";
import { followTheme } from "./view/theme.tsx";

followTheme();
followStatus();
const root = document.getElementById("app");
if (root !== null) render(<App />, root);
