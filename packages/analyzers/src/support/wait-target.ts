import { type Container } from '@kroot/types';

const MAX_TEXT = 4096;
const HOST = String.raw`([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)`;

/** Commands that wait for a host, with where they name it. */
const WAITS: readonly RegExp[] = [
  new RegExp(String.raw`\bnc\b[^|;&\n]{0,60}? ${HOST} (\d{1,5})\b`),
  new RegExp(
    String.raw`\b(?:wait-for(?:-it)?|wait4x|dockerize|wait)\b[^|;&\n]{0,80}?(?:tcp:\/\/|https?:\/\/|\s)${HOST}:(\d{1,5})\b`,
  ),
  new RegExp(
    String.raw`\bpg_isready\b[^|;&\n]{0,80}?(?:-h|--host=?) ?${HOST}\b(?:[^|;&\n]{0,40}?(?:-p|--port=?) ?(\d{1,5}))?`,
  ),
  new RegExp(
    String.raw`\b(?:mysqladmin|mysql|redis-cli|psql|mongosh?)\b[^|;&\n]{0,80}?(?:-h|--host=?) ?${HOST}\b(?:[^|;&\n]{0,40}?(?:-P|-p|--port=?) ?(\d{1,5}))?`,
  ),
  new RegExp(String.raw`\b(?:nslookup|getent hosts|dig|host|ping)\b(?: -\S{1,10})* ${HOST}\b`),
  new RegExp(String.raw`\b(?:curl|wget)\b[^|;\n]{0,120}?https?:\/\/${HOST}(?::(\d{1,5}))?`),
  new RegExp(String.raw`/dev/tcp/${HOST}/(\d{1,5})`),
];

/** The host that a container's command waits for; undefined if it names none that can be read. */
export function waitTarget({
  command = [],
  args = [],
  env = [],
}: Container): { readonly host: string; readonly port?: number } | undefined {
  const variables = new Map(env.map(({ name, value }) => [name, value ?? '']));
  const text = [...command, ...args]
    .join(' ')
    .slice(0, MAX_TEXT)
    .replaceAll(/\$[({]?([A-Za-z_]\w{0,100})[)}]?/g, (whole, name: string) => variables.get(name) ?? whole);
  for (const pattern of WAITS) {
    const match = pattern.exec(text);
    const host = match?.[1];
    if (host === undefined || host === 'localhost' || host.startsWith('127.')) continue;
    return match?.[2] === undefined ? { host } : { host, port: Number(match[2]) };
  }
  return undefined;
}
