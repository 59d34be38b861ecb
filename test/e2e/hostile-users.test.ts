import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FAILED, face, KEY, lone, RUNNING } from './hostile-support.ts';

const WARM = { warm: true };
const COLD = { warm: false };

/** A value that each input takes, besides its default. */
const GOOD: Readonly<Record<string, string>> = {
  image: 'team/app:v1',
  note: 'a note',
  'task-ids': 'a',
  'cluster-ids': 'a',
  'product-ids': 'p',
  'created-after': '15m',
  require: 'any',
  'fail-fast': 'False',
  'allowed-results': 'succeeded, failed',
  timeout: '1h30m',
  'appear-timeout': '0',
  'poll-interval': '90s',
  'request-timeout': '5',
  'api-version': 'v1',
  'create-missing': 'FALSE',
  'commit-sha': 'A'.repeat(40),
  summary: 'FALSE',
};
const NAMES = Object.keys(GOOD);
const TASK = lone('a', { note: 'a note', products: [{ productId: 'p', productName: 'GPU' }] });

describe.concurrent('an input', () => {
  test.each(['   ', '\n', '\t\r\n ', '\ufeff', '\u00a0'])('that is %j is its default', async (blank) => {
    const all = Object.fromEntries(NAMES.map((name) => [name, blank]));
    for (const selector of ['image', 'note', 'task-ids']) {
      const inputs = { ...all, [selector]: GOOD[selector] ?? '' };
      const ended = await face({ tasks: [TASK], inputs }, WARM);
      expect(ended.result).toBe('succeeded');
    }
  });

  test.each([
    ['\ufeff', '\ufeff'],
    [' \t', '\r\n '],
    ['\u00a0\u3000', '\n\n'],
  ])('with %j before it and %j after it is what it is without', async (before, after) => {
    const inputs = Object.fromEntries(NAMES.map((name) => [name, `${before}${GOOD[name] ?? ''}${after}`]));
    const ended = await face({ tasks: [TASK], inputs }, WARM);
    expect([ended.result, ended.summary]).toEqual(['succeeded', '']);
  });

  test.each([...NAMES, 'base-url', 'api-key'])(
    '%s that is absurdly long is an error or means nothing',
    async (name) => {
      const values = ['x'.repeat(90_000), '1'.repeat(90_000), ',b'.repeat(45_000)];
      const value = values[name.length % values.length] ?? '';
      const ended = await face({ tasks: [TASK], inputs: { [name]: value } }, COLD);
      expect(['error', 'not-found']).toContain(ended.result);
      expect(ended.message.length).toBeLessThan(10_000);
    },
  );
});

