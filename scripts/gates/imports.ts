/** Gate: packages import along the table below, and the codec's core stays free of everything. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { lineOf, listFiles, type Problem, parseSource, type Source } from "./source.ts";

/** Which siblings each package may import. A package that is not named here may not exist. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  core: [],
  codec: [],
  neural: [],
  vision: ["core", "codec", "neural"],
  maintenance: ["core", "neural"],
  companion: ["core", "neural"],
  feeds: ["core"],
  privacy: [],
  secure: [],
  fleet: ["core", "secure", "privacy"],
  edge: [
    "core",
    "codec",
    "neural",
    "vision",
    "maintenance",
    "companion",
    "feeds",
    "privacy",
    "secure",
    "fleet",
  ],
  web: ["core", "codec", "neural", "vision", "maintenance", "companion"],
};

/** Packages that run in browsers as well, whole or in the folders that are not listed here. */
const nodeOnlyFolders: Readonly<Record<string, readonly string[]>> = {
  core: [],
  codec: ["src/node/"],
  neural: ["src/node/", "src/hub/"],
  maintenance: ["src/node/"],
  companion: ["src/node/"],
  web: [],
};

/** The parts of the codec: what each may import from a registry, and which other parts it may use. */
const codecParts: Readonly<Record<string, { packages: string[]; parts: string[] }>> = {
  core: { packages: [], parts: [] },
  containers: { packages: ["mediabunny"], parts: ["core"] },
  node: { packages: ["mediabunny"], parts: ["core", "containers"] },
  browser: { packages: ["mediabunny"], parts: ["core", "containers"] },
};

type Import = { readonly specifier: string; readonly offset: number };
type Manifest = Readonly<Record<string, Record<string, string> | undefined>>;

function importsOf({ text, parsed }: Source): Import[] {
  const found: Import[] = parsed.module.staticImports.map(({ moduleRequest }) => ({
    specifier: moduleRequest.value,
    offset: moduleRequest.start,
  }));
  for (const { entries } of parsed.module.staticExports) {
    for (const { moduleRequest } of entries) {
      if (moduleRequest === null) continue;
      found.push({ specifier: moduleRequest.value, offset: moduleRequest.start });
    }
  }
  for (const { moduleRequest } of parsed.module.dynamicImports) {
    const literal = /^["'`]([^"'`$]*)["'`]$/.exec(
      text.slice(moduleRequest.start, moduleRequest.end),
    );
    // A computed import names no package: nothing to hold against the table.
    if (literal?.[1] === undefined) continue;
    found.push({ specifier: literal[1], offset: moduleRequest.start });
  }
  return found;
}

/** `@scope/name/door` and `name/door` without the door. */
function packageName(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

function codecPart(path: string): string {
  const folder = /^packages\/codec\/src\/([^/]+)\//.exec(path)?.[1];
  return folder !== undefined && folder in codecParts ? folder : "core";
}

function dependenciesOf(manifest: Manifest): Set<string> {
  return new Set(
    ["dependencies", "peerDependencies", "optionalDependencies"].flatMap((field) =>
      Object.keys(manifest[field] ?? {}),
    ),
  );
}

function objection(name: string, path: string, specifier: string, declared: Set<string>): string {
  const own = `packages/${name}/src/`;
  const part = name === "codec" ? codecParts[codecPart(path)] : undefined;
  if (specifier.startsWith(".")) {
    const target = posix.join(posix.dirname(path), specifier);
    if (!target.startsWith(own)) return "leaves the package's src folder";
    if (part === undefined || codecPart(target) === codecPart(path)) return "";
    return part.parts.includes(codecPart(target))
      ? ""
      : `the codec's ${codecPart(path)} may not use its ${codecPart(target)}`;
  }
  if (specifier.startsWith("node:")) {
    const folders = nodeOnlyFolders[name];
    return folders === undefined || folders.some((folder) => path.includes(`/${folder}`))
      ? ""
      : "Node.js built-ins are not allowed here: this code runs in browsers";
  }
  const target = packageName(specifier);
  const sibling = /^@symbion\/(.+)$/.exec(target)?.[1];
  if (sibling !== undefined && !allowed[name]?.includes(sibling)) {
    return `@symbion/${name} may import ${allowed[name]?.join(", ") || "no sibling"}`;
  }
  if (part !== undefined && !part.packages.includes(target)) {
    return `the codec's ${codecPart(path)} may import ${part.packages.join(", ") || "no package"}`;
  }
  return declared.has(target)
    ? ""
    : `${target} is not a dependency in packages/${name}/package.json`;
}

/** Objections to the imports of every package under `root`/packages. */
export function checkImports(root: string): Problem[] {
  const problems: Problem[] = [];
  for (const name of readdirSync(join(root, "packages"))) {
    const folder = `packages/${name}`;
    const manifestPath = join(root, folder, "package.json");
    if (!existsSync(manifestPath)) continue;
    if (!(name in allowed)) {
      problems.push(`${folder}: not in the table of packages (scripts/gates/imports.ts)`);
      continue;
    }
    const declared = dependenciesOf(JSON.parse(readFileSync(manifestPath, "utf8")) as Manifest);
    for (const path of listFiles(root, `${folder}/src`, /\.tsx?$/)) {
      const source = parseSource(root, path);
      for (const { specifier, offset } of importsOf(source)) {
        const reason = objection(name, path, specifier, declared);
        if (reason === "") continue;
        problems.push(`${path}:${lineOf(source.text, offset)}: import "${specifier}": ${reason}`);
      }
    }
  }
  return problems;
}
