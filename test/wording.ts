/** Reads the words of the project for the glossary test: texts that people read, identifiers and comments. */
import ts from 'typescript';
import type { Finding, Source } from './sources';

export interface Words {
  /** String literals, template literals and JSX text; imports are left out. */
  readonly texts: readonly Finding[];
  readonly identifiers: readonly Finding[];
  readonly comments: readonly Finding[];
}

/** Stands for an expression inside a template literal. */
const placeholder = '…';

export function readWords({ path, text }: Source): Words {
  const kind = path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true, kind);
  const at = (position: number, what: string): Finding => ({
    path,
    line: tree.getLineAndCharacterOfPosition(position).line + 1,
    what,
  });
  const texts: Finding[] = [];
  const identifiers: Finding[] = [];
  const comments = new Map<number, Finding>();

  const visit = (node: ts.Node): void => {
    const literal = textOf(node);
    if (literal !== undefined) texts.push(at(node.getStart(tree), literal));
    if (ts.isIdentifier(node)) identifiers.push(at(node.getStart(tree), node.text));
    if (!ts.isJsxText(node))
      for (const { pos, end } of commentsAround(text, node)) comments.set(pos, at(pos, proseOf(text.slice(pos, end))));
    // Unlike forEachChild, getChildren has the tokens too, such as a brace after a last comment.
    node.getChildren(tree).forEach(visit);
  };
  visit(tree);
  return { texts, identifiers, comments: [...comments.values()] };
}

function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node))
    return isSpecifier(node) ? undefined : node.text;
  if (ts.isTemplateExpression(node))
    return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join(placeholder);
  return ts.isJsxText(node) && node.text.trim() !== '' ? node.text : undefined;
}

const isSpecifier = ({ parent }: ts.Node): boolean =>
  ts.isImportDeclaration(parent) ||
  ts.isExportDeclaration(parent) ||
  ts.isLiteralTypeNode(parent) ||
  (ts.isCallExpression(parent) && parent.expression.kind === ts.SyntaxKind.ImportKeyword);

const commentsAround = (text: string, node: ts.Node): readonly ts.CommentRange[] => [
  ...(ts.getLeadingCommentRanges(text, node.getFullStart()) ?? []),
  ...(ts.getTrailingCommentRanges(text, node.getEnd()) ?? []),
];

/** A comment without its marks, so that a phrase is found across lines. */
const proseOf = (comment: string): string => comment.replace(/^\s*\*\s?/gm, ' ').replace(/^\/[*/]+|\*\/$/g, '');

/** The prose of a page: paragraphs with their first line, without code. */
export function readPage({ path, text }: Source): readonly Finding[] {
  const blank = (code: string): string => code.replace(/[^\n]/g, ' ');
  const prose = text.replace(/^```[\s\S]*?^```/gm, blank).replace(/`[^`\n]*`/g, blank);
  let line = 1;
  return prose.split('\n\n').flatMap((paragraph) => {
    const first = line;
    line += paragraph.split('\n').length + 1;
    return paragraph.trim() === '' ? [] : [{ path, line: first, what: paragraph }];
  });
}

/** `regionDenyHolds` has the words region, deny and holds. */
export const wordsOf = (identifier: string): readonly string[] =>
  identifier.split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])/).map((word) => word.toLowerCase());

/** Finds a phrase as whole words, in any case and across line ends. */
export const phrase = (words: string): RegExp =>
  new RegExp(`(?<![\\w-])${words.trim().replace(/\s+/g, '\\s+')}(?![\\w-])`, 'i');
