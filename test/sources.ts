/** Reads the project's own code, for the architecture test: what imports what, how long functions are, which forms occur. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import ts from 'typescript';

const notOurs = new Set(['node_modules', 'dist', '.git', '.venv', '.strongroom', 'coverage']);

export interface Source {
  /** From the project's root, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** Every file of the project whose name ends so. */
export function filesEnding(root: string, ...endings: readonly string[]): readonly Source[] {
  const filesIn = (folder: string): readonly string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      if (notOurs.has(entry.name)) return [];
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesIn(path) : [path];
    });
  return filesIn(root)
    .filter((path) => endings.some((ending) => path.endsWith(ending)))
    .map((path) => ({ path: relative(root, path).split(sep).join('/'), text: readFileSync(path, 'utf8') }));
}

export interface Import {
  readonly from: string;
  /** A file of the project by path, or a package by its specifier. */
  readonly to: string;
  /** Gone at run time. */
  readonly typeOnly: boolean;
  /** What is imported, by the names that the other file gives; empty if it is not said. */
  readonly names: readonly string[];
}

export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly what: string;
}

export interface Module {
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  /** Forms of the language that some places must not use. */
  readonly forms: readonly Finding[];
  readonly functions: readonly (Finding & { readonly lines: number })[];
}

/** @param exists tells whether a path from the root is a file; imports are resolved with it. */
export function readModule({ path, text }: Source, exists: (path: string) => boolean): Module {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  const lineAt = (position: number): number => tree.getLineAndCharacterOfPosition(position).line + 1;
  const imports: Import[] = [];
  const forms: Finding[] = [];
  const functions: (Finding & { readonly lines: number })[] = [];

  const linesOf = (node: ts.Node): number => lineAt(node.getEnd()) - lineAt(node.getStart(tree)) + 1;
  /** A function's lines without those of the functions inside it, which are measured on their own: a factory is as long as a class. */
  const ownLines = (node: ts.Node): number => {
    const inside = (child: ts.Node): number =>
      ts.isFunctionLike(child) ? linesOf(child) - 1 : sum(childrenOf(child).map(inside));
    return linesOf(node) - sum(childrenOf(node).map(inside));
  };

  const visit = (node: ts.Node): void => {
    const line = lineAt(node.getStart(tree));
    const imported = importOf(node);
    if (imported !== undefined) imports.push({ from: path, ...imported, to: resolve(path, imported.to, exists) });
    const form = formOf(node);
    if (form !== undefined) forms.push({ path, line, what: form });
    if (ts.isFunctionLike(node) && !isSuite(node))
      functions.push({ path, line, what: nameOf(node), lines: ownLines(node) });
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return { path, lines: text.trimEnd().split('\n').length, imports, forms, functions };
}

function childrenOf(node: ts.Node): readonly ts.Node[] {
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => void children.push(child));
  return children;
}
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

export const isFileUnder =
  (root: string) =>
  (path: string): boolean =>
    existsSync(join(root, path)) && statSync(join(root, path)).isFile();

function resolve(from: string, specifier: string, exists: (path: string) => boolean): string {
  if (!specifier.startsWith('.')) return specifier;
  const path = posix.join(posix.dirname(from), specifier);
  return [path, `${path}.ts`, `${path}.tsx`, `${path}/index.ts`, `${path}.d.ts`].find(exists) ?? path;
}

function importOf(node: ts.Node): Omit<Import, 'from'> | undefined {
  const to = (specifier: ts.Node | undefined, typeOnly: boolean, names: readonly string[] = []) =>
    specifier !== undefined && ts.isStringLiteral(specifier) ? { to: specifier.text, typeOnly, names } : undefined;
  if (ts.isImportDeclaration(node)) {
    const bindings = node.importClause?.namedBindings;
    const names = bindings !== undefined && ts.isNamedImports(bindings) ? namesIn(bindings.elements) : [];
    return to(node.moduleSpecifier, node.importClause?.isTypeOnly ?? false, names);
  }
  if (ts.isExportDeclaration(node)) {
    const names =
      node.exportClause !== undefined && ts.isNamedExports(node.exportClause) ? node.exportClause.elements : [];
    return to(node.moduleSpecifier, node.isTypeOnly, namesIn(names));
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
    return to(node.argument.literal, true, node.qualifier === undefined ? [] : [node.qualifier.getText()]);
  if (ts.isCallExpression(node) && ['import', 'require', 'jest.requireActual'].includes(node.expression.getText()))
    return to(node.arguments[0], false);
  return undefined;
}

const namesIn = (elements: Iterable<ts.ImportSpecifier | ts.ExportSpecifier>): readonly string[] =>
  [...elements].map(({ name, propertyName }) => (propertyName ?? name).text);

/** Calls that read the clock, draw chance, or wait: what a port must give instead. */
const impureCalls = new Set(
  'Date.now Date performance.now Math.random setTimeout setInterval setImmediate randomUUID'.split(' '),
);

/** The name of a form that some places must not use, if this node is one. */
function formOf(node: ts.Node): string | undefined {
  if (node.kind === ts.SyntaxKind.AnyKeyword) return 'any';
  if (ts.isNonNullExpression(node)) return 'non-null assertion';
  if (ts.isAsExpression(node) && ts.isAsExpression(node.expression)) return `as ${node.expression.type.getText()} as`;
  if (ts.isPropertyAccessExpression(node) && node.getText() === 'process.env') return 'process.env';
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && (node.arguments ?? []).length === 0)
    return 'new Date()';
  if (ts.isCallExpression(node) && impureCalls.has(node.expression.getText())) return `${node.expression.getText()}()`;
  return undefined;
}

/** What declares tests is a list, not a function that somebody must hold in mind at once. */
const isSuite = (node: ts.Node): boolean =>
  (ts.isCallExpression(node.parent) && node.parent.expression.getText().startsWith('describe')) ||
  /^\s*(describe|test|it)(\.|\()/m.test(node.getText());

function nameOf(node: ts.SignatureDeclaration): string {
  const named = node.name ?? (ts.isVariableDeclaration(node.parent) ? node.parent.name : undefined);
  return named?.getText() ?? 'a function without a name';
}