describe.concurrent('inputs that cannot be used', () => {
  const BAD: Readonly<Record<string, string>> = {
    'api-key': `${KEY}\nx`,
    image: 'UPPER CASE',
    note: 'x'.repeat(101),
    'created-after': 'yesterday',
    require: '0',
    'fail-fast': 'yes',
    'allowed-results': 'cancelled',
    timeout: '1e9',
    'appear-timeout': '5 m',
    'poll-interval': '-1',
    'request-timeout': 'abc',
    'base-url': 'http://example.com',
    'api-version': 'v3',
    'create-missing': 'TrUe',
    'commit-sha': 'main',
    summary: 'on',
  };

  test('are all reported in one go, each by its name, before any request', async () => {
    const ended = await face({ tasks: [TASK], inputs: BAD }, COLD);
    expect([ended.result, ended.sim.requests.length]).toEqual(['error', 0]);
    for (const [name, value] of Object.entries(BAD)) {
      expect(ended.message).toContain(`${name}:`);
      if (name !== 'api-key' && name !== 'note') {
        expect(ended.message).toContain(value);
      }
    }
  });

  test.each<readonly [string, Readonly<Record<string, string>>, readonly string[]]>([
    ['no selector', { image: '' }, ['image', 'note', 'task-ids']],
    ['blank selectors', { image: ' ', note: '\n', 'task-ids': ' , ,\n' }, ['image', 'note', 'task-ids']],
    ['appear-timeout over timeout', { timeout: '1m', 'appear-timeout': '61s' }, ['appear-timeout']],
    ['more required than ids listed', { require: '3', 'task-ids': 'a, b, a' }, ['require']],
    ['a port that is none', { 'base-url': 'http://127.0.0.1:99999' }, ['base-url']],
    ['plain http to another host', { 'base-url': 'http://127.0.0.1.example.com' }, ['base-url']],
    ['plain http to a host of an odd form', { 'base-url': 'http://0x7f.1@example.com' }, ['base-url']],
    ['an address with a query', { 'base-url': 'https://127.0.0.1/?x=1' }, ['base-url']],
    ['an address with a fragment', { 'base-url': 'https://127.0.0.1/#x' }, ['base-url']],
    ['an address with a user', { 'base-url': 'https://user:secret-of-user@127.0.0.1/' }, ['base-url']],
    ['an address of another scheme', { 'base-url': 'file:///etc/passwd' }, ['base-url']],
    ['an address with a line break', { 'base-url': 'https://127.0.0.1/\nx' }, ['base-url']],
    ['cancelled as an allowed result', { 'allowed-results': 'succeeded, cancelled' }, ['allowed-results']],
    ['an allowed result of another case', { 'allowed-results': 'Succeeded' }, ['allowed-results']],
    ['a duration with a blank', { timeout: '1 h' }, ['timeout']],
    ['a duration of no time', { timeout: '0' }, ['timeout']],
    ['a duration in another order', { timeout: '30m1h' }, ['timeout']],
    ['a duration with a fraction', { timeout: '1.5h' }, ['timeout']],
    ['a duration in other digits', { timeout: '١٢s' }, ['timeout']],
    ['a date without an offset', { 'created-after': '2026-01-31T12:00:00' }, ['created-after']],
    ['a date that no calendar has', { 'created-after': '2026-02-30T12:00:00Z' }, ['created-after']],
    ['a requirement with a fraction', { require: '1.0' }, ['require']],
    ['a commit that leads elsewhere', { 'commit-sha': '../../../user' }, ['commit-sha']],
    ['a context of two lines', { 'commit-status': 'a\n::error::b' }, ['commit-status']],
    ['tasks to create nowhere', { 'create-missing': 'true' }, ['create-missing', 'cluster-ids']],
    ['a requirement beyond every number', { require: '9'.repeat(40) }, ['require']],
  ])('by %s', async (_what, inputs, names) => {
    const ended = await face({ tasks: [TASK], inputs }, { ...COLD, secrets: ['secret-of-user'] });
    expect([ended.result, ended.sim.requests.length]).toEqual(['error', 0]);
    for (const name of names) {
      expect(ended.message).toContain(name);
    }
  });

  test.each<readonly [string, Readonly<Record<string, string>>]>([
    ['an appear-timeout that is cut to the timeout', { timeout: '1s', 'appear-timeout': '2m' }],
    ['repeats and blanks in lists', { 'task-ids': 'a,, a\n\r\na ,', 'cluster-ids': ' a , a ' }],
    ['as many required as listed', { require: '1', 'task-ids': 'a, a' }],
  ])('are not made by %s', async (_what, inputs) => {
    expect((await face({ tasks: [TASK], inputs }, WARM)).result).toBe('succeeded');
  });
});

