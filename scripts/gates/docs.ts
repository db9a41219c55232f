/**
 * Gate: every symbol that a package exports, and every member of an exported type or class, has a doc
 * comment that says more than its name. Read from the sources: `isolatedDeclarations` puts every
 * exported type into writing there.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { lineOf, type Node, type Problem, parseSource, type Source, statements } from "./source.ts";

type Exported = { readonly source: Source; readonly statement: Node; readonly declaration: Node };
type Manifest = { readonly exports?: Readonly<Record<string, { readonly source?: string }>> };

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** The text of the doc comment that ends right before `offset`, without stars and block tags' names. */
function docBefore({ text, parsed }: Source, offset: number): string | null {
  const comment = parsed.comments.findLast(
    ({ type, value, end }) =>
      type === "Block" &&
      value.startsWith("*") &&
      end <= offset &&
      text.slice(end, offset).trim() === "",
  );
  if (comment === undefined) return null;
  return comment.value.replace(/^\s*\*+/gm, " ").replace(/@\w+/g, " ");
}

/** Whether a comment has a word beyond the words of the name that it documents. */
function isMeaningful(doc: string | null, name: string): boolean {
  if (doc === null) return false;
  const known = new Set([...wordsOf(name.replace(/([A-Z])/g, " $1")), name.toLowerCase()]);
  for (const filler of ["a", "an", "the", "of", "this", "is"]) known.add(filler);
  return wordsOf(doc).some((word) => !known.has(word));
}

function nameOf(node: Node, source: Source): string {
  const key = (node.key ?? node.id) as Node | null | undefined;
  return key ? source.text.slice(key.start, key.end).replace(/[:?].*$/s, "") : node.type;
}

/** Members that need a comment: of a type's literals (unions and wrappers included) or of a class. */
function membersOf(node: Node): Node[] {
  switch (node.type) {
    case "TSTypeAliasDeclaration":
      return membersOf(node.typeAnnotation as Node);
    case "TSInterfaceDeclaration":
      return (node.body as { body: Node[] }).body;
    case "TSTypeLiteral":
      return node.members as Node[];
    case "TSUnionType":
    case "TSIntersectionType":
      return (node.types as Node[]).flatMap(membersOf);
    case "TSTypeReference":
      return ((node.typeArguments as { params: Node[] } | null)?.params ?? []).flatMap(membersOf);
    case "ClassDeclaration":
      return (node.body as { body: Node[] }).body.filter(
        (member) =>
          (member.key as Node | undefined)?.type !== "PrivateIdentifier" &&
          member.accessibility !== "private" &&
          member.override !== true &&
          member.kind !== "constructor" &&
          member.kind !== "set" &&
          member.type !== "StaticBlock",
      );
    default:
      return [];
  }
}

/**
 * Whether a member needs no comment of its own: the discriminant of a union (its type is one literal),
 * or part of a type written on one line, which the comment above that line covers.
 */
function explainsItself(member: Node, { text }: Source): boolean {
  const type = (member.typeAnnotation as { typeAnnotation?: Node } | null)?.typeAnnotation;
  if (type?.type === "TSLiteralType") return true;
  const lineStart = text.lastIndexOf("\n", member.start) + 1;
  return text.slice(lineStart, member.start).includes("{");
}

/** Top-level declarations of a file by name, with the statement that carries their comment. */
function declarationsOf(source: Source): Map<string, Exported[]> {
  const found = new Map<string, Exported[]>();
  const add = (name: string, statement: Node, declaration: Node): void => {
    found.set(name, [...(found.get(name) ?? []), { source, statement, declaration }]);
  };
  for (const statement of statements(source)) {
    const declaration = (statement.declaration ?? statement) as Node;
    if (declaration.type === "VariableDeclaration") {
      for (const item of declaration.declarations as Node[]) {
        add(nameOf(item, source), statement, item);
      }
    } else if (declaration.id) add(nameOf(declaration, source), statement, declaration);
  }
  return found;
}

/** Finds exported names through re-exports, each file parsed once. */
class ExportWalker {
  readonly #root: string;
  readonly #sources = new Map<string, Source>();
  readonly problems: Problem[] = [];
  readonly #checked = new Set<Node>();

  constructor(root: string) {
    this.#root = root;
  }

  /** Checks one exported name of a file, or all its names where `only` is null. */
  check(path: string, only: string | null): void {
    let source = this.#sources.get(path);
    if (source === undefined) {
      source = parseSource(this.#root, path);
      this.#sources.set(path, source);
    }
    const declarations = declarationsOf(source);
    const imported = new Map(
      source.parsed.module.staticImports.flatMap(({ moduleRequest, entries }) =>
        entries.map((entry) => [
          entry.localName.value,
          { from: moduleRequest.value, name: entry.importName.name },
        ]),
      ),
    );
    for (const entry of source.parsed.module.staticExports.flatMap(({ entries }) => entries)) {
      const exported = entry.exportName.name;
      if (only !== null && exported !== null && exported !== only) continue;
      const local = entry.localName.name ?? entry.importName.name;
      if (entry.moduleRequest !== null) {
        // `export *` has no name of its own: whatever is looked for may come from there.
        this.#follow(path, entry.moduleRequest.value, local ?? only);
      } else if (local !== null && declarations.has(local)) {
        for (const found of declarations.get(local) ?? []) this.#require(local, found);
      } else {
        const origin = local === null ? undefined : imported.get(local);
        if (origin !== undefined) this.#follow(path, origin.from, origin.name);
      }
    }
  }

  #follow(path: string, specifier: string, name: string | null): void {
    // Another package's symbol is documented there.
    if (!specifier.startsWith(".")) return;
    this.check(posix.join(posix.dirname(path), specifier), name);
  }

  #require(name: string, { source, statement, declaration }: Exported): void {
    if (this.#checked.has(declaration)) return;
    this.#checked.add(declaration);
    const at = (node: Node): string => `${source.path}:${lineOf(source.text, node.start)}`;
    // Overloads and a type that shares its value's name each count; one comment may serve overloads.
    if (!isMeaningful(docBefore(source, statement.start), name)) {
      this.problems.push(`${at(statement)}: ${name}: exported without a meaningful doc comment`);
    }
    for (const member of membersOf(declaration)) {
      const memberName = nameOf(member, source);
      if (explainsItself(member, source)) continue;
      if (isMeaningful(docBefore(source, member.start), memberName)) continue;
      this.problems.push(`${at(member)}: ${name}.${memberName}: no meaningful doc comment`);
    }
  }
}

/** Objections to the doc comments of everything reachable from the packages' `exports`. */
export function checkDocs(root: string): Problem[] {
  const walker = new ExportWalker(root);
  for (const name of readdirSync(join(root, "packages"))) {
    const manifestPath = join(root, "packages", name, "package.json");
    if (!existsSync(manifestPath)) continue;
    const manifest = JSON.parse(readFileSync(manifestPath, "utf8")) as Manifest;
    for (const [door, target] of Object.entries(manifest.exports ?? {})) {
      const path = posix.join("packages", name, target.source ?? "");
      if (target.source === undefined || !existsSync(join(root, path))) {
        walker.problems.push(`packages/${name}/package.json: exports["${door}"]: no source file`);
      } else walker.check(path, null);
    }
  }
  return walker.problems;
}
