/** Where the pages of the built-in rules are, one file for each, named as the rule. */
const RULE_PAGES = 'https://github.com/kroot/kroot/blob/main/docs/rules';

/** The page of a built-in rule; rules of plugins (`vendor/rule`) have theirs elsewhere. */
export function rulePage(id: string): string | undefined {
  return id.includes('/') ? undefined : `${RULE_PAGES}/${id}.md`;
}
