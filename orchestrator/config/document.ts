/** Parses the text of a config as one YAML document, or returns its problems. */
import { Composer, CST, type Document, isMap, isScalar, LineCounter, Parser, type YAMLError } from 'yaml';
import { byPlace, nestingMax, type Problem, type ProblemAt, type ReadValues, readValues, writtenAs } from './values';

/** 10,000 account ids are 200 KB. */
export const configBytesMax = 1_048_576;
/** After this many syntax errors, the rest mostly follow from them. */
const syntaxErrorsMax = 20;

export function readDocument(text: string): ReadValues {
  if (Buffer.byteLength(text) > configBytesMax)
    return refused([wholeFile(`is over the limit of ${configBytesMax} bytes`)]);
  const lines = new LineCounter();
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const at: ProblemAt = (offset, message, path = '') => {
    const { line, col: column } = lines.linePos(offset);
    return { line, column, path, message };
  };

  const strange = text.search(notText);
  if (strange >= 0)
    return refused([at(strange, `is not text: it contains the character ${codePointAt(text, strange)}`)]);
  const tooDeep = tokens.map(offsetTooDeep).find((offset) => offset !== undefined);
  if (tooDeep !== undefined) return refused([at(tooDeep, `nests more than ${nestingMax} levels deep`)]);

  const documents = [...new Composer(yaml12).compose(tokens, true, text.length)];
  const problems = [
    ...documents
      .flatMap((document): readonly YAMLError[] => [...document.errors, ...document.warnings])
      .slice(0, syntaxErrorsMax)
      .map((error) => at(error.pos[0], syntaxMessage(error))),
    ...documents.slice(1, 2).map((second) => at(second.range[0], moreDocuments(documents))),
  ];
  if (problems.length > 0) return refused(problems);
  const contents = documents[0]?.contents ?? null;
  if (contents === null || (isScalar(contents) && contents.value === null))
    return refused([wholeFile(`is empty, ${mustBeMap}`)]);
  if (!isMap(contents)) return refused([at(contents.range[0], `${mustBeMap}, got ${writtenAs(contents)}`)]);
  return readValues(contents, at);
}

/** `%YAML 1.1` must not change the meaning of `yes` and `2027-01-31`. Repeated keys are found, with their lines, by the reader of values. */
const yaml12 = { schema: 'core', resolveKnownTags: false, uniqueKeys: false } as const;

const mustBeMap = 'must be a map of at least regions, modules and waves';

/** Control characters except tab and line ends, and the replacement character of bytes that are not UTF-8. */
const notText = /[^\P{Cc}\t\n\r]|\ufffd/u;

const wholeFile = (message: string): Problem => ({ line: 1, column: 1, path: '', message });

const refused = (problems: readonly Problem[]) => ({ ok: false as const, problems: problems.toSorted(byPlace) });

const codePointAt = (text: string, offset: number): string =>
  `U+${text.charCodeAt(offset).toString(16).toUpperCase().padStart(4, '0')}`;

const moreDocuments = (documents: readonly Document.Parsed[]): string =>
  `must be one YAML document, got ${documents.length}; the second starts here`;

/** The composer recurses, and V8 aborts the process when it compiles a regular expression at the end of the stack. The tokens of the parser are safe to check. */
function offsetTooDeep(token: CST.Token): number | undefined {
  if (token.type !== 'document') return undefined;
  let offset: number | undefined;
  CST.visit(token, ({ start, value }, path) => {
    if (path.length <= nestingMax) return undefined;
    offset = start[0]?.offset ?? value?.offset ?? token.offset;
    return CST.visit.BREAK;
  });
  return offset;
}

/** The two most common errors get advice; the others get the text of the parser in our form. */
function syntaxMessage({ code, message }: YAMLError): string {
  if (code === 'TAB_AS_INDENT') return 'is indented with a tab; use spaces';
  if (code === 'BLOCK_AS_IMPLICIT_KEY') return 'has a second ": " on one line; quote the text that contains it';
  const said = message
    .slice(0, messageMax)
    .replace(/\p{Cc}+/gu, ' ')
    .replace(/\.$/, '');
  return `is not YAML: ${said.charAt(0).toLowerCase()}${said.slice(1)}`;
}
const messageMax = 200;