/** Parts of what each input takes, and what is near to it; and anything else. */
const piece = fc.oneof(
  fc.constantFrom(
    '1',
    '0',
    '15',
    's',
    'm',
    'h',
    'd',
    '-',
    '.',
    ' ',
    ',',
    '\n',
    'e',
    ':',
    '/',
    '@',
    'Z',
    'T',
    '+',
    'true',
  ),
  fc.constantFrom(
    'all',
    'any',
    'succeeded',
    'failed',
    'error',
    'a',
    'app',
    'team/app',
    'sha256',
    '2026-01-01T00:00:00',
  ),
  fc.constantFrom(
    '::error::x',
    '##[error]x',
    '%0A',
    '\u2028',
    '\u202e',
    '<img>',
    '|',
    '`',
    '@org',
    '#1',
    '\ud800',
  ),
  fc.string({ unit: 'binary', maxLength: 5 }),
);
/** An environment holds no null characters, and UTF-8 no halves of characters. */
const anyInput = fc
  .oneof(
    fc.array(piece, { maxLength: 6 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary' }),
  )
  .map((text) => text.replaceAll('\0', '').toWellFormed());

const isBlank = (text: string) => text.trim() === '';
const items = (text: string) =>
  text
    .split(/[,\r\n]/)
    .map((item) => item.trim())
    .filter((item) => item !== '');

/** Whether the scene below is warm for what an input says, as far as that can be told here. */
function mayBeGreen(name: string, value: string): boolean {
  if (isBlank(value)) {
    return true;
  }
  switch (name) {
    case 'note':
      return value.trim() === 'a note';
    case 'task-ids':
    case 'cluster-ids':
      return items(value).every((item) => item === 'a');
    case 'product-ids':
      return items(value).every((item) => item === 'p');
    case 'image':
      return /app/.test(value);
    default:
      return true;
  }
}

const BATCHES = 1;
const AT_ONCE = 4;

/** Runs a property over batches, so that several steps run at once. */
async function holds(
  arbitrary: fc.Arbitrary<string>,
  check: (value: string) => Promise<void>,
): Promise<void> {
  const batch = fc.array(arbitrary, { minLength: AT_ONCE, maxLength: AT_ONCE });
  await fc.assert(
    fc.asyncProperty(batch, async (values) => {
      await Promise.all(values.map(check));
    }),
    { numRuns: BATCHES, endOnFailure: true },
  );
}

describe('no text in an input makes anything but a result or a clear error', () => {
  test.each(NAMES)('in %s', async (name) => {
    await holds(anyInput, async (value) => {
      const isGreen = mayBeGreen(name, value);
      const inputs = { 'appear-timeout': '0', [name]: value, timeout: name === 'timeout' ? value : '2m' };
      const ended = await face({ tasks: [TASK], inputs }, { warm: isGreen });
      expect(['succeeded', 'not-found', 'error']).toContain(ended.result);
      if (ended.result === 'error') {
        expect(ended.message).toContain(name);
        expect(ended.sim.requests).toEqual([]);
      }
    });
  });

  test('in api-key', async () => {
    // A plain word stands in the outputs anyhow, and would look like a leak there.
    const anyKey = anyInput.filter((text) => !/^[\w.:/-]{1,20}$/.test(text.trim()));
    await holds(anyKey, async (key) => {
      const ended = await face({ apiKey: key.trim(), tasks: [TASK], inputs: { 'api-key': key } }, WARM);
      expect(['succeeded', 'error']).toContain(ended.result);
      if (ended.result === 'error') {
        expect(ended.message).toContain('api-key');
        expect(ended.sim.requests).toEqual([]);
      }
    });
  });

  test('in allowed-results makes a failure green that is not allowed by its name', async () => {
    const list = fc
      .array(
        fc.constantFrom('succeeded', 'failed', 'timed-out', 'Failed', 'fail', '*', ' ', 'error', 'failed.'),
        {
          minLength: 1,
          maxLength: 3,
        },
      )
      .map((words) => words.join());
    await holds(list, async (value) => {
      const isAllowed = items(value).includes('failed');
      const scene = { tasks: [lone('a', FAILED)], inputs: { 'allowed-results': value } };
      const ended = await face(scene, { warm: isAllowed });
      expect(ended.exitCode === 0 && !isAllowed).toBe(false);
    });
  });

  test('in all of them at once', async () => {
    const all = fc.record(Object.fromEntries(NAMES.map((name) => [name, fc.option(anyInput, { nil: '' })])));
    const sparse = fc.tuple(all, fc.subarray(NAMES, { maxLength: 4 }));
    await fc.assert(
      fc.asyncProperty(fc.array(sparse, { minLength: AT_ONCE, maxLength: AT_ONCE }), async (batch) => {
        const each = batch.map(async ([values, names]) => {
          const inputs = Object.fromEntries(names.map((name) => [name, values[name] ?? '']));
          // Whatever the inputs are: there is one task, and it runs.
          const ended = await face(
            { tasks: [lone('a', RUNNING)], speed: 20, inputs: { ...inputs, timeout: '5s' } },
            { warm: names.includes('allowed-results') },
          );
          expect(['timed-out', 'not-found', 'error']).toContain(ended.result);
        });
        await Promise.all(each);
      }),
      { numRuns: 10, endOnFailure: true },
    );
  });
});
