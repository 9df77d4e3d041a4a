import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { bitString, der, oid, sequence, time, utf8 } from './der.ts';

/** A certificate and its private key, both PEM. */
export interface Issued {
  readonly certificate: string;
  readonly key: string;
}

/** What to put into a certificate. */
export interface Subject {
  readonly commonName: string;
  readonly organization?: string;
  /** DNS names and IPv4 addresses. */
  readonly names?: readonly string[];
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

/** A certificate authority of its own, made on the spot so that no key lies in a repository. */
export interface Authority {
  /** PEM. */
  readonly certificate: string;
  issue(subject: Subject): Issued;
}

const DAY = 24 * 60 * 60 * 1000;
const ECDSA_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));
const TRUE = Buffer.from([0x01, 0x01, 0xff]);

/** Makes an authority with an elliptic curve key. */
export function makeAuthority(commonName = 'faultd test CA'): Authority {
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer: Subject = { commonName };
  const constraints = extension('2.5.29.19', sequence(TRUE), true);
  const keyUsage = extension('2.5.29.15', der(0x03, Buffer.from([1, 0x06])), true);
  return {
    certificate: certify(issuer, issuer, own.publicKey, own.privateKey, [constraints, keyUsage]),
    issue(subject) {
      const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const { names = [] } = subject;
      const extensions = names.length === 0 ? [] : [extension('2.5.29.17', sequence(...names.map(alternativeName)))];
      return {
        certificate: certify(subject, issuer, pair.publicKey, own.privateKey, extensions),
        key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      };
    },
  };
}

/** RFC 5280, as far as TLS needs it. */
function certify(
  subject: Subject,
  issuer: Subject,
  publicKey: KeyObject,
  signer: KeyObject,
  extensions: readonly Uint8Array[],
): string {
  const { notBefore = new Date(Date.now() - DAY), notAfter = new Date(Date.now() + 30 * DAY) } = subject;
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    ECDSA_SHA256,
    nameOf(issuer),
    sequence(time(notBefore), time(notAfter)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    ...(extensions.length === 0 ? [] : [der(0xa3, sequence(...extensions))]),
  );
  const whole = sequence(body, ECDSA_SHA256, bitString(sign('sha256', body, signer)));
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function nameOf({ commonName, organization }: Subject): Buffer {
  return sequence(
    ...(organization === undefined ? [] : [namePart('2.5.4.10', organization)]),
    namePart('2.5.4.3', commonName),
  );
}

function namePart(type: string, value: string): Buffer {
  return der(0x31, sequence(oid(type), utf8(value)));
}

function extension(type: string, value: Uint8Array, critical = false): Buffer {
  return sequence(oid(type), ...(critical ? [TRUE] : []), der(0x04, value));
}

function alternativeName(name: string): Buffer {
  const isAddress = /^\d+(?:\.\d+){3}$/.test(name);
  return isAddress ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name));
}
