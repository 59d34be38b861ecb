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
} from '../../src/tasks/image-reference.ts';
import { anyText } from './support/arbitraries.ts';

const HEX = '0123456789abcdef'.repeat(4);
const SHA = `sha256:${HEX}`;

const reference = (path: string, rest: Partial<ImageReference> = {}): ImageReference => ({
  host: null,
  path,
  tag: null,
  digest: null,
  ...rest,
});

describe('a reference is read', () => {
  const cases: readonly [string, ImageReference][] = [
    ['nginx', reference('nginx')],
    ['nginx:1.27', reference('nginx', { tag: '1.27' })],
    ['nginx:Latest_1.0-x', reference('nginx', { tag: 'Latest_1.0-x' })],
    ['nginx:_', reference('nginx', { tag: '_' })],
    [`nginx:${'t'.repeat(128)}`, reference('nginx', { tag: 't'.repeat(128) })],
    [`nginx@${SHA}`, reference('nginx', { digest: SHA })],
    [`nginx:1@${SHA}`, reference('nginx', { tag: '1', digest: SHA })],
    [`nginx@sha256+b64u:${HEX}`, reference('nginx', { digest: `sha256+b64u:${HEX}` })],
    ['team/pytorch', reference('team/pytorch')],
    ['a/b/c/d:v2', reference('a/b/c/d', { tag: 'v2' })],
    ['a.b', reference('a.b')],
    ['localhost', reference('localhost')],
    ['host:5000', reference('host', { tag: '5000' })],
    ['localhost/x', reference('x', { host: 'localhost' })],
    ['LOCALHOST/x', reference('x', { host: 'localhost' })],
    ['localhost:5000/x', reference('x', { host: 'localhost:5000' })],
    ['localhosts/x', reference('localhosts/x')],
    ['my-host:5000/a/b:v1', reference('a/b', { host: 'my-host:5000', tag: 'v1' })],
    ['10.0.0.1:5000/x', reference('x', { host: '10.0.0.1:5000' })],
    ['[::1]:5000/x', reference('x', { host: '[::1]:5000' })],
    ['[2001:db8::1]/x', reference('x', { host: '[2001:db8::1]' })],
    [
      'Registry.Example.COM/Team'.replace('Team', 'team'),
      reference('team', { host: 'registry.example.com' }),
    ],
    ['docker.io/nginx', reference('library/nginx', { host: 'docker.io' })],
    ['docker.io/library/nginx', reference('library/nginx', { host: 'docker.io' })],
    ['docker.io/a/b', reference('a/b', { host: 'docker.io' })],
    ['index.docker.io/nginx', reference('library/nginx', { host: 'docker.io' })],
    ['Index.Docker.IO/a/b', reference('a/b', { host: 'docker.io' })],
    ['other.io/nginx', reference('nginx', { host: 'other.io' })],
    ['index.docker.io.evil.com/x', reference('x', { host: 'index.docker.io.evil.com' })],
    ['a__b/c-d/e--f/g_h/i.j', reference('a__b/c-d/e--f/g_h/i.j')],
    ['sub.a/b.c/d', reference('b.c/d', { host: 'sub.a' })],
  ];
  it.each(cases)('%s', (text, expected) => {
    expect(parseImageReference(text)).toEqual(expected);
  });

  it('at its longest, and not a character longer', () => {
    expect(parseImageReference('a'.repeat(LONGEST_REFERENCE))).toEqual(reference('a'.repeat(500)));
    expect(parseImageReference('a'.repeat(LONGEST_REFERENCE + 1))).toBeNull();
  });
});

describe('what is no reference is refused', () => {
  it.each([
    '',
    ' ',
    '/',
    ':',
    '@',
    ':v1',
    `@${SHA}`,
    '/nginx',
    'nginx/',
    'a//b',
    'nginx:',
    'nginx@',
    'nginx::1',
    'nginx:a:b',
    'nginx:.x',
    'nginx:-x',
    'nginx:ä',
    `nginx:${'t'.repeat(129)}`,
    'Nginx',
    'team/Pytorch',
    'a___b',
    '_a',
    'a_',
    '-a',
    'a-',
    '.a/b',
    'a..b',
    'a._b',
    'host./x',
    'a b',
    'a\nb',
    'nginx\n',
    'nginx:1\n',
    '-host.io/x',
    'host-.io/x',
    'ho_st.io/x',
    'host.io:/x',
    'host.io:123456/x',
    'host.io:5a/x',
    'host.io/',
    'docker.io/',
    '[::1/x',
    '[::g]/x',
    '::1/x',
    'https://registry.example.com/x',
    'user@host.io/x',
    'nginx@sha256',
    'nginx@sha256:',
    `nginx@sha256:${'0'.repeat(31)}`,
    `nginx@sha256:${'g'.repeat(64)}`,
    `nginx@sha256 b64u:${HEX}`,
    `nginx@sha256+64b:${HEX}`,
    `nginx@sha256+b/64:${HEX}`,
    `nginx@${SHA}@${SHA}`,
    `nginx@${SHA}:tag`,
    `nginx@:${'0'.repeat(64)}`,
    `nginx@1sha:${'0'.repeat(64)}`,
    'a/*',
    'pytorch:*',
    'пайторч',
    '::error::x',
  ])('%j', (text) => {
    expect(parseImageReference(text)).toBeNull();
    expect(resolveImage(text)).toBeNull();
  });
});

