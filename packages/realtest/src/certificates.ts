import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const DAYS = '2';

/** A certificate with its key, as PEM. */
export interface Credential {
  readonly certificate: string;
  readonly key: string;
}

/** Makes the authority of a control plane, `ca.crt` and `ca.key`, in a folder. */
export async function createAuthority(folder: string): Promise<string> {
  const [key, certificate] = [join(folder, 'ca.key'), join(folder, 'ca.crt')];
  await createKey(key);
  const extensions = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign'];
  const added = extensions.flatMap((extension) => ['-addext', extension]);
  const subject = ['-subj', '/CN=realtest-ca', '-days', DAYS];
  await run('openssl', ['req', '-x509', '-new', '-key', key, ...subject, ...added, '-out', certificate]);
  return readFileSync(certificate, 'utf8');
}

/** Makes `NAME.crt` and `NAME.key`, signed by the authority of the folder. */
export async function issue(folder: string, name: string, subject: string, extensions: string): Promise<Credential> {
  const file = (suffix: string): string => join(folder, `${name}.${suffix}`);
  await createKey(file('key'));
  writeFileSync(file('ext'), extensions);
  await run('openssl', ['req', '-new', '-key', file('key'), '-subj', subject, '-out', file('csr')]);
  const authority = ['-CA', join(folder, 'ca.crt'), '-CAkey', join(folder, 'ca.key'), '-set_serial', serial()];
  const request = ['-in', file('csr'), '-days', DAYS, '-extfile', file('ext'), '-out', file('crt')];
  await run('openssl', ['x509', '-req', ...authority, ...request]);
  return { certificate: readFileSync(file('crt'), 'utf8'), key: readFileSync(file('key'), 'utf8') };
}

/** Makes a key pair for signing: `NAME.key` and `NAME.pub`. */
export async function createKeyPair(folder: string, name: string): Promise<void> {
  const key = join(folder, `${name}.key`);
  await createKey(key);
  await run('openssl', ['ec', '-in', key, '-pubout', '-out', join(folder, `${name}.pub`)]);
}

async function createKey(file: string): Promise<void> {
  await run('openssl', ['ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', file]);
}

let issued = Date.now();

function serial(): string {
  issued += 1;
  return String(issued);
}
