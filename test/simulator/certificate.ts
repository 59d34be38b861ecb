/**
 * Throw-away certificates for tests. Node can sign but has no call that makes a certificate, so the little DER that a
 * self-signed one needs is written here.
 */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';

export interface Certificate {
  /** PEM, for the server. */
  readonly key: string;
  /** PEM, for the server, and for NODE_EXTRA_CA_CERTS of a client that is to trust it. */
  readonly cert: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const TAGS = { sequence: 0x30, set: 0x31, integer: 0x02, bits: 0x03, octets: 0x04, text: 0x0c, time: 0x17 };
const TRUE = Buffer.from([0x01, 0x01, 0xff]);
const ECDSA_WITH_SHA256 = oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02);
const COMMON_NAME = oid(0x55, 0x04, 0x03);
const BASIC_CONSTRAINTS = oid(0x55, 0x1d, 0x13);
const SUBJECT_ALT_NAME = oid(0x55, 0x1d, 0x11);

/**
 * Makes a self-signed certificate, its own authority, that is valid for the given host names and IPv4 addresses.
 * @param validForDays from yesterday on; one that has expired has none.
 */
export function selfSignedCertificate(
  hosts: readonly string[] = ['localhost', '127.0.0.1', 'api.test'],
  validForDays = 2,
): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(ECDSA_WITH_SHA256);
  // Each gets a name of its own, so that a client never mistakes one test's authority for another's.
  const serial = randomBytes(8);
  const commonName = der(TAGS.text, Buffer.from(`Test ${serial.toString('hex')}`));
  const name = sequence(der(TAGS.set, sequence(COMMON_NAME, commonName)));
  const yesterday = Date.now() - DAY_MS;
  const extensions = [
    sequence(BASIC_CONSTRAINTS, TRUE, der(TAGS.octets, sequence(TRUE))),
    sequence(SUBJECT_ALT_NAME, der(TAGS.octets, sequence(...hosts.map(generalName)))),
  ];
  const content = sequence(
    der(0xa0, der(TAGS.integer, Buffer.from([2]))),
    der(TAGS.integer, Buffer.from([1]), serial),
    algorithm,
    name,
    sequence(utcTime(yesterday), utcTime(yesterday + validForDays * DAY_MS)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = der(TAGS.bits, Buffer.from([0]), sign('sha256', content, privateKey));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: pem(sequence(content, algorithm, signature)),
  };
}

function generalName(host: string): Buffer {
  return isIPv4(host) ? der(0x87, Buffer.from(host.split('.').map(Number))) : der(0x82, Buffer.from(host));
}

function utcTime(ms: number): Buffer {
  return der(TAGS.time, Buffer.from(`${new Date(ms).toISOString().replaceAll(/[-:T]/g, '').slice(2, 14)}Z`));
}

function oid(...bytes: number[]): Buffer {
  return der(0x06, Buffer.from(bytes));
}

function sequence(...parts: Uint8Array[]): Buffer {
  return der(TAGS.sequence, ...parts);
}

/** One DER element: tag, length, content. */
function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { byteLength } = content;
  // Up to 127 bytes the length is one byte; beyond, two bytes of it follow their own count.
  const length = byteLength < 0x80 ? [byteLength] : [0x82, byteLength >> 8, byteLength & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
