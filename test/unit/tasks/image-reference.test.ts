import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  differingPart,
  type ImageReference,
  imageNameOf,
  LONGEST_REFERENCE,
  parseImageReference,
  repositoryOf,
  resolveImage,
  withLowerCasePath,
} from '../../../src/tasks/image-reference.ts';
import { anyText } from '../support/arbitraries.ts';
import { holds } from '../support/property.ts';

const HEX = '0123456789abcdef'.repeat(4);
const SHA = `sha256:${HEX}`;

const reference = (path: string, rest: Partial<ImageReference> = {}): ImageReference => {
  return { host: null, path, tag: null, digest: null, ...rest };
};

it.each([
  ['nginx:Latest_1.0-x', reference('nginx', { tag: 'Latest_1.0-x' })],
  [`nginx:${'t'.repeat(128)}`, reference('nginx', { tag: 't'.repeat(128) })],
  [`nginx@${SHA.toUpperCase()}`, reference('nginx', { digest: SHA })],
  [`nginx@sha256+b64u:${HEX}`, reference('nginx', { digest: `sha256+b64u:${HEX}` })],
  ['localhost', reference('localhost')],
  ['host:5000', reference('host', { tag: '5000' })],
  ['LOCALHOST/x', reference('x', { host: 'localhost' })],
  ['my-host:5000/a/b:v1', reference('a/b', { host: 'my-host:5000', tag: 'v1' })],
  ['[::1]:5000/x', reference('x', { host: '[::1]:5000' })],
  ['[2001:db8::1]/x', reference('x', { host: '[2001:db8::1]' })],
  ['docker.io/nginx', reference('library/nginx', { host: 'docker.io' })],
  ['Index.Docker.IO/nginx', reference('library/nginx', { host: 'docker.io' })],
  ['index.docker.io.evil.com/x', reference('x', { host: 'index.docker.io.evil.com' })],
  ['a__b/c-d/e--f/g_h/i.j', reference('a__b/c-d/e--f/g_h/i.j')],
  ['sub.a/b.c/d', reference('b.c/d', { host: 'sub.a' })],
  ['a'.repeat(LONGEST_REFERENCE), reference('a'.repeat(500))],
])('a reference is read: %s', (text, expected) => {
  expect(parseImageReference(text)).toEqual(expected);
});

const refused = `/ : @ :v1 @${SHA} /nginx nginx/ a//b nginx: nginx@ nginx::1 nginx:a:b nginx:.x nginx:-x nginx:ä
  nginx:${'t'.repeat(129)} Nginx team/Pytorch a___b _a a_ -a a- .a/b a..b a._b host./x -host.io/x host-.io/x
  ho_st.io/x host.io:/x host.io:123456/x host.io:5a/x host.io/ docker.io/ [::1/x [::g]/x ::1/x
  https://registry.example.com/x user@host.io/x nginx@sha256 nginx@sha256: nginx@sha256:${'0'.repeat(31)}
  nginx@sha256:${'g'.repeat(64)} nginx@sha256+64b:${HEX} nginx@sha256+b/64:${HEX} nginx@${SHA}@${SHA}
  nginx@${SHA}:tag nginx@:${HEX} nginx@1sha:${HEX} a/* pytorch:* пайторч ::error::x`;
const blank = ['', ' ', 'a b', 'a\nb', 'nginx\n', 'nginx:1\n', `nginx@sha256 b64u:${HEX}`];
it.each([...refused.split(/\s+/), ...blank, 'a'.repeat(LONGEST_REFERENCE + 1)])(
  'what is no reference is refused: %j',
  (text) => {
    expect(parseImageReference(text)).toBeNull();
    expect(resolveImage(text)).toBeNull();
  },
);

it.each([
  ['Org/App:V1-RC', 'org/app:V1-RC'],
  ['GHCR.io/Org/App:V1', 'GHCR.io/org/app:V1'],
  ['Host:5000/App', 'Host:5000/app'],
  ['[::A]:5000/App', '[::A]:5000/app'],
  [`App@${SHA.toUpperCase()}`, `app@${SHA.toUpperCase()}`],
  ['', ''],
  ['\u212aelvin', '\u212aelvin'],
])('the path of a reference is lowered: %s becomes %s', (text, lowered) => {
  expect(withLowerCasePath(text)).toBe(lowered);
});

it.each([
  ['nginx', 'docker.io/library/nginx:latest', 'nginx'],
  [`nginx:1@${SHA}`, `docker.io/library/nginx:1@${SHA}`, 'nginx'],
  ['a/b', 'docker.io/a/b:latest', 'b'],
  ['index.docker.io/nginx', 'docker.io/library/nginx:latest', 'nginx'],
  ['host.io:5000/a/b/c', 'host.io:5000/a/b/c:latest', 'c'],
])("a task's image gets the usual defaults: %s is %s, whose name is %s", (address, expected, name) => {
  const image = resolved(address);
  expect(print(image)).toBe(expected);
  expect(repositoryOf(image)).toBe(expected.replace(/(?::[\w.]+)?(?:@.*)?$/, ''));
  expect(imageNameOf(image)).toBe(name);
});

