import { type YAMLError } from 'yaml';

/** What is wrong, in words that hold nothing of the input: the parser's own messages may quote it. */
const WORDS: Readonly<Partial<Record<YAMLError['code'], string>>> = {
  BAD_ALIAS: 'an alias that names nothing',
  BAD_COLLECTION_TYPE: 'a tag that does not fit its value',
  BAD_DIRECTIVE: 'a directive that does not exist',
  BAD_DQ_ESCAPE: 'a backslash in double quotes that escapes nothing',
  BAD_INDENT: 'wrong indentation',
  BAD_SCALAR_START: 'a value begins with a reserved character and needs quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a mapping or list begins where a plain value belongs, or the indentation is wrong',
  BLOCK_IN_FLOW: 'a block inside brackets or braces',
  DUPLICATE_KEY: 'the same key twice',
  KEY_OVER_1024_CHARS: 'a key that is too long',
  MISSING_CHAR: 'a colon, comma, quote or bracket is missing, or the indentation is wrong',
  MULTILINE_IMPLICIT_KEY: 'a colon is missing, or the indentation is wrong',
  MULTIPLE_ANCHORS: 'two anchors on one value',
  MULTIPLE_TAGS: 'two tags on one value',
  TAB_AS_INDENT: 'a tab in the indentation, where only spaces may be',
  UNEXPECTED_TOKEN: 'something that does not belong there, or the indentation is wrong',
};

/** What a YAML parser's error says, for users. */
export function yamlFault({ code }: Pick<YAMLError, 'code'>): string {
  return WORDS[code] ?? code.toLowerCase().replaceAll('_', ' ');
}
