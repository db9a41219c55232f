/** Gate: files stay readable in one sitting, exports have names, types say something. */
import {
  lineOf,
  listFiles,
  type Problem,
  parseSource,
  type Source,
  statements,
  visit,
} from "./source.ts";

const maxLines = 1200;

function checkSource(source: Source): Problem[] {
  const { path, text } = source;
  const problems: Problem[] = [];
  const lines = text.trimEnd().split("\n").length;
  if (lines > maxLines) problems.push(`${path}: ${lines} lines, at most ${maxLines} expected`);
  const isConfig = /\.config\.ts$/.test(path);
  visit(statements(source), (node) => {
    const line = lineOf(text, node.start);
    if (node.type === "ExportDefaultDeclaration" && !isConfig) {
      problems.push(`${path}:${line}: default export, a named one expected`);
    } else if (node.type === "TSAnyKeyword") {
      problems.push(`${path}:${line}: type any, a type or unknown expected`);
    }
  });
  return problems;
}

/** Objections to the shape of every TypeScript file under `root`. */
export function checkShape(root: string): Problem[] {
  return listFiles(root, ".", /\.tsx?$/).flatMap((path) => checkSource(parseSource(root, path)));
}
