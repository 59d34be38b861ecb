// Shorter texts turn up inside innocent ones: a key "test" would take "test-image" apart.
const SHORTEST_SECRET = 6;

/** The secret as it may come back: as it is, in lower case, escaped by JSON, percent-encoded. */
function formsOf(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const encoded = encodeURIComponent(secret.toWellFormed());
  const lowerHex = encoded.replace(/%../g, (octet) => octet.toLowerCase());
  // Some encoders of JSON escape slashes too.
  const slashed = [secret, json].map((text) => text.replaceAll('/', '\\/'));
  return [secret, secret.toLowerCase(), json, ...slashed, encoded, lowerHex];
}

/** A function that puts `***` in place of the secrets wherever a text holds one, in any of its usual forms. */
export function redactor(...secrets: readonly string[]): (text: string) => string {
  const forms = secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .flatMap(formsOf)
    // A shorter one may be part of a longer one, whose rest it would leave.
    .sort((one, other) => other.length - one.length);
  return (text) => forms.reduce((clean, form) => clean.replaceAll(form, '***'), text);
}

// Texts under these names are words of this action's own, which other parts compare.
const OWN_WORDS = new Set(['type', 'kind', 'result', 'level', 'state', 'from']);

/**
 * A copy of a value with every text in it redacted. An object with a `registryAuthId`, which a task may name in any of
 * its texts, is kept free of that id too, and gets an empty one.
 */
export function redactTexts<T>(value: T, redact: (text: string) => string): T {
  return redactAny(value, redact) as T;
}

function redactAny(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((item) => redactAny(item, redact));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) {
    return value;
  }
  // What is said of a task beside it, such as why it is a near miss, may quote its texts.
  const own = redactor(...registryAuthIdOf(value), ...('task' in value ? registryAuthIdOf(value.task) : []));
  const entries = Object.entries(value).map(([name, item]) => {
    if (name === 'registryAuthId') return [name, typeof item === 'string' ? '' : item];
    return [name, OWN_WORDS.has(name) ? item : redactAny(item, (text) => redact(own(text)))];
  });
  return Object.fromEntries(entries);
}

function registryAuthIdOf(value: unknown): string[] {
  const hasId = typeof value === 'object' && value !== null && 'registryAuthId' in value;
  return hasId && typeof value.registryAuthId === 'string' ? [value.registryAuthId] : [];
}
