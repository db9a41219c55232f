import { defaultClientConditions, defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";

// The "source" condition makes tests run on the packages' TypeScript, with no build. A list of
// conditions replaces the defaults, and Node tests read only `ssr`, hence both lists.
export default defineConfig({
  resolve: { conditions: ["source", ...defaultClientConditions] },
  ssr: { resolve: { conditions: ["source", ...defaultServerConditions] } },
  test: {
    include: ["test/**/*.test.ts", "packages/*/test/**/*.test.ts"],
    environment: "node",
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // What a page or a node comes to show is waited for; how fast it is, is no test's business.
    expect: { poll: { timeout: 30_000, interval: 100 } },
    // Two workers at most: several tests start ffmpeg or a browser beside themselves.
    maxWorkers: 2,
  },
});