describe("a task's image gets the usual defaults", () => {
  const cases: readonly [string, ImageReference][] = [
    ['nginx', reference('library/nginx', { host: 'docker.io', tag: 'latest' })],
    ['nginx:1', reference('library/nginx', { host: 'docker.io', tag: '1' })],
    [`nginx@${SHA}`, reference('library/nginx', { host: 'docker.io', digest: SHA })],
    [`nginx:1@${SHA}`, reference('library/nginx', { host: 'docker.io', tag: '1', digest: SHA })],
    ['a/b', reference('a/b', { host: 'docker.io', tag: 'latest' })],
    ['docker.io/nginx', reference('library/nginx', { host: 'docker.io', tag: 'latest' })],
    ['localhost/x', reference('x', { host: 'localhost', tag: 'latest' })],
    ['host.io/x', reference('x', { host: 'host.io', tag: 'latest' })],
  ];
  it.each(cases)('%s', (address, expected) => {
    expect(resolveImage(address)).toEqual(expected);
  });

  it.each([
    ['nginx', 'docker.io/library/nginx'],
    ['a/b:1', 'docker.io/a/b'],
    [`host.io:5000/a/b@${SHA}`, 'host.io:5000/a/b'],
  ])('the repository of %s is %s', (address, repository) => {
    const image = resolveImage(address);
    expect(image && repositoryOf(image)).toBe(repository);
  });
});

describe('the name that the API is asked for is the last component', () => {
  it.each([
    ['nginx', 'nginx'],
    ['nginx:1', 'nginx'],
    ['a/b/c:1', 'c'],
    [`host.io:5000/a/b@${SHA}`, 'b'],
    ['docker.io/nginx', 'nginx'],
  ])('%s: %s', (text, name) => {
    expect(imageNameOf(parsed(text))).toBe(name);
  });
});

describe('what is left out matches anything, what is written must match', () => {
  const FULL = 'test-image.ppinfra.com/test-public/pytorch:v2';
  const cases: readonly [string, string, ReturnType<typeof differingPart>][] = [
    ['pytorch', FULL, null],
    ['pytorch:v2', FULL, null],
    ['test-public/pytorch', FULL, null],
    ['test-image.ppinfra.com/test-public/pytorch', FULL, null],
    ['TEST-image.PPinfra.com/test-public/pytorch:v2', FULL, null],
    ['torch', FULL, 'path'],
    ['public/pytorch', FULL, 'path'],
    ['test-public', FULL, 'path'],
    ['test-image/test-public/pytorch', FULL, 'path'],
    ['a/test-public/pytorch', FULL, 'path'],
    ['test-image.ppinfra.com/pytorch', FULL, 'path'],
    ['ppinfra.com/test-public/pytorch', FULL, 'host'],
    ['docker.io/test-public/pytorch', FULL, 'host'],
    ['pytorch:v1', FULL, 'tag'],
    ['pytorch:v', FULL, 'tag'],
    ['pytorch:V2', FULL, 'tag'],
    ['pytorch:latest', FULL, 'tag'],
    [`pytorch@${SHA}`, FULL, 'digest'],
    ['pytorch:latest', 'pytorch', null],
    ['pytorch:latest', `pytorch@${SHA}`, 'tag'],
    [`pytorch@${SHA}`, `pytorch@${SHA}`, null],
    [`pytorch@${SHA}`, `pytorch:v2@${SHA}`, null],
    [`pytorch:v2@${SHA}`, `pytorch:v2@${SHA}`, null],
    [`pytorch:v1@${SHA}`, `pytorch:v2@${SHA}`, 'tag'],
    ['pytorch', `pytorch@${SHA}`, null],
    [`pytorch@sha256:${'0'.repeat(64)}`, `pytorch@${SHA}`, 'digest'],
    ['nginx', 'docker.io/library/nginx', null],
    ['library/nginx', 'nginx', null],
    ['docker.io/nginx', 'nginx', null],
    ['index.docker.io/nginx', 'docker.io/library/nginx', null],
    ['docker.io/library/nginx', 'index.docker.io/nginx', null],
    ['docker.io/nginx', 'other/nginx', 'path'],
    ['a/b', 'docker.io/a/b', null],
    ['docker.io/a/b', 'a/b', null],
    ['docker.io/b', 'a/b', 'path'],
    ['localhost/x', 'localhost/x', null],
    ['localhost/x', 'x', 'path'],
    ['localhost/library/x', 'x', 'host'],
    ['host.io:5000/x', 'host.io:5000/x', null],
    ['host.io:5000/x', 'host.io/x', 'host'],
    ['host.io/x', 'host.io:5000/x', 'host'],
    ['x', 'host.io:5000/x', null],
  ];
  it.each(cases)('%s against %s: %s', (partial, address, expected) => {
    expect(differing(partial, address)).toBe(expected);
  });
});