const FULL = 'test-image.ppinfra.com/test-public/pytorch:v2';
it.each<[string, string, ReturnType<typeof differingPart>]>([
  ['pytorch', FULL, null],
  ['TEST-image.PPinfra.com/test-public/pytorch:v2', FULL, null],
  ['torch', FULL, 'path'],
  ['public/pytorch', FULL, 'path'],
  ['test-image/test-public/pytorch', FULL, 'path'],
  ['test-image.ppinfra.com/pytorch', FULL, 'path'],
  ['ppinfra.com/test-public/pytorch', FULL, 'host'],
  ['pytorch:v', FULL, 'tag'],
  ['pytorch:latest', FULL, 'tag'],
  [`pytorch@${SHA}`, FULL, 'digest'],
  ['pytorch:latest', 'pytorch', null],
  ['pytorch:latest', `pytorch@${SHA}`, 'tag'],
  [`pytorch:v1@${SHA}`, `pytorch:v2@${SHA}`, 'tag'],
  [`pytorch@sha256:${'0'.repeat(64)}`, `pytorch@${SHA}`, 'digest'],
  ['nginx', 'docker.io/library/nginx', null],
  ['docker.io/nginx', 'nginx', null],
  ['index.docker.io/nginx', 'docker.io/library/nginx', null],
  ['docker.io/nginx', 'other/nginx', 'path'],
  ['localhost/x', 'x', 'path'],
  ['host.io:5000/x', 'host.io/x', 'host'],
  ['x', 'host.io:5000/x', null],
])(
  'what is left out matches anything, what is written must match: %s against %s: %s',
  (partial, address, expected) => {
    expect(differingPart(parsed(partial), resolved(address))).toBe(expected);
  },
);

describe('whatever the text', () => {
  it('reading never throws, and what is read is printed and read again as the same', () => {
    holds(fc.oneof(anyText, anyReferenceText, noisyReferenceText), (text) => {
      const written = parseImageReference(text);
      if (written !== null) expect(parseImageReference(print(written))).toEqual(written);
    });
  });

  it('capitals in the path change nothing of what is read', () => {
    holds(anyReferenceText, (text) => {
      const { host, path, tag, digest } = parsed(text);
      const asWritten = host && text.slice(0, text.indexOf('/'));
      const shouted = print({ host: asWritten, path: path.toUpperCase(), tag, digest });
      expect(parsed(withLowerCasePath(shouted))).toEqual(parsed(text));
    });
  });

  it('the defaults filled in once stay as they are', () => {
    holds(anyReferenceText, (text) => {
      expect(resolveImage(print(resolved(text)))).toEqual(resolved(text));
    });
  });

  it('a partial taken from an image matches it', () => {
    const keeps = fc.tuple(fc.boolean(), fc.boolean(), fc.boolean());
    holds(anyReferenceText, fc.nat(), keeps, (text, from, [keepHost, keepTag, keepDigest]) => {
      const image = resolved(text);
      const components = image.path.split('/');
      const partial = print({
        host: keepHost ? image.host : null,
        path: keepHost ? image.path : components.slice(from % components.length).join('/'),
        tag: keepTag ? image.tag : null,
        digest: keepDigest ? image.digest : null,
      });
      // A suffix that begins with what reads as a host is another reference: only its author can tell.
      fc.pre(keepHost || parseImageReference(partial)?.host === null);
      expect(differingPart(parsed(partial), image)).toBeNull();
    });
  });

  it('a partial with one thing changed does not match', () => {
    holds(anyReferenceText, fc.constantFrom('host', 'path', 'tag', 'digest'), (text, part) => {
      const image = resolved(text);
      const digest = `sha512:${'1'.repeat(128)}`;
      const changed = { host: `x-${image.host}`, path: `${image.path}x`, tag: `${image.tag ?? ''}x`, digest };
      expect(differingPart({ ...image, [part]: changed[part] }, image)).toBe(part);
    });
  });
});

const textOf = (characters: string, minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...characters), minLength, maxLength });
/** What the parts make, one after the other. */
const joined = (...parts: fc.Arbitrary<string>[]) => fc.tuple(...parts).map((texts) => texts.join(''));
const word = textOf('abz019', 1, 5);
const tail = joined(fc.constantFrom('.', '_', '__', '-', '--'), word);
const tails = fc.array(tail, { maxLength: 2 }).map((some) => some.join(''));
const component = joined(word, tails);
const hostName = fc.oneof(
  fc.constantFrom('localhost', 'docker.io', 'index.docker.io', 'DOCKER.io', '[::1]', 'Host.IO'),
  joined(word, fc.constant('.'), word),
);
const port = fc.integer({ min: 1, max: 65_535 }).map((number) => `:${number}`);
const host = joined(hostName, fc.oneof(fc.constant(''), port));
const tag = joined(textOf('aZ0_', 1, 1), textOf('aZ0_.-', 0, 8));
const digest = textOf('0123456789abcdef', 64, 64).map((hex) => `sha256:${hex}`);
const path = fc.array(component, { minLength: 1, maxLength: 4 });
// Without a host the first of several components must not read as one.
const hostlessPath = path.map((components) =>
  components.map((one, index) => (index === 0 && components.length > 1 ? one.replaceAll('.', '-') : one)),
);
const location = fc.oneof(fc.tuple(host, path), fc.tuple(fc.constant(null), hostlessPath));
const anyReferenceText = fc
  .tuple(location, fc.option(tag), fc.option(digest))
  .map(([[host, components], tag, digest]) => print({ host, path: components.join('/'), tag, digest }));
const noisyReferenceText = fc
  .tuple(anyReferenceText, fc.nat(), fc.constantFrom(...'/:@.-_ A\n'))
  .map(([text, at, noise]) => text.slice(0, at % text.length) + noise + text.slice(at % text.length));

function print({ host: at, path, tag: name, digest: sum }: ImageReference): string {
  return `${at === null ? '' : `${at}/`}${path}${name === null ? '' : `:${name}`}${sum === null ? '' : `@${sum}`}`;
}

const parsed = (text: string) => known(text, parseImageReference(text));
const resolved = (address: string) => known(address, resolveImage(address));

function known<T>(text: string, found: T | null): T {
  if (found === null) throw new Error(`${text} is no reference`);
  return found;
}
