/**
 * Quantities as Kubernetes reads and prints them
 * (https://github.com/kubernetes/apimachinery/blob/master/pkg/api/resource/quantity.go).
 */

const PATTERN = /^([+-]?)(\d*)(?:\.(\d*))?(|[numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)$/;
const MAX_TEXT = 256;
/** Quantities are capped at 2^63-1, as in the API. */
const MAX_MILLI = (2n ** 63n - 1n) * 1000n;
const MAX_EXPONENT = 40;

const DECIMAL: ReadonlyMap<string, number> = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);

const BINARY: ReadonlyMap<string, bigint> = new Map([
  ['Ki', 10n],
  ['Mi', 20n],
  ['Gi', 30n],
  ['Ti', 40n],
  ['Pi', 50n],
  ['Ei', 60n],
]);

/** Reads a quantity in thousandths of its unit, rounded away from zero as MilliValue does; undefined if it is none. */
export function parseQuantity(text: string): bigint | undefined {
  const match = text.length > MAX_TEXT ? null : PATTERN.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', suffix = ''] = match;
  const digits = whole + fraction;
  if (digits === '') return undefined;
  const milli = scale(BigInt(digits), fraction.length, suffix);
  const capped = milli > MAX_MILLI ? MAX_MILLI : milli;
  return sign === '-' ? -capped : capped;
}

/** `digits` with `decimals` of them behind the point, times 1000 and the suffix, rounded up. */
function scale(digits: bigint, decimals: number, suffix: string): bigint {
  if (digits === 0n) return 0n;
  const binary = BINARY.get(suffix);
  if (binary !== undefined) return ceilDivide((digits * 1000n) << binary, 10n ** BigInt(decimals));
  const exponent = DECIMAL.get(suffix) ?? Number(suffix.slice(1));
  // No power of ten is computed from a hostile exponent: the result is at the cap, or the smallest amount, anyway.
  if (exponent > MAX_EXPONENT + MAX_TEXT) return MAX_MILLI + 1n;
  if (exponent < -(MAX_EXPONENT + MAX_TEXT)) return 1n;
  const power = exponent + 3 - decimals;
  return power >= 0 ? digits * 10n ** BigInt(power) : ceilDivide(digits, 10n ** BigInt(-power));
}

function ceilDivide(a: bigint, b: bigint): bigint {
  return (a + b - 1n) / b;
}

/** Rounds a quantity in thousandths up to whole units, still in thousandths, as Quantity.Value does. */
export function wholeUnits(milli: bigint): bigint {
  return milli >= 0n ? ceilDivide(milli, 1000n) * 1000n : (milli / 1000n) * 1000n;
}

/**
 * Prints a quantity, given in thousandths, as people write it for the resource: cpu `1500m` or `2`, memory and storage
 * `512Mi` or `7.36Gi`, others as a number. Amounts of bytes are cut after two decimals, never rounded up, so that what
 * is printed as free is free. The result is a valid quantity.
 */
export function formatQuantity(resource: string, milli: bigint): string {
  if (milli < 0n) return `-${formatQuantity(resource, -milli)}`;
  if (isBytes(resource)) return formatBytes(milli / 1000n);
  return milli % 1000n === 0n ? String(milli / 1000n) : `${milli}m`;
}

function isBytes(resource: string): boolean {
  const name = resource.slice(resource.lastIndexOf('.') + 1);
  return name === 'memory' || name === 'storage' || name === 'ephemeral-storage' || name.startsWith('hugepages-');
}

function formatBytes(bytes: bigint): string {
  let unit = '';
  let shift = 0n;
  for (const [name, bits] of BINARY) {
    if (bytes < 1n << bits) break;
    unit = name;
    shift = bits;
  }
  const hundredths = (bytes * 100n) >> shift;
  const decimals = String(hundredths % 100n)
    .padStart(2, '0')
    .replace(/0+$/, '');
  return `${hundredths / 100n}${decimals === '' ? '' : `.${decimals}`}${unit}`;
}
