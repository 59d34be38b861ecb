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

const SEQUENCE = 0x30;
const SET = 0x31;
const BOOLEAN_TRUE = Buffer.from([0x01, 0x01, 0xff]);
const CONTEXT_0 = 0xa0;
const CONTEXT_3 = 0xa3;
const DNS_NAME = 0x82;
const IP_ADDRESS = 0x87;

const ECDSA_WITH_SHA256 = oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02);
const COMMON_NAME = oid(0x55, 0x04, 0x03);
const BASIC_CONSTRAINTS = oid(0x55, 0x1d, 0x13);
const SUBJECT_ALT_NAME = oid(0x55, 0x1d, 0x11);

/** Makes a self-signed certificate, its own authority, that is valid for the given host names and IPv4 addresses. */
export function selfSignedCertificate(
  hosts: readonly string[] = ['localhost', '127.0.0.1', 'api.test'],
): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = der(SEQUENCE, ECDSA_WITH_SHA256);
  // Each gets a name of its own, so that a client never mistakes one test's authority for another's.
  const serial = randomBytes(8);
  const name = der(
    SEQUENCE,
    der(SET, der(SEQUENCE, COMMON_NAME, der(0x0c, Buffer.from(`Test ${serial.toString('hex')}`)))),
  );
  const content = der(
    SEQUENCE,
    der(CONTEXT_0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([0x01]), serial),
    algorithm,
    name,
    der(SEQUENCE, utcTime(Date.now() - DAY_MS), utcTime(Date.now() + DAY_MS)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(
      CONTEXT_3,
      der(
        SEQUENCE,
        der(SEQUENCE, BASIC_CONSTRAINTS, BOOLEAN_TRUE, der(0x04, der(SEQUENCE, BOOLEAN_TRUE))),
        der(SEQUENCE, SUBJECT_ALT_NAME, der(0x04, der(SEQUENCE, ...hosts.map(generalName)))),
      ),
    ),
  );
  const signature = sign('sha256', content, privateKey);
  const certificate = der(SEQUENCE, content, algorithm, der(0x03, Buffer.from([0]), signature));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: pem(certificate),
  };
}

function generalName(host: string): Buffer {
  return isIPv4(host)
    ? der(IP_ADDRESS, Buffer.from(host.split('.').map(Number)))
    : der(DNS_NAME, Buffer.from(host));
}

function utcTime(ms: number): Buffer {
  const [date, time] = new Date(ms).toISOString().split('T') as [string, string];
  return der(
    0x17,
    Buffer.from(`${date.slice(2).replaceAll('-', '')}${time.slice(0, 8).replaceAll(':', '')}Z`),
  );
}

function oid(...bytes: number[]): Buffer {
  return der(0x06, Buffer.from(bytes));
}

/** One DER element: tag, length, content. */
function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const length = content.byteLength;
  const head =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), content]);
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
