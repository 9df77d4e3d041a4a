/** `${TAG}`, `$(NAME)`, `{{ .Values.name }}`, `<name>`, `@name@`: something is to be put in before anybody applies it. */
const PLACEHOLDER = /\$[A-Za-z_({]|\{\{|\}\}|%\{|<[^<>]+>|@[A-Za-z_][\w.-]*@/;

/** Whether a text waits for a tool that fills it in, so that it is not what the API server gets. */
export function isUnrendered(text: string): boolean {
  return PLACEHOLDER.test(text);
}
