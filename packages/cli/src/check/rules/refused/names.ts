import { isUnrendered } from './unrendered.ts';

/** https://github.com/kubernetes/apimachinery/blob/master/pkg/util/validation/validation.go */
const LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const LABEL_LENGTH = 63;
const SUBDOMAIN_LENGTH = 253;
const PORT_NAME_LENGTH = 15;

/** What is wrong with a name that has to be a label of DNS; undefined if nothing is, or a tool is to fill it in. */
export function labelFault(name: string): string | undefined {
  return faultOf(name, LABEL_LENGTH, LABEL.test(name), 'lower case letters, digits and "-"');
}

/** The same for one that may have dots. */
export function subdomainFault(name: string): string | undefined {
  const isRight = name.split('.').every((part) => LABEL.test(part));
  return faultOf(name, SUBDOMAIN_LENGTH, isRight, 'lower case letters, digits, "-" and "."');
}

function faultOf(name: string, longest: number, isRight: boolean, charset: string): string | undefined {
  if (isUnrendered(name)) return undefined;
  if (name === '') return 'it is empty';
  if (name.length > longest) return `it may have ${longest} characters, and has ${name.length}`;
  return isRight ? undefined : `it may have only ${charset}, and begins and ends with a letter or digit`;
}

/** The same for the name of a port of a container. */
export function portNameFault(name: string): string | undefined {
  if (isUnrendered(name)) return undefined;
  if (name.length > PORT_NAME_LENGTH) return `it may have ${PORT_NAME_LENGTH} characters, and has ${name.length}`;
  if (!/^[-a-z0-9]+$/.test(name)) return 'it may have only lower case letters, digits and "-"';
  if (!/[a-z]/.test(name)) return 'it needs at least one letter';
  if (name.includes('--')) return 'it must not have two hyphens in a row';
  return /^-|-$/.test(name) ? 'it must not begin or end with a hyphen' : undefined;
}

/** The same for the value of a label, which may be empty. */
export function labelValueFault(value: string): string | undefined {
  if (isUnrendered(value) || value === '') return undefined;
  if (value.length > LABEL_LENGTH) return `it may have ${LABEL_LENGTH} characters, and has ${value.length}`;
  if (/^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(value)) return undefined;
  return 'it may have only letters, digits, "-", "_" and ".", and begins and ends with a letter or digit';
}

/** What is wrong with the number of a port. */
export function portNumberFault(port: number): string | undefined {
  return port >= 1 && port <= 65_535 ? undefined : 'ports go from 1 to 65535';
}