describe('whatever the text', () => {
  it('reading never throws, and what is read is printed and read again as the same', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, anyReferenceText, noisyReferenceText), (text) => {
        const written = parseImageReference(text);
        if (written !== null) expect(parseImageReference(print(written))).toEqual(written);
      }),
    );
  });

  it('the defaults filled in once stay as they are', () => {
    fc.assert(
      fc.property(anyReferenceText, (text) => {
        const image = resolveImage(text);
        expect(image).not.toBeNull();
        expect(image && resolveImage(print(image))).toEqual(image);
      }),
    );
  });

  it('a partial taken from an image matches it', () => {
    fc.assert(
      fc.property(
        anyReferenceText,
        fc.nat(),
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        (text, from, ...keep) => {
          const image = resolveImage(text);
          if (image === null) throw new Error('not an image');
          const [keepHost, keepTag, keepDigest] = keep;
          const components = image.path.split('/');
          const suffix = components.slice(from % components.length).join('/');
          const partial = print({
            host: keepHost ? image.host : null,
            path: keepHost ? image.path : suffix,
            tag: keepTag ? image.tag : null,
            digest: keepDigest ? image.digest : null,
          });
          // A suffix that begins with what reads as a host is another reference: only its author can tell.
          fc.pre(keepHost || parseImageReference(partial)?.host === null);
          expect(differing(partial, text)).toBeNull();
        },
      ),
    );
  });

  it('a partial with one thing changed does not match', () => {
    fc.assert(
      fc.property(anyReferenceText, fc.constantFrom('host', 'path', 'tag', 'digest'), (text, part) => {
        const image = resolveImage(text);
        if (image === null) throw new Error('not an image');
        const changed: Readonly<Record<typeof part, ImageReference>> = {
          host: {
            ...image,
            host: `x-${image.host === 'localhost' ? 'y.z' : image.host.replace(/^\[.*/, 'y.z')}`,
          },
          path: { ...image, path: `${image.path}x` },
          tag: { ...image, tag: `${image.tag ?? ''}x`.slice(-128) },
          digest: { ...image, digest: `sha512:${'1'.repeat(128)}` },
        };
        fc.pre(changed[part].tag !== image.tag || part !== 'tag');
        expect(differingPart(changed[part], image)).toBe(part);
      }),
    );
  });
});

const oneOf = (characters: string) => fc.constantFrom(...characters);
const alphanumeric = fc.string({ unit: oneOf('abz019'), minLength: 1, maxLength: 5 });
const component = fc
  .tuple(
    alphanumeric,
    fc.array(fc.tuple(fc.constantFrom('.', '_', '__', '-', '--'), alphanumeric), { maxLength: 2 }),
  )
  .map(([head, tail]) => head + tail.flat().join(''));
const hostName = fc.oneof(
  fc.constantFrom('localhost', 'docker.io', 'index.docker.io', 'DOCKER.io', '[::1]', 'host.io', 'Host.IO'),
  fc.tuple(alphanumeric, alphanumeric).map(([one, other]) => `${one}.${other}`),
);
const host = fc
  .tuple(hostName, fc.option(fc.integer({ min: 1, max: 65_535 })))
  .map(([name, port]) => (port === null ? name : `${name}:${port}`));
const tag = fc
  .tuple(oneOf('aZ0_'), fc.string({ unit: oneOf('aZ0_.-'), maxLength: 8 }))
  .map(([first, rest]) => first + rest);
const digest = fc
  .string({ unit: oneOf('0123456789abcdef'), minLength: 64, maxLength: 64 })
  .map((hex) => `sha256:${hex}`);
const path = fc.array(component, { minLength: 1, maxLength: 4 });
// Without a host the first of several components must not read as one.
const hostlessPath = path.map(([first = '', ...rest]) => [
  rest.length === 0 ? first : first.replaceAll('.', '-'),
  ...rest,
]);
const location = fc.oneof(fc.tuple(host, path), fc.tuple(fc.constant(null), hostlessPath));
const anyReferenceText = fc
  .tuple(location, fc.option(tag), fc.option(digest))
  .map(([[at, components], name, sum]) =>
    print({ host: at, path: components.join('/'), tag: name, digest: sum }),
  );
const noisyReferenceText = fc
  .tuple(anyReferenceText, fc.nat(), oneOf('/:@.-_ A\n'))
  .map(([text, at, noise]) => text.slice(0, at % text.length) + noise + text.slice(at % text.length));

function print({ host: at, path, tag: name, digest: sum }: ImageReference): string {
  return `${at === null ? '' : `${at}/`}${path}${name === null ? '' : `:${name}`}${sum === null ? '' : `@${sum}`}`;
}

function parsed(text: string): ImageReference {
  const written = parseImageReference(text);
  if (written === null) throw new Error(`${text} is no reference`);
  return written;
}

function differing(partial: string, address: string) {
  const image = resolveImage(address);
  if (image === null) throw new Error(`${address} is no image`);
  return differingPart(parsed(partial), image);
}
